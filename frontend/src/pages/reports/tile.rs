//! One figure: value, change and whether that is good, a small trend, what was left out. A click
//! opens exactly the rows behind it.

use leptos::prelude::*;
use rapport_types::kpis::{ComparedFigure, Figure, MetricInfo, Part, Unit};

use super::change::change_of;
use super::metrics::nothing_to_count;
use crate::components::definition::Definition;
use crate::components::icon::Icon;
use crate::components::sparkline::Sparkline;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The rows of another part of the same figure.
fn rows_of(figure: &Figure, part: Part) -> String {
    let (path, query) = figure
        .rows_url
        .split_once('?')
        .unwrap_or((&figure.rows_url, ""));
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("part="));
    let mut pairs: Vec<String> = others.map(str::to_owned).collect();
    pairs.push(format!("part={}", part.code()));
    format!("{path}?{}", pairs.join("&"))
}

/// A figure.
#[component]
pub(super) fn Tile(
    /// What it is.
    metric: MetricInfo,
    /// Its values; none while they are loading.
    #[prop(into)]
    figure: Signal<Option<ComparedFigure>>,
    /// Its values over time.
    #[prop(into)]
    trend: Signal<Vec<Option<f64>>>,
    /// Whether the previous period stands beside it.
    #[prop(into)]
    compared: Signal<bool>,
    /// Draws it below.
    #[prop(into)]
    on_chart: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let code = metric.code.clone();
    let unit = metric.unit;
    let metric = StoredValue::new(metric);
    let name = Signal::derive(move || {
        metric.with_value(|metric| metric.names.get(preferences.locale()).to_owned())
    });
    let definition = Signal::derive(move || {
        metric.with_value(|metric| metric.definition.get(preferences.locale()).to_owned())
    });
    let value = move || {
        let value = figure.with(|figure| figure.as_ref().and_then(|it| it.current.value));
        format::figure(value, unit, preferences.locale())
    };
    let rows = move || figure.with(|figure| figure.as_ref().map(|it| it.current.rows_url.clone()));
    let excluded =
        Memo::new(move |_| figure.with(|it| it.as_ref().map_or(0, |it| it.current.excluded)));
    // Why there is no value.
    let reason = move || {
        let is_nothing = figure.with(|it| it.as_ref().is_some_and(|it| it.current.value.is_none()));
        is_nothing.then(|| {
            if excluded.get() > 0 {
                t_string!(i18n, reports.nothing.known)
            } else {
                metric.with_value(|metric| nothing_to_count(metric, preferences.locale()))
            }
        })
    };
    let has_trend = Memo::new(move |_| trend.read().iter().flatten().count() > 1);
    let has_figure = Memo::new(move |_| figure.read().is_some());
    view! {
        <article class="tile" data-testid=format!("tile-{code}") aria-busy=move || {
            (!has_figure.get()).then_some("true")
        }>
            <header class="tile-head">
                <h3>{name}</h3>
                <Definition label=name text=definition>
                    <Parts figure unit/>
                </Definition>
            </header>
            {move || if !has_figure.get() {
                view! { <span class="bone tile-bone"></span> }.into_any()
            } else {
                let code = metric.with_value(|metric| metric.code.clone());
                view! {
                    <a
                        class="tile-link"
                        href=rows
                        data-testid=format!("tile-{code}-rows")
                        title=move || t_string!(i18n, reports.show_rows)
                    >
                        <span class="tile-value" data-testid=format!("tile-{code}-value")>{value}</span>
                    </a>
                }
                .into_any()
            }}
            <p class="tile-note">
                {move || match reason() {
                    Some(reason) => view! { <span class="quiet">{reason}</span> }.into_any(),
                    None => compared.get().then(|| view! { <ChangeOf metric figure/> }).into_any(),
                }}
            </p>
            {move || (excluded.get() > 0).then(|| view! {
                <a
                    class="tile-excluded quiet small"
                    href=move || figure.with(|it| it.as_ref().map(|it| rows_of(&it.current, Part::Excluded)))
                >
                    {t!(i18n, reports.excluded, count = move || {
                        format::integer(excluded.get(), preferences.locale())
                    })}
                </a>
            })}
            {move || has_trend.get().then(|| view! {
                <button
                    class="tile-chart"
                    type="button"
                    aria-label=move || t_string!(i18n, reports.chart_of, name = name.get())
                    title=move || t_string!(i18n, reports.chart_of, name = name.get())
                    on:click=move |_| on_chart.run(())
                >
                    <Sparkline values=trend/>
                </button>
            })}
        </article>
    }
}

/// The change against the previous period.
#[component]
fn ChangeOf(
    metric: StoredValue<MetricInfo>,
    figure: Signal<Option<ComparedFigure>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    move || {
        let figure = figure.get()?;
        let locale = preferences.locale();
        let unit = metric.with_value(|metric| metric.unit);
        let before = format::figure(figure.previous.value, unit, locale);
        let title = t_string!(i18n, reports.before, value = before);
        let change = metric.with_value(|metric| change_of(&figure, metric, locale));
        Some(match change {
            None => view! {
                <span class="quiet" title=title>{t!(i18n, reports.no_comparison)}</span>
            }
            .into_any(),
            Some(change) => view! {
                <span class=change.verdict.class() title=title>
                    <Icon name=change.icon/>
                    <span>{change.text}</span>
                    {change.verdict.word(locale).map(|word| view! { <span>{word}</span> })}
                </span>
            }
            .into_any(),
        })
    }
}

/// What a figure is made of: how many count, of how many, how many were left out.
#[component]
fn Parts(figure: Signal<Option<ComparedFigure>>, unit: Unit) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let line = move |name: String, count: i64, href: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><a href=href>{format::integer(count, preferences.locale())}</a></dd>
            </div>
        }
    };
    move || {
        figure.get().map(|it| {
        let figure = it.current;
        // A count is its own numerator.
        let shared = figure.denominator.filter(|_| unit == Unit::Share);
        view! {
            <dl class="parts">
                {match (shared, figure.denominator) {
                    (Some(of), _) => vec![
                        line(
                            t_string!(i18n, reports.part.numerator).to_owned(),
                            figure.numerator,
                            rows_of(&figure, Part::Numerator),
                        ),
                        line(
                            t_string!(i18n, reports.part.denominator).to_owned(),
                            of,
                            rows_of(&figure, Part::Denominator),
                        ),
                    ],
                    (None, _) => vec![line(
                        t_string!(i18n, reports.part.counted).to_owned(),
                        figure.numerator,
                        figure.rows_url.clone(),
                    )],
                }}
                {(unit == Unit::Ratio).then_some(figure.denominator).flatten().map(|people| view! {
                    <div>
                        <dt>{t!(i18n, reports.part.people)}</dt>
                        <dd>{format::integer(people, preferences.locale())}</dd>
                    </div>
                })}
                {line(
                    t_string!(i18n, reports.part.excluded).to_owned(),
                    figure.excluded,
                    rows_of(&figure, Part::Excluded),
                )}
            </dl>
        }
    })
    }
}

//! One metric over time, with the previous period as a thin line.

use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use rapport_types::kpis::{Interval, MetricInfo, TrendPoint, TrendReport, Unit};
use rapport_types::locale::Locale as Language;

use super::period::earlier;
use super::question::{Asked, is_compared};
use crate::api::query::Query;
use crate::components::csv_link::CsvLink;
use crate::components::hue::hue_class;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::popover::Popover;
use crate::components::select::Choice;
use crate::components::states::{ErrorState, Skeleton};
use crate::components::trend_chart::{ChartPoint, TrendChart};
use crate::format;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};

/// The metric that is drawn when the URL names none.
const USUAL: &str = "created";

/// The interval of the trend: the reader's, or the usual one for the period; tracked.
pub(super) fn interval_of(asked: Asked) -> Option<Interval> {
    let picked = Interval::from_code(&asked.address.get("interval"));
    asked.question.with(|question| {
        let question = question.as_ref()?;
        Some(
            picked
                .filter(|it| question.intervals().contains(it))
                .unwrap_or(question.usual_interval()),
        )
    })
}

fn interval_text(interval: Interval, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match interval {
        Interval::Day => td_string!(text, reports.interval.day),
        Interval::Week => td_string!(text, reports.interval.week),
        Interval::Month => td_string!(text, reports.interval.month),
    }
}

/// A point's name on the axis and in full.
fn names_of(
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    interval: Interval,
    zone: &str,
    locale: Language,
) -> (String, String) {
    let day = |at| format::day_in(at, zone).unwrap_or_else(|| format::local_day(at));
    let (first, end): (NaiveDate, NaiveDate) = (day(from), day(to));
    let last = earlier(end, 1).max(first);
    match interval {
        Interval::Day => (
            format::short_date(first, locale),
            format::date(first, locale),
        ),
        Interval::Week if last > first => {
            let span = format!(
                "{} – {}",
                format::short_date(first, locale),
                format::date(last, locale)
            );
            (format::short_date(first, locale), span)
        }
        Interval::Week => (
            format::short_date(first, locale),
            format::date(first, locale),
        ),
        Interval::Month => (format::month(first, locale), format::month(first, locale)),
    }
}

/// The values of one metric at each point.
pub(super) fn values_of(points: &[TrendPoint], code: &str) -> Vec<Option<f64>> {
    let value = |point: &TrendPoint| {
        point
            .figures
            .iter()
            .find(|figure| figure.metric == code)
            .and_then(|figure| figure.value)
    };
    points.iter().map(value).collect()
}

fn chart_points(
    points: &[TrendPoint],
    code: &str,
    interval: Interval,
    zone: &str,
    locale: Language,
) -> Vec<ChartPoint> {
    let point = |(point, value): (&TrendPoint, Option<f64>)| {
        let (label, name) = names_of((point.from, point.to), interval, zone, locale);
        ChartPoint { label, name, value }
    };
    points
        .iter()
        .zip(values_of(points, code))
        .map(point)
        .collect()
}

/// The trend.
#[component]
pub(super) fn Trend(
    asked: Asked,
    metrics: Memo<Vec<MetricInfo>>,
    report: Query<TrendReport>,
    #[prop(into)] csv: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let address = asked.address;
    let metric = Memo::new(move |_| {
        let code = match address.get("metric") {
            code if code.is_empty() => USUAL.to_owned(),
            code => code,
        };
        metrics.with(|all| {
            all.iter()
                .find(|it| it.code == code)
                .or_else(|| all.first())
                .cloned()
        })
    });
    let name = Signal::derive(move || {
        metric
            .get()
            .map(|it| it.names.get(preferences.locale()).to_owned())
            .unwrap_or_default()
    });
    let points = move |previous: bool| {
        let Some(metric) = metric.get() else {
            return Vec::new();
        };
        let locale = preferences.locale();
        report.with(|report| {
            report.map_or_else(Vec::new, |report| {
                let points = if previous {
                    &report.previous_points
                } else {
                    &report.points
                };
                chart_points(
                    points,
                    &metric.code,
                    report.interval,
                    &report.time_zone,
                    locale,
                )
            })
        })
    };
    let current = Signal::derive(move || points(false));
    let previous = Signal::derive(move || {
        if is_compared(address) {
            points(true)
        } else {
            Vec::new()
        }
    });
    let hue = move || match address.get("team") {
        team if team.is_empty() => String::new(),
        team => hue_class(&team),
    };
    let loaded = Memo::new(move |_| report.with(|report| report.is_some()));
    view! {
        <section class="panel" id="trend" aria-labelledby="trend-title">
            <header class="panel-head">
                <h2 id="trend-title">{t!(i18n, reports.trend)}</h2>
                <MetricPicker asked metrics chosen=metric/>
                <IntervalPicker asked/>
                <span class="panel-more"><CsvLink path=csv name="trend.csv" testid="csv-trend"/></span>
            </header>
            <div class="panel-body" class:is-loading=move || report.is_loading() && loaded.get()>
                {move || report.error().map(|error| view! {
                    <ErrorState error on_retry=move || report.reload()/>
                })}
                <Show
                    when=move || loaded.get()
                    fallback=move || report.error().is_none().then(|| view! { <Skeleton lines=6/> })
                >
                    <div class=hue data-testid="trend-chart">
                        <TrendChart
                            label=name
                            unit=Signal::derive(move || metric.get().map_or(Unit::Count, |it| it.unit))
                            current
                            previous
                        />
                    </div>
                </Show>
            </div>
        </section>
    }
}

#[component]
fn MetricPicker(
    asked: Asked,
    metrics: Memo<Vec<MetricInfo>>,
    chosen: Memo<Option<MetricInfo>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let text = move || {
        chosen
            .get()
            .map(|it| it.names.get(preferences.locale()).to_owned())
            .unwrap_or_default()
    };
    view! {
        <Popover
            class="picker"
            testid="trend-metric"
            label=Signal::derive(move || t_string!(i18n, reports.metric_label).to_owned())
            trigger=move || view! { <span>{text}</span> <Icon name=IconName::ChevronDown/> }
        >
            <PickList
                options=Signal::derive(move || {
                    let locale = preferences.locale();
                    metrics.get().iter().map(|it| Choice::new(it.code.clone(), it.names.get(locale))).collect()
                })
                chosen=Signal::derive(move || chosen.get().into_iter().map(|it| it.code).collect())
                on_pick=move |code: String| asked.address.set(&[("metric", &code)])
                testid="metric"
            />
        </Popover>
    }
}

/// Day, week or month, as far as they make sense for the period.
#[component]
fn IntervalPicker(asked: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let options = Memo::new(move |_| {
        asked.question.with(|it| {
            it.as_ref()
                .map(super::question::Question::intervals)
                .unwrap_or_default()
        })
    });
    let current = Memo::new(move |_| interval_of(asked));
    view! {
        <div class="segmented no-print" role="group" aria-label=move || t_string!(i18n, reports.interval.label)>
            {move || options.get().into_iter().map(|interval| view! {
                <button
                    class="segmented-item"
                    type="button"
                    data-testid=format!("interval-{}", interval.code())
                    aria-pressed=move || if current.get() == Some(interval) { "true" } else { "false" }
                    on:click=move |_| asked.address.set(&[("interval", interval.code())])
                >
                    {move || interval_text(interval, preferences.locale())}
                </button>
            }).collect_view()}
        </div>
    }
}

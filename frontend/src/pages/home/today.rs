//! Today's four figures with yesterday's beside them, and the same for the reader's teams.

use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use rapport_types::kpis;
use rapport_types::kpis::{BreakdownRow, ComparedFigure, Figure, Unit};

use crate::api;
use crate::api::query::use_query;
use crate::components::definition::Definition;
use crate::components::instant::use_now;
use crate::components::states::{ErrorState, Loaded, Skeleton};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// The four figures of the day.
const METRICS: [&str; 4] = [
    "created",
    "resolved",
    "first_response_attainment",
    "satisfaction_mean",
];

/// The query of a report on a day of a zone.
fn day_query(path: &str, (day, zone): &(NaiveDate, String), more: &[(&str, &str)]) -> String {
    let tomorrow = day.checked_add_days(Days::new(1)).unwrap_or(*day);
    let (from, to) = (day.to_string(), tomorrow.to_string());
    let mut pairs = more.to_vec();
    pairs.extend([
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("time_zone", zone.as_str()),
    ]);
    links::with_query(path, &pairs)
}

/// Today.
#[component]
pub(super) fn Today() -> impl IntoView {
    let i18n = use_i18n();
    let now = use_now();
    let home_zone = use_query(
        || (),
        |()| async { api::reports::organisation_zone().await },
    );
    // The day of the organisation, as the reports cut it: both pages give the same figures.
    let day = Memo::new(move |_| {
        let zone = match home_zone.error() {
            // Without the organisation's zone the reader's own is the next best.
            Some(_) => format::time_zone(),
            None => home_zone.get()?,
        };
        let now = now.get();
        let day = format::day_in(now, &zone).unwrap_or_else(|| format::local_day(now));
        Some((day, zone))
    });
    let overview = use_query(
        move || day.with(|day| Some(day_query("/reports/overview", day.as_ref()?, &[]))),
        |path| async move {
            match path {
                Some(path) => api::reports::overview(&path).await,
                None => std::future::pending().await,
            }
        },
    );
    let teams = use_query(
        move || {
            let by_team = [("by", "team")];
            day.with(|day| Some(day_query("/reports/breakdown", day.as_ref()?, &by_team)))
        },
        |path| async move {
            match path {
                Some(path) => api::reports::breakdown(&path).await,
                None => std::future::pending().await,
            }
        },
    );
    overview.keep_fresh();
    teams.keep_fresh();
    let has_teams = Memo::new(move |_| {
        teams.error().is_some()
            || teams.with(|report| report.is_some_and(|report| report.rows.len() > 1))
    });
    view! {
        <aside class="home-today">
            <section class="panel" aria-labelledby="today">
                <header class="panel-head">
                    <h2 id="today">{t!(i18n, frame.home.today)}</h2>
                    <a class="panel-more" href=links::reports(&[])>{t!(i18n, frame.nav.reports)}</a>
                </header>
                <Loaded query=overview skeleton=|| view! { <div class="panel-body"><Skeleton lines=6/></div> } let:report>
                    <dl class="figures">
                        {METRICS.map(|code| {
                            let figure = Memo::new(move |_| {
                                let report = report.read();
                                report.figures.iter().find(|it| it.current.metric == code).cloned()
                            });
                            view! { <TodayFigure code figure/> }
                        })}
                    </dl>
                </Loaded>
            </section>
            <Show when=move || has_teams.get()>
                <section class="panel" aria-labelledby="teams-today">
                    <header class="panel-head"><h2 id="teams-today">{t!(i18n, frame.home.teams)}</h2></header>
                    {move || teams.error().map(|error| view! {
                        <ErrorState error on_retry=move || teams.reload()/>
                    })}
                    <table class="table table-stays">
                        <thead>
                            <tr>
                                <th scope="col">{t!(i18n, frame.home.team)}</th>
                                <th scope="col" class="cell-number">{t!(i18n, frame.home.created)}</th>
                                <th scope="col" class="cell-number">{t!(i18n, frame.home.resolved)}</th>
                                <th scope="col" class="cell-number">{t!(i18n, frame.home.on_time)}</th>
                                <th scope="col" class="cell-number">{t!(i18n, frame.home.score)}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || teams.get().map(|report| {
                                report.rows.into_iter().map(|row| view! { <TeamRow row/> }).collect_view()
                            })}
                        </tbody>
                    </table>
                </section>
            </Show>
        </aside>
    }
}

fn unit(code: &str) -> Unit {
    kpis::find(code).map_or(Unit::Count, |metric| metric.unit)
}

/// One figure, a link to the rows behind it.
#[component]
fn TodayFigure(code: &'static str, figure: Memo<Option<ComparedFigure>>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let of_metric = move |get: fn(&kpis::MetricDef) -> &rapport_types::names::Names| {
        Signal::derive(move || {
            let locale = preferences.locale();
            kpis::find(code)
                .map(|it| get(it).get(locale).to_owned())
                .unwrap_or_default()
        })
    };
    let (name, definition) = (of_metric(|it| &it.names), of_metric(|it| &it.definition));
    let text = move |figure: Option<Figure>| {
        format::figure(
            figure.and_then(|it| it.value),
            unit(code),
            preferences.locale(),
        )
    };
    let current = move || text(figure.get().map(|it| it.current));
    let previous = move || text(figure.get().map(|it| it.previous));
    view! {
        <div class="figure" data-testid=format!("tile-{code}")>
            <dt>{name} <Definition label=name text=definition/></dt>
            <dd>
                <a class="figure-value" data-testid=format!("tile-{code}-value") href=move || figure.get().map(|it| it.current.rows_url)>{current}</a>
                <span class="quiet small">{t!(i18n, frame.home.yesterday, value = previous)}</span>
            </dd>
        </div>
    }
}

/// One team with its figures.
#[component]
fn TeamRow(row: BreakdownRow) -> impl IntoView {
    let preferences = use_preferences();
    let cells = METRICS.map(|code| {
        let figure = row.figures.iter().find(|it| it.metric == code).cloned();
        let value = figure.as_ref().and_then(|it| it.value);
        let shown = move || format::figure(value, unit(code), preferences.locale());
        view! {
            <td class="cell-number">
                {match figure {
                    Some(figure) => view! { <a href=figure.rows_url>{shown}</a> }.into_any(),
                    None => view! { {shown} }.into_any(),
                }}
            </td>
        }
    });
    view! {
        <tr data-testid="team-row">
            <th scope="row">{move || row.names.get(preferences.locale()).to_owned()}</th>
            {cells}
        </tr>
    }
}

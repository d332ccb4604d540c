//! The page: the question, and the three reports that answer it.

use leptos::prelude::*;
use rapport_types::kpis::MetricInfo;
use rapport_types::permissions::Permission;

use super::breakdown::{Breakdown, dimension_of};
use super::filters::Filters;
use super::metrics::Group;
use super::question::{Asked, is_compared, use_question};
use super::sentence::Sentence;
use super::tile::Tile;
use super::trend::{Trend, interval_of, values_of};
use crate::api::query::{Query, use_query};
use crate::api::{self, ApiError};
use crate::components::button::{Button, ButtonKind};
use crate::components::csv_link::CsvLink;
use crate::components::icon::IconName;
use crate::components::states::{ErrorState, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::pages::refused::Refused;
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// The reports.
#[component]
pub fn Reports() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    use_place(move || vec![Crumb::here(t_string!(i18n, reports.title))]);
    let may_view = Memo::new(move |_| session.may(Permission::ViewReports));
    view! {
        <Show
            when=move || may_view.get()
            fallback=|| view! { <Refused right=Permission::ViewReports/> }
        >
            <Figures/>
        </Show>
    }
}

/// The question and its answers.
#[component]
fn Figures() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let asked = use_question(use_address(links::reports(&[])));

    let metrics = use_query(|| (), |()| async { api::reports::metrics().await });
    let known = Memo::new(move |_| metrics.get().unwrap_or_default());
    let overview_path = path(asked, |_| Some(Vec::new()), api::reports::overview_path);
    let overview = use_report(overview_path, |path| async move {
        api::reports::overview(&path).await
    });
    let trend_path = path(
        asked,
        |asked| Some(vec![("interval", interval_of(asked)?.code())]),
        api::reports::trend_path,
    );
    let trend = use_report(trend_path, |path| async move {
        api::reports::trend(&path).await
    });
    let breakdown_path = path(
        asked,
        |asked| Some(vec![("by", dimension_of(asked).code())]),
        api::reports::breakdown_path,
    );
    let breakdown = use_report(breakdown_path, |path| async move {
        api::reports::breakdown(&path).await
    });
    let csv = |path: Memo<Option<String>>| Signal::derive(move || path.get().unwrap_or_default());

    let show_chart = move |code: String| {
        asked.address.set(&[("metric", &code)]);
        if let Some(chart) = document().get_element_by_id("trend") {
            chart.scroll_into_view();
        }
    };
    let tile = move |metric: MetricInfo| {
        let code = metric.code.clone();
        let (in_overview, in_trend, drawn) = (code.clone(), code.clone(), code);
        let figure = Memo::new(move |_| {
            overview.with(|report| {
                report?
                    .figures
                    .iter()
                    .find(|it| it.current.metric == in_overview)
                    .cloned()
            })
        });
        let trend = Memo::new(move |_| {
            trend.with(|report| {
                report
                    .map(|it| values_of(&it.points, &in_trend))
                    .unwrap_or_default()
            })
        });
        view! {
            <Tile
                metric
                figure
                trend
                compared=Signal::derive(move || is_compared(asked.address))
                on_chart=move || show_chart(drawn.clone())
            />
        }
    };
    // The error stands in their place.
    let has_no_figures =
        Memo::new(move |_| overview.error().is_some() && overview.with(|it| it.is_none()));
    let group = move |group: Group| {
        let members: Vec<MetricInfo> = known
            .get()
            .into_iter()
            .filter(|metric| Group::of(metric) == group)
            .collect();
        (!members.is_empty()).then(|| {
            view! {
                <section class="tile-group" hidden=move || has_no_figures.get()>
                    <h2>{move || group.name(preferences.locale())}</h2>
                    <div class="tiles" class:is-loading=move || overview.is_loading()>
                        {members.into_iter().map(tile).collect_view()}
                    </div>
                </section>
            }
        })
    };
    let failure = move || {
        metrics.error().or_else(|| overview.error()).map(|error| {
            view! {
                <ErrorState
                    error
                    on_retry=move || {
                        metrics.reload();
                        overview.reload();
                    }
                />
            }
        })
    };
    view! {
        <div class="page-head">
            <h1>{t!(i18n, reports.title)}</h1>
            <CsvLink path=csv(overview_path) name="overview.csv" testid="csv-overview"/>
            <span class="no-print">
                <Button kind=ButtonKind::Ghost icon=IconName::Print on_click=|| {
                    let _ = window().print();
                }>
                    {t!(i18n, reports.print)}
                </Button>
            </span>
        </div>
        <Sentence asked overview/>
        <Filters address=asked.address/>
        {failure}
        <div class="reports">
            <Show
                when=move || !known.read().is_empty()
                fallback=move || metrics.error().is_none().then(|| view! { <Skeleton lines=8/> })
            >
                {move || Group::ALL.map(group)}
            </Show>
            <Trend asked metrics=known report=trend csv=csv(trend_path)/>
            <Breakdown asked metrics=known report=breakdown csv=csv(breakdown_path)/>
        </div>
    }
}

/// The parameters that only one of the reports has.
type Special = Vec<(&'static str, &'static str)>;

/// The path of a report: the question with what is special to it; none until the zone is known.
fn path(
    asked: Asked,
    more: fn(Asked) -> Option<Special>,
    of: fn(&[(&str, &str)]) -> String,
) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let more = more(asked)?;
        let pairs = asked
            .question
            .with(|question| Some(question.as_ref()?.pairs(&more)))?;
        Some(of(&borrowed(&pairs)))
    })
}

/// Loads a report whenever its path changes.
fn use_report<T, F>(
    path: Memo<Option<String>>,
    fetch: impl Fn(String) -> F + Copy + 'static,
) -> Query<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    use_query(
        move || path.get(),
        move |path| async move {
            match path {
                Some(path) => fetch(path).await,
                None => std::future::pending().await,
            }
        },
    )
}

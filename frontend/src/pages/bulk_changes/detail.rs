//! One bulk change: its draft with what it would do, how far it is, what it came to.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_types::bulk_changes::{BulkChange, BulkState};
use rapport_types::ids::BulkChangeId;

use super::draft::DraftView;
use super::ending::Ending;
use super::progress::Progress;
use super::words::{StateBadge, back, members, title};
use crate::api;
use crate::api::configuration::use_directory;
use crate::api::query::{Query, use_query};
use crate::components::instant::Instant;
use crate::components::states::{Loaded, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;
use crate::shell::{Crumb, use_place};

/// How often one that is under way is asked for.
const PACE: Duration = Duration::from_secs(1);

/// One bulk change.
#[component]
pub fn BulkChangeDetail() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("id")
                .and_then(|id| id.parse::<BulkChangeId>().ok())
        })
    });
    move || match id.get() {
        Some(id) => view! { <BulkChangePage id/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn BulkChangePage(id: BulkChangeId) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let query = use_query(
        move || id,
        |id| async move { api::bulk_changes::bulk_change(id).await },
    );
    follow(query);
    use_place(move || {
        let locale = preferences.locale();
        let name = query.with(|it| it.map_or("…", |it| title(it.entity, locale)));
        vec![
            Crumb::link(t_string!(i18n, bulk.title), links::bulk_changes(&[])),
            Crumb::here(name),
        ]
    });
    view! {
        <Loaded query skeleton=|| view! { <Skeleton lines=8/> } let:change>
            <Shown change query/>
        </Loaded>
    }
}

/// Asks again every second while it is under way.
fn follow(query: Query<BulkChange>) {
    let timer = set_interval_with_handle(
        move || {
            let is_under_way = query
                .get_untracked()
                .is_some_and(|it| !it.state.is_over() && it.state != BulkState::Draft);
            if is_under_way && !document().hidden() {
                query.reload_unless_asked();
            }
        },
        PACE,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
}

/// Where it stands, as far as the page differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Draft,
    UnderWay,
    Over,
}

#[component]
fn Shown(change: Signal<BulkChange>, query: Query<BulkChange>) -> impl IntoView {
    let preferences = use_preferences();
    let directory = use_directory();
    let entity = untrack(|| change.with(|it| it.entity));
    let state = Memo::new(move |_| change.with(|it| it.state));
    let stage = Memo::new(move |_| match state.get() {
        BulkState::Draft => Stage::Draft,
        state if state.is_over() => Stage::Over,
        _ => Stage::UnderWay,
    });
    let facts = move || {
        let locale = preferences.locale();
        let members = change.with(|it| members(entity, &it.change, directory, locale));
        let fact = |(label, value): (&'static str, String)| {
            view! { <div><dt>{label}</dt><dd>{value}</dd></div> }
        };
        members.into_iter().map(fact).collect_view()
    };
    let created_at = untrack(|| change.with(|it| it.created_at));
    let way_back = move || {
        let (words, page) = back(entity, preferences.locale());
        view! { <a class="button button-ghost" href=page>{words}</a> }
    };
    view! {
        <div class="page-head">
            <h1>{move || title(entity, preferences.locale())}</h1>
            {way_back}
        </div>
        <div class="bulk-head">
            <StateBadge state/>
            <span class="quiet small"><Instant at=Some(created_at)/></span>
        </div>
        <dl class="bulk-change" data-testid="bulk-change">{facts}</dl>
        {move || match stage.get() {
            Stage::Draft => view! { <DraftView change query/> }.into_any(),
            Stage::UnderWay => view! { <Progress change query/> }.into_any(),
            Stage::Over => view! { <Ending change/> }.into_any(),
        }}
    }
}

//! The reader's own bulk changes, newest first; those under way keep up with themselves.

use std::time::Duration;

use leptos::prelude::*;
use rapport_types::bulk_changes::{BulkChange, BulkState};

use super::words::{StateBadge, change_text, entity_text};
use crate::api;
use crate::api::configuration::use_directory;
use crate::api::query::use_query;
use crate::components::icon::IconName;
use crate::components::instant::Instant;
use crate::components::pager::Pager;
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::preferences::use_preferences;
use crate::shell::{Crumb, use_place};

/// How often the list is asked for while one is under way.
const PACE: Duration = Duration::from_secs(3);

/// The list.
#[component]
pub fn BulkChangeList() -> impl IntoView {
    let i18n = use_i18n();
    let address = use_address(links::bulk_changes(&[]));
    use_place(move || vec![Crumb::here(t_string!(i18n, bulk.title))]);
    let changes = use_query(
        move || {
            let mut pairs = address.pairs();
            pairs.retain(|(name, _)| ["cursor", "entity"].contains(&name.as_str()));
            pairs
        },
        |pairs| async move { api::bulk_changes::list(&borrowed(&pairs)).await },
    );
    changes.keep_fresh();
    let timer = set_interval_with_handle(
        move || {
            let is_under_way = changes.get_untracked().is_some_and(|page| {
                let mut states = page.data.iter().map(|it| it.state);
                states.any(|state| !state.is_over() && state != BulkState::Draft)
            });
            if is_under_way && !document().hidden() {
                changes.reload_unless_asked();
            }
        },
        PACE,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::Stack
                title=Signal::derive(move || t_string!(i18n, bulk.none).to_owned())
                text=Signal::derive(move || t_string!(i18n, bulk.none_text).to_owned())
            />
        }
    };
    let at_start = Signal::derive(move || address.get("cursor").is_empty());
    let has_pages = move || {
        let is_empty = changes.with(|page| page.is_some_and(|page| page.data.is_empty()));
        !(is_empty && at_start.get())
    };
    view! {
        <div class="page-head"><h1>{t!(i18n, bulk.title)}</h1></div>
        <div class="panel">
            {move || changes.error().map(|error| view! {
                <ErrorState error on_retry=move || changes.reload()/>
            })}
            <Show when=move || changes.error().is_none() || changes.with(|page| page.is_some())>
                <DataTable
                    label=Signal::derive(move || t_string!(i18n, bulk.title).to_owned())
                    columns=columns(i18n)
                    rows=Signal::derive(move || changes.with(|page| page.map(|page| page.data.clone())))
                    href=|row: &BulkChange| links::bulk_change(row.id)
                    row_testid="bulk-change-row"
                    empty=empty
                />
            </Show>
        </div>
        <Show when=has_pages>
            <Pager
                total=Signal::derive(move || changes.with(|page| page.and_then(|page| page.total)))
                next=Signal::derive(move || changes.with(|page| page.and_then(|page| page.next_cursor.clone())))
                at_start
                on_next=move |cursor: String| address.open_page(&cursor)
                on_start=move || address.open_page("")
            />
        </Show>
    }
}

/// What a row shows.
fn columns(i18n: leptos_i18n::I18nContext<Locale>) -> Vec<Column<BulkChange>> {
    let preferences = use_preferences();
    let directory = use_directory();
    let count = move |count: u64| format::integer(count.cast_signed(), preferences.locale());
    vec![
        Column::new(
            move || t_string!(i18n, bulk.column.change),
            move |row: &BulkChange| {
                let row = row.clone();
                move || change_text(&row, directory, preferences.locale())
            },
        )
        .main(),
        Column::new(
            move || t_string!(i18n, bulk.column.what),
            move |row: &BulkChange| {
                let entity = row.entity;
                move || entity_text(entity, preferences.locale())
            },
        ),
        Column::new(
            move || t_string!(i18n, bulk.column.state),
            |row: &BulkChange| view! { <StateBadge state=row.state/> },
        )
        .narrow(Narrow::Side),
        Column::new(
            move || t_string!(i18n, bulk.column.records),
            move |row: &BulkChange| {
                let (done, of, state) = (row.done, row.count, row.state);
                move || match state {
                    BulkState::Draft | BulkState::Done => count(of),
                    _ => format!("{} / {}", count(done), count(of)),
                }
            },
        ),
        Column::new(
            move || t_string!(i18n, bulk.column.refused),
            move |row: &BulkChange| {
                let refused = row.numbers.refused;
                move || count(refused)
            },
        )
        .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, bulk.column.when),
            |row: &BulkChange| view! { <Instant at=Some(row.created_at)/> },
        )
        .quiet(),
    ]
}

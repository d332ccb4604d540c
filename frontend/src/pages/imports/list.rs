//! The list of imports, newest first; those under way keep up with themselves.

use std::time::Duration;

use leptos::prelude::*;
use rapport_types::imports::ImportSummary;

use super::words::{StateBadge, entity_text};
use crate::api;
use crate::api::query::use_query;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::IconName;
use crate::components::instant::Instant;
use crate::components::pager::Pager;
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// How often the list is asked for while an import is under way.
const PACE: Duration = Duration::from_secs(3);

/// The list of imports.
#[component]
pub fn ImportList() -> impl IntoView {
    let i18n = use_i18n();
    let address = use_address(links::imports());
    let imports = use_query(
        move || {
            let mut pairs = address.pairs();
            pairs.retain(|(name, _)| name == "cursor");
            pairs
        },
        |pairs| async move { api::imports::list(&borrowed(&pairs)).await },
    );
    imports.keep_fresh();
    let timer = set_interval_with_handle(
        move || {
            let is_under_way = imports
                .get_untracked()
                .is_some_and(|page| page.data.iter().any(|it| !it.state.is_over()));
            if is_under_way && !document().hidden() {
                imports.reload_unless_asked();
            }
        },
        PACE,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    let new_one = move || {
        view! {
            <LinkButton
                href=links::new_import(None, None)
                kind=ButtonKind::Primary
                icon=IconName::Upload
            >
                {t!(i18n, imports.new)}
            </LinkButton>
        }
    };
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::Upload
                title=Signal::derive(move || t_string!(i18n, imports.none).to_owned())
                text=Signal::derive(move || t_string!(i18n, imports.none_text).to_owned())
            >
                {new_one()}
            </EmptyState>
        }
    };
    let at_start = Signal::derive(move || address.get("cursor").is_empty());
    let has_pages = move || {
        let is_empty = imports.with(|page| page.is_some_and(|page| page.data.is_empty()));
        !(is_empty && at_start.get())
    };
    view! {
        <Section at=SectionName::Imports actions=new_one>
            <div class="panel">
                {move || imports.error().map(|error| view! {
                    <ErrorState error on_retry=move || imports.reload()/>
                })}
                <Show when=move || imports.error().is_none() || imports.with(|page| page.is_some())>
                    <DataTable
                        label=Signal::derive(move || t_string!(i18n, imports.title).to_owned())
                        columns=columns(i18n)
                        rows=Signal::derive(move || imports.with(|page| page.map(|page| page.data.clone())))
                        href=|row: &ImportSummary| links::import(row.id)
                        row_testid="import-row"
                        empty=empty
                    />
                </Show>
            </div>
            <Show when=has_pages>
                <Pager
                    total=Signal::derive(move || imports.with(|page| page.and_then(|page| page.total)))
                    next=Signal::derive(move || imports.with(|page| page.and_then(|page| page.next_cursor.clone())))
                    at_start
                    on_next=move |cursor: String| address.open_page(&cursor)
                    on_start=move || address.open_page("")
                />
            </Show>
        </Section>
    }
}

/// What a row shows.
fn columns(i18n: leptos_i18n::I18nContext<Locale>) -> Vec<Column<ImportSummary>> {
    let preferences = use_preferences();
    let count = move |count: u64| format::integer(count.cast_signed(), preferences.locale());
    vec![
        Column::new(
            move || t_string!(i18n, imports.column.file),
            |row: &ImportSummary| row.file_name.clone(),
        )
        .main(),
        Column::new(
            move || t_string!(i18n, imports.column.what),
            move |row: &ImportSummary| {
                let (entity, dry_run) = (row.entity, row.dry_run);
                view! {
                    {move || entity_text(entity, preferences.locale())}
                    {dry_run.then(|| view! { " " <span class="tag">{t!(i18n, imports.dry_run)}</span> })}
                }
            },
        ),
        Column::new(
            move || t_string!(i18n, imports.column.state),
            |row: &ImportSummary| view! { <StateBadge state=row.state/> },
        )
        .narrow(Narrow::Side),
        Column::new(
            move || t_string!(i18n, imports.column.rows),
            move |row: &ImportSummary| {
                let (done, rows) = (row.rows_done, row.rows);
                let is_over = row.state.is_over();
                move || match rows {
                    Some(rows) if !is_over => format!("{} / {}", count(done), count(rows)),
                    _ => count(done),
                }
            },
        ),
        Column::new(
            move || t_string!(i18n, imports.column.rejected),
            move |row: &ImportSummary| {
                let rejected = row.numbers.rejected;
                move || count(rejected)
            },
        )
        .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, imports.column.who),
            |row: &ImportSummary| {
                row.started_by
                    .as_ref()
                    .map(|it| it.name.as_str().to_owned())
            },
        )
        .brief()
        .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, imports.column.when),
            |row: &ImportSummary| view! { <Instant at=Some(row.created_at)/> },
        )
        .quiet(),
    ]
}

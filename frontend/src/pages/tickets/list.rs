//! The list of tickets: views, filters, search, order and page, all of it in the URL.

use std::time::Duration;

use leptos::prelude::*;
use rapport_types::bulk_changes::BulkEntity;
use rapport_types::permissions::Permission;
use rapport_types::tickets::TicketSummary;

use super::bulk::TicketSelection;
use super::drill_down::DrillDown;
use super::filters::Filters;
use super::list_url::use_list_url;
use super::views::{Views, use_counts};
use crate::api;
use crate::api::query::use_query;
use crate::components::badge::{PriorityMark, StatusBadge};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::clock_chip::row_clock;
use crate::components::commands::{Command, use_commands};
use crate::components::effect::effect;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::components::keys::is_half_typed;
use crate::components::pager::Pager;
use crate::components::selection::{Selecting, Selection};
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::i18n::*;
use crate::links;
use crate::pages::address::Address;
use crate::pages::imports::ImportLink;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// The order when the URL names none.
const ORDER: &str = "-updated_at";
/// Rows of a page.
const LIMIT: &str = "50";
/// How long typing rests before the list follows.
const REST: Duration = Duration::from_millis(250);

/// The list of tickets.
#[component]
pub fn TicketList() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let url = use_list_url();
    use_place(move || vec![Crumb::here(t_string!(i18n, tickets.title))]);

    let sort = Memo::new(move |_| match url.find("sort") {
        Some(sort) => sort,
        // The best match stands first.
        None if url.find("q").is_some() => String::new(),
        None => ORDER.to_owned(),
    });
    let tickets = use_query(
        move || {
            let mut pairs = url.pairs();
            pairs.push(("limit".to_owned(), LIMIT.to_owned()));
            pairs
        },
        |pairs| async move { api::tickets::list(&pairs).await },
    );
    let counts = use_counts();
    tickets.keep_up(api::live::TICKETS);
    counts.keep_up(api::live::TICKETS);
    let customer = Signal::derive(move || {
        let wanted = url.find("customer")?;
        tickets.with(|page| {
            let customer = page?.data.first()?.customer.as_ref()?;
            (customer.id.to_string() == wanted).then(|| customer.name.as_str().to_owned())
        })
    });
    let narrowed = Memo::new(move |_| {
        url.pairs()
            .iter()
            .any(|(name, _)| !["sort", "cursor"].contains(&name.as_str()))
    });
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::Inbox
                title=Signal::derive(move || if narrowed.get() {
                    t_string!(i18n, tickets.none_match).to_owned()
                } else {
                    t_string!(i18n, tickets.none).to_owned()
                })
                text=Signal::derive(move || if narrowed.get() {
                    t_string!(i18n, tickets.none_match_text).to_owned()
                } else {
                    t_string!(i18n, tickets.none_text).to_owned()
                })
            >
                <div class="chips">
                    <Show when=move || narrowed.get()>
                        <LinkButton href=links::tickets(&[])>{t!(i18n, tickets.show_all)}</LinkButton>
                    </Show>
                    <Show when=move || session.may(Permission::WorkTickets)>
                        <LinkButton
                            href=links::new_ticket(None)
                            kind=ButtonKind::Primary
                            icon=IconName::Plus
                        >
                            {t!(i18n, frame.new_ticket)}
                        </LinkButton>
                    </Show>
                </div>
            </EmptyState>
        }
    };
    let may_change = untrack(|| session.may(BulkEntity::Tickets.right()));
    let selecting = may_change.then(|| Selecting {
        selection: Selection::new(),
        key: |row: &TicketSummary| row.id.to_string(),
        name: |row: &TicketSummary| format!("T-{} {}", row.number, row.subject.as_str()),
    });
    view! {
        <h1 class="visually-hidden">{t!(i18n, tickets.title)}</h1>
        <div class="ticket-list">
            <Views url counts/>
            <section class="ticket-list-main" aria-label=move || t_string!(i18n, tickets.title)>
                <DrillDown url/>
                <div class="ticket-tools">
                    <Filters url customer/>
                    <Search url/>
                    <ImportLink/>
                </div>
                <div class="panel">
                    {move || tickets.error().map(|error| view! {
                        <ErrorState error on_retry=move || tickets.reload()/>
                    })}
                    <Show when=move || tickets.error().is_none() || tickets.with(|page| page.is_some())>
                        <DataTable
                            label=Signal::derive(move || t_string!(i18n, tickets.title).to_owned())
                            columns=columns(i18n)
                            rows=Signal::derive(move || tickets.with(|page| page.map(|page| page.data.clone())))
                            href=|row: &TicketSummary| links::ticket(row.id)
                            sort=sort
                            on_sort=move |sort: String| url.set(&[("sort", &sort)])
                            loading=Signal::derive(move || tickets.is_loading())
                            skeleton_rows=12
                            selecting=selecting
                            row_testid="ticket-row"
                            empty=empty
                        />
                    </Show>
                </div>
                <Pager
                    total=Signal::derive(move || tickets.with(|page| page.and_then(|page| page.total)))
                    next=Signal::derive(move || tickets.with(|page| page.and_then(|page| page.next_cursor.clone())))
                    at_start=Signal::derive(move || url.find("cursor").is_none())
                    on_next=move |cursor: String| url.open_page(&cursor)
                    on_start=move || url.open_page("")
                />
                {selecting.map(|it| view! {
                    <TicketSelection
                        selection=it.selection
                        url
                        total=Signal::derive(move || tickets.with(|page| page.and_then(|page| page.total)))
                    />
                })}
            </section>
        </div>
    }
}

/// What a row shows.
fn columns(i18n: leptos_i18n::I18nContext<Locale>) -> Vec<Column<TicketSummary>> {
    vec![
        Column::new(
            move || t_string!(i18n, tickets.column.number),
            |row: &TicketSummary| format!("T-{}", row.number),
        )
        .quiet(),
        Column::new(
            move || t_string!(i18n, tickets.column.subject),
            |row: &TicketSummary| {
                view! {
                    <span class="cell-subject">
                        <PriorityMark priority=row.priority compact=true/>
                        <span>{row.subject.as_str().to_owned()}</span>
                    </span>
                }
            },
        )
        .main(),
        Column::new(
            move || t_string!(i18n, tickets.column.customer),
            move |row: &TicketSummary| match &row.customer {
                Some(customer) => customer.name.as_str().to_owned().into_any(),
                None => {
                    view! { <span class="quiet">{t!(i18n, tickets.anonymous)}</span> }.into_any()
                }
            },
        )
        .brief(),
        Column::new(
            move || t_string!(i18n, tickets.column.status),
            |row: &TicketSummary| view! { <StatusBadge status=row.status/> },
        ),
        Column::new(
            move || t_string!(i18n, tickets.column.assignee),
            move |row: &TicketSummary| match &row.assignee {
                Some(user) => user.name.as_str().to_owned().into_any(),
                None => view! { <span class="quiet">{t!(i18n, tickets.nobody)}</span> }.into_any(),
            },
        )
        .brief(),
        Column::new(
            move || t_string!(i18n, tickets.column.opened),
            |row: &TicketSummary| view! { <Instant at=Some(row.opened_at)/> },
        )
        .quiet()
        .sorted_by("opened_at")
        .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, tickets.column.updated),
            |row: &TicketSummary| view! { <Instant at=Some(row.updated_at)/> },
        )
        .quiet()
        .sorted_by("updated_at")
        .narrow(Narrow::Hidden),
        Column::new(move || t_string!(i18n, tickets.column.due), row_clock)
            .sorted_up_by("next_due_at")
            .narrow(Narrow::Side),
    ]
}

/// The search within the list.
#[component]
fn Search(url: Address) -> impl IntoView {
    let i18n = use_i18n();
    let asked = Memo::new(move |_| url.get("q"));
    let text = RwSignal::new(asked.get_untracked());
    // Back and the views change the question, too.
    effect(move || {
        let asked = asked.get();
        if text.get_untracked().trim() != asked {
            text.set(asked);
        }
    });
    let ask = leptos::leptos_dom::helpers::debounce(REST, move |typed: String| {
        // The page may be gone by now.
        if text.try_get_untracked().is_some_and(|now| now == typed) {
            let typed = typed.trim();
            url.replace(&[("q", typed)]);
        }
    });
    let ask = StoredValue::new_local(ask);
    let input = NodeRef::<leptos::html::Input>::new();
    use_commands(
        || vec![Command::Search],
        move |_| {
            if let Some(field) = input.get_untracked() {
                let _ = field.focus();
                field.select();
            }
        },
    );
    let take = move |typed: String, half_typed: bool| {
        text.set(typed.clone());
        if !half_typed {
            ask.update_value(|ask| ask(typed));
        }
    };
    view! {
        <search class="list-search">
            <Icon name=IconName::Search/>
            <input
                node_ref=input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                data-testid="list-search"
                aria-label=move || t_string!(i18n, tickets.search)
                placeholder=move || t_string!(i18n, tickets.search)
                prop:value=text
                on:input:target=move |event| {
                    let half_typed = is_half_typed(&event);
                    take(event.target().value(), half_typed);
                }
                on:compositionend:target=move |event| take(event.target().value(), false)
            />
        </search>
    }
}

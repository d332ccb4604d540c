//! My open tickets by due time, and the ones of my team that nobody has taken.

use leptos::prelude::*;
use rapport_types::page::Page;
use rapport_types::permissions::Permission;
use rapport_types::tickets::TicketSummary;

use crate::api::query::{Query, use_query};
use crate::api::{self, ApiError};
use crate::components::badge::{PriorityMark, StatusBadge};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::clock_chip::row_clock;
use crate::components::icon::IconName;
use crate::components::instant::use_now;
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::i18n::*;
use crate::links;
use crate::session::use_session;

/// What is not over yet.
const OPEN: &str = "new,open,waiting_on_customer,on_hold";

type Tickets = Query<Page<TicketSummary>>;

fn use_tickets(path: impl Fn() -> Option<String> + 'static) -> Tickets {
    let tickets = use_query(path, |path| async move {
        match path {
            Some(path) => api::get::<Page<TicketSummary>>(&path)
                .await
                .map(|reply| reply.value),
            None => std::future::pending::<Result<_, ApiError>>().await,
        }
    });
    tickets.keep_up(api::live::TICKETS);
    tickets
}

/// My open tickets, the one that is due first on top.
#[component]
pub(super) fn MyWork() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let now = use_now();
    let mine = [
        ("assignee", "me"),
        ("status", OPEN),
        ("sort", "next_due_at"),
    ];
    let tickets = use_tickets(move || {
        let mut pairs = mine.to_vec();
        pairs.push(("limit", "50"));
        Some(links::with_query("/tickets", &pairs))
    });
    // How many of the shown ones are over, and how many near.
    let pressing = Memo::new(move |_| {
        let now = now.get();
        tickets.with(|page| {
            let rows = page.map_or(&[][..], |page| &page.data);
            let over = |row: &&TicketSummary| row.next_due_at.is_some_and(|due| due <= now);
            let near = |row: &&TicketSummary| row.next_warn_at.is_some_and(|warn| warn <= now);
            let over_count = rows.iter().filter(over).count();
            let near_count = rows.iter().filter(|row| near(row) && !over(row)).count();
            (over_count, near_count)
        })
    });
    view! {
        <section class="panel" aria-labelledby="my-work">
            <header class="panel-head">
                <h2 id="my-work">{t!(i18n, frame.home.my_work)}</h2>
                {move || Some(pressing.get().0).filter(|count| *count > 0).map(|count| view! {
                    <span class="badge badge-bad badge-plain">{t!(i18n, frame.home.over, count = count)}</span>
                })}
                {move || Some(pressing.get().1).filter(|count| *count > 0).map(|count| view! {
                    <span class="badge badge-warn badge-plain">{t!(i18n, frame.home.near, count = count)}</span>
                })}
                <a class="panel-more" href=links::tickets(&mine)>{t!(i18n, frame.home.all_mine)}</a>
            </header>
            <Failure tickets/>
            <TicketRows
                tickets
                label=Signal::derive(move || t_string!(i18n, frame.home.my_work).to_owned())
                with_clock=true
                empty=move || tickets.error().is_none().then(|| view! {
                    <EmptyState
                        icon=IconName::Inbox
                        title=Signal::derive(move || t_string!(i18n, frame.home.empty_title).to_owned())
                        text=Signal::derive(move || t_string!(i18n, frame.home.empty_text).to_owned())
                    >
                        <div class="chips">
                            <LinkButton href=links::tickets(&[("assignee", "none"), ("status", OPEN)])>
                                {t!(i18n, frame.home.unassigned)}
                            </LinkButton>
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
                })
            />
        </section>
    }
}

/// The tickets of my team that nobody has taken, oldest first. Not there when there are none.
#[component]
pub(super) fn NewInTeam() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let team = Memo::new(move |_| session.me().map(|me| me.team_id.to_string()));
    let filters = move |team: &str| {
        vec![
            ("team", team.to_owned()),
            ("assignee", "none".to_owned()),
            ("status", OPEN.to_owned()),
            ("sort", "next_due_at".to_owned()),
        ]
    };
    let path = move |limit: bool| {
        team.get().map(|team| {
            let pairs = filters(&team);
            let mut pairs: Vec<_> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
            if limit {
                pairs.push(("limit", "10"));
            }
            links::tickets(&pairs)
        })
    };
    let tickets = use_tickets(move || path(true));
    let any = Memo::new(move |_| {
        tickets.error().is_some()
            || tickets.with(|page| page.is_some_and(|page| !page.data.is_empty()))
    });
    view! {
        <Show when=move || any.get()>
            <section class="panel" aria-labelledby="new-in-team">
                <header class="panel-head">
                    <h2 id="new-in-team">{t!(i18n, frame.home.new_in_team)}</h2>
                    <a class="panel-more" href=move || path(false)>{t!(i18n, frame.home.all)}</a>
                </header>
                <Failure tickets/>
                <TicketRows
                    tickets
                    label=Signal::derive(move || t_string!(i18n, frame.home.new_in_team).to_owned())
                    with_clock=false
                    empty=|| ()
                />
            </section>
        </Show>
    }
}

/// Why the list could not be loaded.
#[component]
fn Failure(tickets: Tickets) -> impl IntoView {
    move || {
        tickets.error().map(|error| {
            view! {
                <ErrorState error on_retry=move || tickets.reload()/>
            }
        })
    }
}

/// The rows. `with_clock`: my own, with the keyboard.
#[component]
fn TicketRows(
    tickets: Tickets,
    label: Signal<String>,
    with_clock: bool,
    #[prop(into)] empty: ViewFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let due =
        Column::new(move || t_string!(i18n, frame.column.due), row_clock).narrow(Narrow::Side);
    let columns = vec![
        due,
        Column::new(
            move || t_string!(i18n, frame.column.number),
            |row: &TicketSummary| format!("T-{}", row.number),
        )
        .quiet(),
        Column::new(
            move || t_string!(i18n, frame.column.subject),
            |row: &TicketSummary| row.subject.as_str().to_owned(),
        )
        .main(),
        Column::new(
            move || t_string!(i18n, frame.column.customer),
            |row: &TicketSummary| {
                row.customer
                    .as_ref()
                    .map(|customer| customer.name.as_str().to_owned())
            },
        )
        .brief(),
        Column::new(
            move || t_string!(i18n, frame.column.status),
            |row: &TicketSummary| view! { <StatusBadge status=row.status/> },
        ),
        Column::new(
            move || t_string!(i18n, frame.column.priority),
            |row: &TicketSummary| view! { <PriorityMark priority=row.priority compact=true/> },
        ),
    ];
    view! {
        <DataTable
            label
            columns
            rows=Signal::derive(move || match (tickets.get(), tickets.error()) {
                (Some(page), _) => Some(page.data),
                // The error stands above; no skeleton below it.
                (None, Some(_)) => Some(Vec::new()),
                (None, None) => None,
            })
            href=|row: &TicketSummary| links::ticket(row.id)
            empty
            row_testid="work-row"
            keys=with_clock
        />
    }
}

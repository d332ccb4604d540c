//! The tickets of a customer, latest change first.

use leptos::prelude::*;
use rapport_types::ids::CustomerId;
use rapport_types::page::Page;
use rapport_types::permissions::Permission;
use rapport_types::tickets::TicketSummary;

use crate::api::query::{Query, use_query};
use crate::api::{self, ApiError};
use crate::components::badge::{PriorityMark, StatusBadge};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::clock_chip::row_clock;
use crate::components::icon::IconName;
use crate::components::instant::Instant;
use crate::components::pager::Pager;
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::i18n::*;
use crate::links;
use crate::pages::address::Address;
use crate::session::use_session;

/// The order when the URL names none.
const ORDER: &str = "-updated_at";

/// Loads the customer's tickets, when the reader may see tickets.
pub(super) fn use_customer_tickets(
    id: CustomerId,
    address: Address,
    allowed: Memo<bool>,
) -> Query<Page<TicketSummary>> {
    let key = move || {
        allowed.get().then(|| {
            let order = match address.get("sort") {
                order if order.is_empty() => ORDER.to_owned(),
                order => order,
            };
            let pairs = [
                ("customer", id.to_string()),
                ("sort", order),
                ("cursor", address.get("cursor")),
                ("limit", "50".to_owned()),
            ];
            pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
        })
    };
    use_query(key, |pairs| async move {
        match pairs {
            Some(pairs) => api::tickets::list(&pairs).await,
            None => std::future::pending::<Result<_, ApiError>>().await,
        }
    })
}

/// The tickets.
#[component]
pub(super) fn TicketsTab(
    id: CustomerId,
    tickets: Query<Page<TicketSummary>>,
    address: Address,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::Ticket
                title=Signal::derive(move || t_string!(i18n, customers.no_tickets).to_owned())
                text=Signal::derive(move || t_string!(i18n, customers.no_tickets_text).to_owned())
            >
                <Show when=move || session.may(Permission::WorkTickets)>
                    <LinkButton
                        href=links::new_ticket(Some(id))
                        kind=ButtonKind::Primary
                        icon=IconName::Plus
                    >
                        {t!(i18n, frame.new_ticket)}
                    </LinkButton>
                </Show>
            </EmptyState>
        }
    };
    let columns = vec![
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
            move || t_string!(i18n, frame.column.status),
            |row: &TicketSummary| view! { <StatusBadge status=row.status/> },
        ),
        Column::new(
            move || t_string!(i18n, frame.column.priority),
            |row: &TicketSummary| view! { <PriorityMark priority=row.priority compact=true/> },
        )
        .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, customers.assignee),
            |row: &TicketSummary| row.assignee.as_ref().map(|it| it.name.as_str().to_owned()),
        ),
        Column::new(
            move || t_string!(i18n, customers.updated),
            |row: &TicketSummary| view! { <Instant at=Some(row.updated_at)/> },
        )
        .sorted_by("updated_at")
        .quiet(),
        Column::new(move || t_string!(i18n, frame.column.due), row_clock)
            .sorted_up_by("next_due_at")
            .narrow(Narrow::Side),
    ];
    let sort = Signal::derive(move || match address.get("sort") {
        order if order.is_empty() => ORDER.to_owned(),
        order => order,
    });
    view! {
        <div class="panel">
            {move || tickets.error().map(|error| view! {
                <ErrorState error on_retry=move || tickets.reload()/>
            })}
            <Show when=move || tickets.error().is_none() || tickets.with(|page| page.is_some())>
                <DataTable
                    label=Signal::derive(move || t_string!(i18n, customers.tab.tickets).to_owned())
                    columns=columns.clone()
                    rows=Signal::derive(move || tickets.with(|page| page.map(|page| page.data.clone())))
                    href=|row: &TicketSummary| links::ticket(row.id)
                    sort=sort
                    on_sort=move |sort: String| address.set(&[("sort", &sort)])
                    loading=Signal::derive(move || tickets.is_loading())
                    row_testid="customer-ticket-row"
                    empty=empty
                />
            </Show>
        </div>
        <Pager
            total=Signal::derive(move || tickets.with(|page| page.and_then(|page| page.total)))
            next=Signal::derive(move || tickets.with(|page| page.and_then(|page| page.next_cursor.clone())))
            at_start=Signal::derive(move || address.get("cursor").is_empty())
            on_next=move |cursor: String| address.open_page(&cursor)
            on_start=move || address.open_page("")
        />
    }
}

//! Tickets: reading, opening, answering, moving, rating.

use rapport_types::customers::{Customer, CustomerView, NewCustomer, TimelineEntry};
use rapport_types::ids::{CustomerId, TicketId};
use rapport_types::page::{Page, Total};
use rapport_types::tickets::{
    AssignmentChange, HandOver, Message, NewMessage, NewRating, NewTicket, Rating, StageChange,
    StatusChange, Ticket, TicketEvent, TicketPatch, TicketSummary, TicketView,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ApiError, Reply};
use crate::links::with_query;

/// Rows of one call when a whole list is wanted.
const CHUNK: &str = "500";
/// Calls of one list at most: nobody reads more than 10,000 entries on a page.
const CHUNKS: usize = 20;

/// A page of tickets: filters, order and cursor as the API spells them.
///
/// # Errors
/// As every read.
pub async fn list(query: &[(String, String)]) -> Result<Page<TicketSummary>, ApiError> {
    let pairs: Vec<_> = query
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    super::get(&with_query("/tickets", &pairs))
        .await
        .map(|reply| reply.value)
}

/// How many tickets match; none when that could not be learnt.
pub async fn count(filters: &[(&str, &str)]) -> Option<Total> {
    let mut pairs = filters.to_vec();
    pairs.extend([("limit", "1"), ("total", "capped")]);
    super::get::<Page<TicketSummary>>(&with_query("/tickets", &pairs))
        .await
        .ok()?
        .value
        .total
}

/// One ticket with the names of what it refers to.
///
/// # Errors
/// As every read.
pub async fn ticket(id: TicketId) -> Result<Reply<TicketView>, ApiError> {
    let (reply, included) = super::get_with_names(&format!("/tickets/{id}")).await?;
    Ok(Reply {
        value: TicketView {
            ticket: reply.value,
            included,
        },
        etag: reply.etag,
    })
}

/// Opens a ticket.
///
/// # Errors
/// As every write.
pub async fn open(ticket: &NewTicket) -> Result<Reply<Ticket>, ApiError> {
    super::post("/tickets", ticket).await
}

/// A change of a ticket, each by its own operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Facts.
    Facts(TicketPatch),
    /// Where it stands.
    Status(StatusChange),
    /// The stage of its pipeline.
    Stage(StageChange),
    /// With whom it lies.
    Assignment(AssignmentChange),
    /// Who answers for it.
    HandOver(HandOver),
    /// What the customer thought of it.
    Rating(NewRating),
}

/// Changes a ticket whose version is `etag`.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when somebody else was faster.
pub async fn change(id: TicketId, change: &Change, etag: &str) -> Result<Reply<Ticket>, ApiError> {
    async fn set<B: Serialize>(
        id: TicketId,
        operation: &str,
        body: &B,
        etag: &str,
    ) -> Result<Reply<Ticket>, ApiError> {
        super::put(&format!("/tickets/{id}/{operation}"), body, Some(etag)).await
    }
    match change {
        Change::Facts(patch) => super::patch(&format!("/tickets/{id}"), patch, etag).await,
        Change::Status(body) => set(id, "status", body, etag).await,
        Change::Stage(body) => set(id, "stage", body, etag).await,
        Change::Assignment(body) => set(id, "assignment", body, etag).await,
        Change::HandOver(body) => set(id, "duty-holder", body, etag).await,
        Change::Rating(body) => set(id, "satisfaction", body, etag).await,
    }
}

/// Everything said on a ticket, oldest first.
///
/// # Errors
/// As every read.
pub async fn messages(id: TicketId) -> Result<Vec<Message>, ApiError> {
    whole(&format!("/tickets/{id}/messages")).await
}

/// Says something on a ticket.
///
/// # Errors
/// As every write; `ticket_closed` on a closed one.
pub async fn say(id: TicketId, message: &NewMessage) -> Result<Reply<Message>, ApiError> {
    super::post(&format!("/tickets/{id}/messages"), message).await
}

/// Everything that happened to a ticket, oldest first.
///
/// # Errors
/// As every read.
pub async fn events(id: TicketId) -> Result<Vec<TicketEvent>, ApiError> {
    let mut events: Vec<TicketEvent> = whole(&format!("/tickets/{id}/events")).await?;
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// Every rating of a ticket, newest first.
///
/// # Errors
/// As every read.
pub async fn ratings(id: TicketId) -> Result<Vec<Rating>, ApiError> {
    let mut ratings: Vec<Rating> = whole(&format!("/tickets/{id}/satisfaction")).await?;
    ratings.sort_by_key(|rating| std::cmp::Reverse(rating.rated_at));
    Ok(ratings)
}

/// A ticket's customer; none when the reader may not see the record.
///
/// # Errors
/// As every read, but for 404.
pub async fn customer(id: CustomerId) -> Result<Option<CustomerView>, ApiError> {
    match super::customers::customer(id).await {
        Ok(reply) => Ok(Some(reply.value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The latest entries of a customer's timeline.
///
/// # Errors
/// As every read.
pub async fn last_touches(id: CustomerId, limit: u32) -> Result<Vec<TimelineEntry>, ApiError> {
    let path = format!("/customers/{id}/timeline?limit={limit}");
    super::get::<Page<TimelineEntry>>(&path)
        .await
        .map(|reply| reply.value.data)
}

/// Makes the customer of a new ticket.
///
/// # Errors
/// As every write.
pub async fn new_customer(customer: &NewCustomer) -> Result<Reply<Customer>, ApiError> {
    super::post("/customers", customer).await
}

/// A whole list, page by page.
///
/// # Errors
/// As every read.
pub async fn whole<T: DeserializeOwned>(path: &str) -> Result<Vec<T>, ApiError> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    for _ in 0..CHUNKS {
        let path = with_query(
            path,
            &[("limit", CHUNK), ("total", "none"), ("cursor", &cursor)],
        );
        let page = super::get::<Page<T>>(&path).await?.value;
        rows.extend(page.data);
        match page.next_cursor {
            Some(next) if page.has_more => cursor = next,
            _ => break,
        }
    }
    Ok(rows)
}

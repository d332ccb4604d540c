//! Writing tickets: each function keeps the parts of a ticket (clocks, spans, events, keys, search
//! tokens) in step with it.

use std::collections::HashMap;

use rapport_types::clocks::{TicketClocks, next_due};
use rapport_types::customers::Customer;
use rapport_types::ids::{CustomerId, TicketId};
use rapport_types::records::{Action, Entity, micros};
use rapport_types::tickets::{Message, Rating, Ticket, TicketEvent};
use sea_orm::{Set, Value};

use super::history::{event_row, message_row, rating_row};
use super::{LoadedTicket, PEOPLE, TEAM, clocks, values};
use crate::approvals;
use crate::customers;
use crate::entities::{ticket, ticket_span};
use crate::error::StoreError;
use crate::external_ids;
use crate::scope::{self, Scope};
use crate::search::{Document, TicketText, index, ticket_document};
use crate::sql::Sql;
use crate::writes::{PartTable, Parts, Record, Writer, json};

impl PartTable for ticket_span::Entity {}

/// A span that lasts: the end that stands for none.
const LASTING: i64 = i64::MAX;

/// A ticket to be added with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct NewTicketRow {
    /// The ticket.
    pub ticket: Ticket,
    /// Its clocks.
    pub clocks: TicketClocks,
    /// What happened to it so far, the opening first.
    pub events: Vec<TicketEvent>,
    /// The spans in which it was unresolved, in microseconds; none as end while one lasts.
    pub spans: Vec<(i64, Option<i64>)>,
    /// Its messages.
    pub messages: Vec<Message>,
    /// Its ratings, the latest last.
    pub ratings: Vec<Rating>,
}

/// The next ticket number.
///
/// # Errors
/// What the database says.
pub async fn next_number(writer: &mut Writer) -> Result<i64, StoreError> {
    writer.next_number(Entity::Ticket).await
}

/// Takes `count` ticket numbers and gives the first of them.
///
/// # Errors
/// What the database says.
pub async fn take_numbers(writer: &mut Writer, count: usize) -> Result<i64, StoreError> {
    writer.take_many(Entity::Ticket, count).await
}

/// The next ticket number, for a ticket that follows another one of the scope.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such ticket in the scope.
pub async fn next_number_after(
    writer: &mut Writer,
    scope: &Scope,
    followed: TicketId,
) -> Result<i64, StoreError> {
    let is_there = |sql: &mut Sql| {
        sql.push("EXISTS (SELECT 1 FROM tickets t WHERE t.id = ")
            .bind(followed.uuid())
            .push(" AND ");
        scope.push(sql, TEAM, PEOPLE);
        sql.push(")");
    };
    let (number, known) = writer.next_number_and(Entity::Ticket, is_there).await?;
    if known {
        Ok(number)
    } else {
        Err(StoreError::NotFound)
    }
}

/// Adds a ticket. `customers` are its customer and its contact, whose names and numbers it is found
/// by.
///
/// # Errors
/// [`StoreError::Taken`] when one of its external ids is another ticket's.
pub async fn insert(
    writer: &mut Writer,
    new: NewTicketRow,
    customers: impl IntoIterator<Item = &Customer>,
) -> Result<Ticket, StoreError> {
    let customers: Vec<&Customer> = customers.into_iter().collect();
    let mut added = insert_all(writer, vec![new], &customers).await?;
    added.pop().ok_or(StoreError::NotFound)
}

/// Adds tickets; their customers and contacts are among `customers`.
///
/// # Errors
/// [`StoreError::Taken`] when one of their external ids is another ticket's.
pub async fn insert_all(
    writer: &mut Writer,
    mut news: Vec<NewTicketRow>,
    customers: &[&Customer],
) -> Result<Vec<Ticket>, StoreError> {
    for new in &mut news {
        show_clocks(&mut new.ticket, &new.clocks);
    }
    let tickets: Vec<Ticket> = news.iter().map(|new| new.ticket.clone()).collect();
    let rows = tickets
        .iter()
        .zip(&news)
        .map(|(ticket, new)| clocks::ticket_row(ticket, &new.clocks));
    let rows = rows.collect::<Result<_, _>>()?;
    let mut clock_rows = Vec::new();
    for new in &news {
        clock_rows.extend(clocks::rows(new.ticket.id, &new.clocks)?);
    }
    let spans = news.iter().flat_map(|new| {
        new.spans.iter().map(|(from, to)| ticket_span::ActiveModel {
            ticket_id: Set(new.ticket.id.uuid()),
            from_at: Set(*from),
            to_at: Set(to.unwrap_or(LASTING)),
        })
    });
    let ratings = news.iter().flat_map(|new| {
        let last = new.ratings.len().saturating_sub(1);
        new.ratings
            .iter()
            .enumerate()
            .map(move |(index, rating)| rating_row(rating, index == last))
    });
    let keys = tickets
        .iter()
        .flat_map(|t| external_ids::rows(Entity::Ticket, t.id.uuid(), &t.external_ids));
    let messages = news
        .iter()
        .flat_map(|new| new.messages.iter().map(message_row));
    let events = news.iter().flat_map(|new| new.events.iter().map(event_row));
    let own = tickets.iter().flat_map(values::rows);
    let parts = |parts: &mut Parts| {
        parts.add(clock_rows);
        parts.add(spans);
        parts.add(events);
        parts.add(messages);
        parts.add(ratings);
        parts.add(keys);
        parts.add(own);
    };
    writer.insert_with(&tickets, rows, parts).await?;
    for new in &news {
        for message in &new.messages {
            let body = json(message)?;
            writer.log_part(
                Entity::Message,
                message.id.to_string(),
                Action::Created,
                &new.ticket,
                &body,
            )?;
        }
        for rating in &new.ratings {
            let body = json(rating)?;
            writer.log_part(
                Entity::Rating,
                rating.id.to_string(),
                Action::Created,
                &new.ticket,
                &body,
            )?;
        }
    }
    let documents: Vec<_> = tickets
        .iter()
        .map(|ticket| (ticket.number, document(ticket, customers)))
        .collect();
    index::store(writer, Entity::Ticket, documents, true);
    Ok(tickets)
}

/// Changes a ticket with its clocks and tells its history; the version rises even when only a
/// part differs. Approvals that cover what changed end by it.
///
/// # Errors
/// [`StoreError::Taken`] when one of its external ids is another ticket's.
pub async fn update(
    writer: &mut Writer,
    before: &LoadedTicket,
    after: &mut Ticket,
    clocks: &TicketClocks,
    events: &[TicketEvent],
) -> Result<(), StoreError> {
    let old = &before.ticket;
    show_clocks(after, clocks);
    after.updated_at = old.updated_at;
    if old == after && before.clocks == *clocks && events.is_empty() {
        return Ok(());
    }
    after.updated_at = writer.now();
    let ended = approvals::end_outdated(writer, before, after, events).await?;
    writer
        .update_as(old, after, |after| clocks::ticket_row(after, clocks))
        .await?;
    if before.clocks != *clocks {
        clocks::replace(writer, after.id, clocks).await?;
    }
    let events: Vec<_> = events.iter().chain(&ended).map(event_row).collect();
    if !events.is_empty() {
        writer.insert_parts(events).await?;
    }
    if old.status.is_over() != after.status.is_over() {
        end_or_begin_span(writer, after).await?;
    }
    if old.external_ids != after.external_ids {
        external_ids::replace(writer, Entity::Ticket, after.id.uuid(), &after.external_ids).await?;
    }
    if old.fields != after.fields {
        values::replace(writer, after).await?;
    }
    let found_by = |t: &Ticket| {
        (
            t.fields.clone(),
            t.subject.clone(),
            t.description.clone(),
            t.customer_id,
            t.contact_id,
            t.external_ids.clone(),
            t.scope_keys(),
        )
    };
    if found_by(old) != found_by(after) {
        let ids: Vec<CustomerId> = named(after).collect();
        let kind = writer.sql().kind();
        let found = customers::find_all(writer.connection(), kind, &ids).await?;
        let document = document(after, &found.iter().collect::<Vec<_>>());
        index::store(
            writer,
            Entity::Ticket,
            vec![(after.number, document)],
            false,
        );
    }
    Ok(())
}

/// Adds a message together with what it does to the ticket.
///
/// # Errors
/// What the database says.
pub async fn add_message(
    writer: &mut Writer,
    before: &LoadedTicket,
    after: &mut Ticket,
    clocks: &TicketClocks,
    events: &[TicketEvent],
    message: &Message,
) -> Result<(), StoreError> {
    writer.insert_parts(vec![message_row(message)]).await?;
    let body = json(message)?;
    writer.log_part(
        Entity::Message,
        message.id.to_string(),
        Action::Created,
        after,
        &body,
    )?;
    let version = before.ticket.version;
    update(writer, before, after, clocks, events).await?;
    if after.version == version {
        after.updated_at = writer.now();
        writer.update_anyway(&before.ticket, after).await?;
    }
    Ok(())
}

/// The span that a resolution ends or a reopening begins.
async fn end_or_begin_span(writer: &mut Writer, ticket: &Ticket) -> Result<(), StoreError> {
    if !ticket.status.is_over() {
        // A ticket resolved and reopened in the very instant of its opening goes on with that span.
        let mut sql = writer.sql();
        sql.push("INSERT INTO ticket_spans (ticket_id, from_at, to_at) VALUES (")
            .bind_all([
                Value::from(ticket.id.uuid()),
                micros(writer.now()).into(),
                LASTING.into(),
            ])
            .push(") ON CONFLICT (ticket_id, from_at) DO UPDATE SET to_at = excluded.to_at");
        return writer.change_parts(sql).await;
    }
    let ended = ticket
        .resolved_at
        .map_or_else(|| micros(writer.now()), micros);
    let mut sql = writer.sql();
    sql.push("UPDATE ticket_spans SET to_at = ").bind(ended);
    sql.push(" WHERE ticket_id = ")
        .bind(ticket.id.uuid())
        .push(" AND to_at = ")
        .bind(LASTING);
    writer.change_parts(sql).await
}

/// What lists and the wire show of the clocks.
fn show_clocks(ticket: &mut Ticket, clocks: &TicketClocks) {
    ticket.clocks = clocks.wire();
    ticket.next_due_at = next_due(&ticket.clocks).and_then(|clock| clock.due_at);
}

/// The customers that a ticket is found by.
fn named(ticket: &Ticket) -> impl Iterator<Item = CustomerId> + use<> {
    [ticket.customer_id, ticket.contact_id]
        .into_iter()
        .flatten()
}

/// Renews what the tickets of a customer are found by, those among them that it asked with for an
/// organisation, after its name or numbers changed.
pub(crate) async fn index_tickets_of(
    writer: &mut Writer,
    customer: &Customer,
) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    // Locked, so that none of them changes its team or its people between here and the commit.
    sql.push("SELECT * FROM tickets WHERE customer_id = ")
        .bind(customer.id.uuid())
        .push(" OR contact_id = ")
        .bind(customer.id.uuid())
        .push(" ORDER BY number")
        .push(writer.row_lock());
    let none = TicketClocks::default();
    let tickets = sql
        .all::<ticket::Model>(writer.connection())
        .await?
        .into_iter()
        .map(|row| row.into_wire(&none))
        .collect::<Result<Vec<Ticket>, _>>()?;
    if tickets.is_empty() {
        return Ok(());
    }
    let mut others: Vec<CustomerId> = tickets.iter().flat_map(named).collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|id| *id != customer.id);
    let kind = writer.sql().kind();
    let others = customers::find_all(writer.connection(), kind, &others).await?;
    let known: HashMap<CustomerId, &Customer> = others
        .iter()
        .chain([customer])
        .map(|known| (known.id, known))
        .collect();
    let documents: Vec<_> = tickets
        .iter()
        .map(|ticket| {
            let found: Vec<&Customer> = named(ticket)
                .filter_map(|id| known.get(&id).copied())
                .collect();
            (ticket.number, document(ticket, &found))
        })
        .collect();
    index::store(writer, Entity::Ticket, documents, false);
    Ok(())
}

/// What a ticket is found by; its customer and its contact are among `customers`.
fn document(ticket: &Ticket, customers: &[&Customer]) -> Document {
    let found: Vec<&Customer> = named(ticket)
        .filter_map(|id| customers.iter().find(|known| known.id == id).copied())
        .collect();
    let mut document = ticket_document(&TicketText {
        number: ticket.number,
        subject: ticket.subject.as_str(),
        description: ticket.description.as_ref().map_or("", |text| text.as_str()),
        names: found.iter().map(|c| c.name.as_str()).collect(),
        phones: found
            .iter()
            .flat_map(|c| c.phones.iter().map(|phone| phone.as_str()))
            .collect(),
        external_ids: ticket
            .external_ids
            .iter()
            .map(|external| external.id.as_str())
            .collect(),
        fields: values::words(ticket),
    });
    for id in scope::ids(&ticket.scope_keys()) {
        document.add_scope(id);
    }
    document
}

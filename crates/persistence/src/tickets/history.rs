//! Messages, events and ratings of a ticket.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_types::clocks::{ClockEvent, Holder};
use rapport_types::ids::{
    CustomerId, MessageId, RatingId, TeamId, TicketEventId, TicketId, UserId,
};
use rapport_types::page::{CursorKey, Page, Paging, digest};
use rapport_types::records::{Action, Actor, Entity, micros};
use rapport_types::tickets::{
    Author, EventKind, Message, Rating, RatingSource, Status, Ticket, TicketEvent, Visibility,
};
use sea_orm::{ConnectionTrait, FromQueryResult, Set};

use crate::database::{Database, Kind};
use crate::entities::{message, rating, ticket_event};
use crate::error::StoreError;
use crate::lists::finish;
use crate::sql::Sql;
use crate::totals::count;
use crate::values::{instant, text};
use crate::writes::{PartTable, Writer, from_json, json};

impl PartTable for message::Entity {}
impl PartTable for ticket_event::Entity {}
impl PartTable for rating::Entity {}

/// The row of a message.
pub(super) fn message_row(message: &Message) -> message::ActiveModel {
    let (kind, author) = match message.author {
        Author::Staff(user) => ("staff", user.map(UserId::uuid)),
        Author::Customer(customer) => ("customer", customer.map(CustomerId::uuid)),
        Author::System => ("system", None),
    };
    message::ActiveModel {
        id: Set(message.id.uuid()),
        ticket_id: Set(message.ticket_id.uuid()),
        visibility: Set(message.visibility.code().to_owned()),
        author_kind: Set(kind.to_owned()),
        author_id: Set(author),
        body: Set(message.body.as_str().to_owned()),
        sent_at: Set(micros(message.sent_at)),
    }
}

fn read_message(row: message::Model) -> Result<Message, StoreError> {
    Ok(Message {
        id: MessageId::from_uuid(row.id),
        ticket_id: TicketId::from_uuid(row.ticket_id),
        visibility: if row.visibility == "public" {
            Visibility::Public
        } else {
            Visibility::Internal
        },
        author: match row.author_kind.as_str() {
            "staff" => Author::Staff(row.author_id.map(UserId::from_uuid)),
            "customer" => Author::Customer(row.author_id.map(CustomerId::from_uuid)),
            _ => Author::System,
        },
        body: text(row.body)?,
        sent_at: instant(row.sent_at),
    })
}

/// The row of an event.
pub(super) fn event_row(event: &TicketEvent) -> ticket_event::ActiveModel {
    ticket_event::ActiveModel {
        id: Set(event.id.uuid()),
        ticket_id: Set(event.ticket_id.uuid()),
        at: Set(micros(event.at)),
        actor_id: Set(event.actor.user().map(UserId::uuid)),
        kind: Set(event.kind.code().to_owned()),
        before: Set(event.before.as_ref().map(ToString::to_string)),
        after: Set(event.after.as_ref().map(ToString::to_string)),
        reason: Set(event
            .reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned())),
    }
}

fn read_event(row: ticket_event::Model) -> Result<TicketEvent, StoreError> {
    Ok(TicketEvent {
        id: TicketEventId::from_uuid(row.id),
        ticket_id: TicketId::from_uuid(row.ticket_id),
        at: instant(row.at),
        actor: row
            .actor_id
            .map_or(Actor::System, |id| Actor::User(UserId::from_uuid(id))),
        kind: EventKind::from_code(&row.kind)
            .ok_or_else(|| StoreError::Failed(format!("unknown event {}", row.kind)))?,
        before: row.before.as_deref().map(from_json).transpose()?,
        after: row.after.as_deref().map(from_json).transpose()?,
        reason: row.reason.map(text).transpose()?,
    })
}

/// The row of a rating.
pub(super) fn rating_row(rating: &Rating, latest: bool) -> rating::ActiveModel {
    rating::ActiveModel {
        id: Set(rating.id.uuid()),
        ticket_id: Set(rating.ticket_id.uuid()),
        score: Set(rating.score),
        comment: Set(rating.comment.as_ref().map(|text| text.as_str().to_owned())),
        rated_at: Set(micros(rating.rated_at)),
        source: Set(rating.source.code().to_owned()),
        latest: Set(latest),
    }
}

fn read_rating(row: rating::Model) -> Result<Rating, StoreError> {
    Ok(Rating {
        id: RatingId::from_uuid(row.id),
        ticket_id: TicketId::from_uuid(row.ticket_id),
        score: row.score,
        comment: row.comment.map(text).transpose()?,
        rated_at: instant(row.rated_at),
        source: RatingSource::from_code(&row.source)
            .ok_or_else(|| StoreError::Failed(format!("unknown source {}", row.source)))?,
    })
}

/// Keeps a rating, which is the ticket's latest from now on.
///
/// # Errors
/// What the database says.
pub async fn add_rating(
    writer: &mut Writer,
    ticket: &Ticket,
    rating: &Rating,
) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("UPDATE ratings SET latest = ")
        .bind(false)
        .push(" WHERE ticket_id = ")
        .bind(ticket.id.uuid());
    writer.change_parts(sql).await?;
    writer.insert_parts(vec![rating_row(rating, true)]).await?;
    writer.log_part(
        Entity::Rating,
        rating.id.to_string(),
        Action::Created,
        ticket,
        &json(rating)?,
    )
}

/// The events of several tickets that clocks follow from: opening, first response and each change of
/// status. One statement.
///
/// # Errors
/// What the database says.
pub async fn clock_events(
    writer: &Writer,
    tickets: &[&Ticket],
) -> Result<Vec<Vec<ClockEvent>>, StoreError> {
    clock_events_of(writer.connection(), writer.sql().kind(), tickets).await
}

/// The same outside of a transaction.
pub(super) async fn clock_events_of(
    db: &impl ConnectionTrait,
    kind: Kind,
    tickets: &[&Ticket],
) -> Result<Vec<Vec<ClockEvent>>, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("SELECT * FROM ticket_events WHERE ")
        .in_ids("ticket_id", tickets.iter().map(|ticket| ticket.id.uuid()));
    sql.push(" AND kind = ")
        .bind(EventKind::Status.code())
        .push(" ORDER BY at, id");
    let mut moves: HashMap<_, Vec<ClockEvent>> = HashMap::new();
    for row in sql.all::<ticket_event::Model>(db).await? {
        let of = moves.entry(row.ticket_id).or_default();
        of.extend(status_event(row)?);
    }
    let events = tickets.iter().map(|ticket| {
        let mut events = known_events(ticket);
        events.append(&mut moves.remove(&ticket.id.uuid()).unwrap_or_default());
        events
    });
    Ok(events.collect())
}

/// The events of a ticket that its clocks follow from, and who had it since when, each in the order
/// of time. One statement.
///
/// # Errors
/// What the database says.
pub async fn clock_history(
    db: &Database,
    ticket: &Ticket,
) -> Result<(Vec<ClockEvent>, Vec<Holder>), StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM ticket_events WHERE ticket_id = ")
        .bind(ticket.id.uuid())
        .push(" AND kind IN (")
        .bind(EventKind::Status.code())
        .push(", ")
        .bind(EventKind::Assignment.code())
        .push(") ORDER BY at, id");
    let mut events = known_events(ticket);
    let mut holders: Vec<Holder> = Vec::new();
    for row in sql.all::<ticket_event::Model>(&db.reader).await? {
        if row.kind == EventKind::Status.code() {
            events.extend(status_event(row)?);
            continue;
        }
        let event = read_event(row)?;
        if holders.is_empty() {
            holders.extend(holder(ticket.opened_at, event.before)?);
        }
        holders.extend(holder(event.at, event.after)?);
    }
    if holders.is_empty() {
        holders.push(Holder {
            since: ticket.opened_at,
            team_id: ticket.team_id,
            assignee_id: ticket.assignee_id,
        });
    }
    Ok((events, holders))
}

/// Who has a ticket since an assignment, whose one side this is.
fn holder(
    since: DateTime<Utc>,
    side: Option<serde_json::Value>,
) -> Result<Option<Holder>, StoreError> {
    #[derive(serde::Deserialize)]
    struct Side {
        team_id: TeamId,
        assignee_id: Option<UserId>,
    }
    let Some(side) = side else { return Ok(None) };
    let Side {
        team_id,
        assignee_id,
    } = serde_json::from_value(side).map_err(|error| StoreError::Failed(error.to_string()))?;
    Ok(Some(Holder {
        since,
        team_id,
        assignee_id,
    }))
}

/// The events that a ticket tells of itself.
fn known_events(ticket: &Ticket) -> Vec<ClockEvent> {
    let opened = ClockEvent::Opened {
        at: ticket.opened_at,
    };
    let answered = ticket
        .first_responded_at
        .map(|at| ClockEvent::FirstResponded { at });
    std::iter::once(opened).chain(answered).collect()
}

/// A change of status as clocks see it.
fn status_event(row: ticket_event::Model) -> Result<Option<ClockEvent>, StoreError> {
    let event = read_event(row)?;
    let to = event
        .after
        .as_ref()
        .and_then(|after| after.as_str())
        .and_then(Status::from_code);
    Ok(to.map(|to| ClockEvent::StatusChanged { at: event.at, to }))
}

/// The history of a ticket that the transaction holds, oldest first.
///
/// # Errors
/// What the database says.
pub async fn history(writer: &Writer, ticket: TicketId) -> Result<Vec<TicketEvent>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM ticket_events WHERE ticket_id = ")
        .bind(ticket.uuid())
        .push(" ORDER BY at, id");
    let rows = sql.all::<ticket_event::Model>(writer.connection()).await?;
    rows.into_iter().map(read_event).collect()
}

/// One of a ticket's lists: its table and the column of its time.
struct History {
    table: &'static str,
    time: &'static str,
}

/// A page of one of a ticket's lists in the order of time; ids break ties.
async fn page<M: FromQueryResult, T>(
    db: &Database,
    History { table, time }: History,
    ticket: TicketId,
    paging: &Paging,
    read: impl Fn(M) -> Result<(T, CursorKey), StoreError>,
) -> Result<Page<T>, StoreError> {
    let descending = paging.sort.descending;
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM ")
        .push(table)
        .push(" WHERE ticket_id = ")
        .bind(ticket.uuid());
    if let Some(CursorKey::Moment(at, id)) = paging.after.as_ref().and_then(|c| c.key.as_ref()) {
        sql.push(" AND (").push(time).push(", id)");
        sql.push(if descending { " < (" } else { " > (" });
        sql.bind(*at).push(", ").bind(*id).push(")");
    }
    let direction = if descending { " DESC" } else { "" };
    sql.push(" ORDER BY ").push(time).push(direction);
    sql.push(", id").push(direction).push(" LIMIT ");
    sql.bind(i64::from(paging.limit) + 1);
    let mut rows = Vec::new();
    for row in sql.all::<M>(&db.reader).await? {
        let (value, key) = read(row)?;
        rows.push((value, Some(key), 0));
    }
    let total = count(db, paging.total, |sql| {
        sql.push("SELECT 1 FROM ").push(table);
        sql.push(" WHERE ticket_id = ").bind(ticket.uuid());
    })
    .await?;
    let digest = list_digest(table, ticket, paging);
    Ok(finish(rows, paging, digest, total))
}

/// The digest of the cursors of a ticket's list.
pub fn list_digest(table: &str, ticket: TicketId, paging: &Paging) -> u64 {
    digest(&[
        table,
        &ticket.to_string(),
        if paging.sort.descending { "-" } else { "+" },
    ])
}

/// The messages of a ticket that the caller has found in its scope.
///
/// # Errors
/// What the database says.
pub async fn list_messages(
    db: &Database,
    ticket: TicketId,
    paging: &Paging,
) -> Result<Page<Message>, StoreError> {
    let history = History {
        table: "messages",
        time: "sent_at",
    };
    page(db, history, ticket, paging, |row: message::Model| {
        let key = CursorKey::Moment(row.sent_at, row.id);
        Ok((read_message(row)?, key))
    })
    .await
}

/// The events of a ticket that the caller has found in its scope.
///
/// # Errors
/// What the database says.
pub async fn list_events(
    db: &Database,
    ticket: TicketId,
    paging: &Paging,
) -> Result<Page<TicketEvent>, StoreError> {
    let history = History {
        table: "ticket_events",
        time: "at",
    };
    page(db, history, ticket, paging, |row: ticket_event::Model| {
        let key = CursorKey::Moment(row.at, row.id);
        Ok((read_event(row)?, key))
    })
    .await
}

/// The ratings of a ticket that the caller has found in its scope.
///
/// # Errors
/// What the database says.
pub async fn list_ratings(
    db: &Database,
    ticket: TicketId,
    paging: &Paging,
) -> Result<Page<Rating>, StoreError> {
    let history = History {
        table: "ratings",
        time: "rated_at",
    };
    page(db, history, ticket, paging, |row: rating::Model| {
        let key = CursorKey::Moment(row.rated_at, row.id);
        Ok((read_rating(row)?, key))
    })
    .await
}

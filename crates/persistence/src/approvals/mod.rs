//! Approvals: seen by whoever sees their ticket, and changed under the lock of its row.
//!
//! Each step is told in the history of the ticket, whose version rises by it. That a change of a
//! ticket ends approvals that cover what changed is no step of anybody: [`end_outdated`] is part of
//! every change of a ticket, so that no way of changing one can forget it.

mod list;
mod row;

use std::collections::HashSet;

use rapport_types::approvals::{Approval, ApprovalState, COVERED, CoveredFact, fact_of, outdated};
use rapport_types::ids::{ApprovalId, TicketEventId, TicketId};
use rapport_types::tickets::{EventKind, Ticket, TicketEvent};
use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use crate::database::Database;
use crate::entities::approval::Model;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::tickets::{self, LoadedTicket, PEOPLE, TEAM};
use crate::writes::{Writer, from_json};

use row::Held;

pub use list::{DecidedBy, Query, list};

/// The approval.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none whose ticket lies in the scope.
pub async fn get(db: &Database, scope: &Scope, id: ApprovalId) -> Result<Approval, StoreError> {
    let sql = by_id(Sql::new(db.kind), scope, id);
    sql.one::<Model>(&db.reader)
        .await?
        .ok_or(StoreError::NotFound)?
        .into_wire()
}

/// The approval and its ticket, which is held until the end of the transaction.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none whose ticket lies in the scope.
pub async fn get_locked(
    writer: &mut Writer,
    scope: &Scope,
    id: ApprovalId,
) -> Result<(Approval, LoadedTicket), StoreError> {
    let find = |writer: &Writer| by_id(writer.sql(), scope, id);
    let found = find(writer).one::<Model>(writer.connection()).await?;
    let ticket = TicketId::from_uuid(found.ok_or(StoreError::NotFound)?.ticket_id);
    let ticket = tickets::get_locked(writer, scope, ticket).await?;
    // Read under the lock: what another caller did meanwhile counts.
    let found = find(writer).one::<Model>(writer.connection()).await?;
    Ok((found.ok_or(StoreError::NotFound)?.into_wire()?, ticket))
}

fn by_id(mut sql: Sql, scope: &Scope, id: ApprovalId) -> Sql {
    sql.push("SELECT a.* FROM approvals a JOIN tickets t ON t.id = a.ticket_id WHERE a.id = ")
        .bind(id.uuid())
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql
}

/// The approvals of a ticket that the transaction holds, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_ticket(writer: &Writer, ticket: TicketId) -> Result<Vec<Approval>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM approvals WHERE ticket_id = ")
        .bind(ticket.uuid())
        .push(" ORDER BY asked_at, id");
    let found = sql.all::<Model>(writer.connection()).await?;
    found.into_iter().map(Model::into_wire).collect()
}

/// Adds an approval of a ticket that the transaction holds; `event` tells its history of it.
///
/// # Errors
/// What the database says.
pub async fn insert(
    writer: &mut Writer,
    ticket: &LoadedTicket,
    approval: Approval,
    event: TicketEvent,
) -> Result<Approval, StoreError> {
    let held = Held::of(approval, &ticket.ticket);
    writer.insert(&held).await?;
    tell(writer, ticket, event).await?;
    Ok(held.approval)
}

/// Changes an approval of a ticket that the transaction holds and gives it as it is then; `event`
/// tells the ticket's history of it.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    ticket: &LoadedTicket,
    before: Approval,
    after: Approval,
    event: TicketEvent,
) -> Result<Approval, StoreError> {
    let before = Held::of(before, &ticket.ticket);
    let mut after = Held::of(after, &ticket.ticket);
    writer.update(&before, &mut after).await?;
    tell(writer, ticket, event).await?;
    Ok(after.approval)
}

async fn tell(
    writer: &mut Writer,
    ticket: &LoadedTicket,
    event: TicketEvent,
) -> Result<(), StoreError> {
    let mut after = ticket.ticket.clone();
    tickets::update(writer, ticket, &mut after, &ticket.clocks, &[event]).await
}

/// Those of the tickets, which the transaction holds, that have approvals which a change can end.
pub(crate) async fn tickets_with_live(
    writer: &Writer,
    tickets: &[TicketId],
) -> Result<HashSet<TicketId>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT DISTINCT ticket_id FROM approvals WHERE ")
        .in_ids("ticket_id", tickets.iter().map(|id| id.uuid()))
        .push(" AND state IN (")
        .bind_all(ApprovalState::LIVE.map(ApprovalState::code))
        .push(")");
    let rows = sql.rows(writer.connection()).await?;
    let read = |row: &QueryResult| Ok(TicketId::from_uuid(row.try_get("", "ticket_id")?));
    rows.iter().map(read).collect()
}

/// Ends the approvals of a ticket that cover what has changed, and gives what the ticket's history
/// tells of them after what it is `told` of the change itself. Asks for none when nothing has changed
/// that one could cover.
pub(crate) async fn end_outdated(
    writer: &mut Writer,
    before: &LoadedTicket,
    after: &Ticket,
    told: &[TicketEvent],
) -> Result<Vec<TicketEvent>, StoreError> {
    let mut events = Vec::new();
    let old = &before.ticket;
    let changes = |fact: &CoveredFact| fact_of(old, fact.name) != fact_of(after, fact.name);
    if !before.may_have_approvals || !COVERED.iter().any(changes) {
        return Ok(events);
    }
    let mut sql = writer.sql();
    sql.push(
        "SELECT a.*, r.names AS rule_names FROM approvals a \
         JOIN approval_rules r ON r.code = a.rule_code WHERE a.ticket_id = ",
    )
    .bind(after.id.uuid())
    .push(" AND a.state IN (")
    .bind_all(ApprovalState::LIVE.map(ApprovalState::code))
    .push(") ORDER BY a.asked_at, a.id");
    for row in sql.rows(writer.connection()).await? {
        let live = Model::from_query_result(&row, "")?.into_wire()?;
        let rule_names = from_json(&row.try_get::<String>("", "rule_names")?)?;
        if !outdated(&live, after) {
            continue;
        }
        let ended = Approval {
            state: ApprovalState::Outdated,
            ..live.clone()
        };
        events.push(TicketEvent {
            id: event_id(events.last().or(told.last()), &ended),
            ticket_id: after.id,
            at: writer.now(),
            actor: writer.actor(),
            kind: EventKind::Approval,
            before: Some(live.state.code().into()),
            after: Some(ended.step(&rule_names)),
            reason: None,
        });
        let live = Held::of(live, old);
        writer.update(&live, &mut Held::of(ended, after)).await?;
    }
    Ok(events)
}

/// The id of the event by which an approval became outdated: the one after `last`, which has brought
/// it about, or after the approval's own.
fn event_id(last: Option<&TicketEvent>, approval: &Approval) -> TicketEventId {
    let last = last.map_or_else(|| approval.id.uuid(), |event| event.id.uuid());
    TicketEventId::from_uuid(Uuid::from_u128(last.as_u128().wrapping_add(1)))
}

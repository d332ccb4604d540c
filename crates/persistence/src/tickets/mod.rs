//! Tickets: reading through a scope, writing through the writer.

mod clocks;
mod history;
mod list;
mod row;
mod sample;
mod values;
mod write;

use rapport_types::clocks::TicketClocks;
use rapport_types::ids::TicketId;
use rapport_types::records::{Entity, ExternalId};
use rapport_types::tickets::Ticket;
use sea_orm::{ConnectionTrait, QueryResult};

use crate::approvals;
use crate::database::{Database, Kind};
use crate::entities::ticket;
use crate::error::StoreError;
use crate::external_ids;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::writes::Writer;

pub use clocks::{DueTicket, due_tickets};
pub use history::{
    add_rating, clock_events, clock_history, history, list_digest, list_events, list_messages,
    list_ratings,
};
pub use list::{MetricRows, ORDERS, Query, list, search};
pub(crate) use list::{PEOPLE, TEAM, column};
pub use sample::{SampleTicket, newest_open};
pub(crate) use write::index_tickets_of;
pub use write::{
    NewTicketRow, add_message, insert, insert_all, next_number, next_number_after, take_numbers,
    update,
};

/// A ticket with the state of its clocks, as a decision needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedTicket {
    /// The ticket, its `clocks` filled.
    pub ticket: Ticket,
    /// The full state of the clocks.
    pub clocks: TicketClocks,
    /// Whether it may have approvals that a change ends: true unless it is known to have none.
    pub may_have_approvals: bool,
}

/// The ticket, if there is one in the scope.
///
/// # Errors
/// What the database says.
pub async fn find(
    db: &Database,
    scope: &Scope,
    id: TicketId,
) -> Result<Option<LoadedTicket>, StoreError> {
    find_in(&db.reader, db.kind, scope, id, "").await
}

/// The ticket.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in the scope.
pub async fn get(db: &Database, scope: &Scope, id: TicketId) -> Result<LoadedTicket, StoreError> {
    find(db, scope, id).await?.ok_or(StoreError::NotFound)
}

/// The ticket, held until the end of the transaction, which from here on is not before the
/// ticket's last change.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in the scope.
pub async fn get_locked(
    writer: &mut Writer,
    scope: &Scope,
    id: TicketId,
) -> Result<LoadedTicket, StoreError> {
    let kind = writer.sql().kind();
    let found = find_in(writer.connection(), kind, scope, id, writer.row_lock())
        .await?
        .ok_or(StoreError::NotFound)?;
    writer.not_before(found.ticket.updated_at);
    Ok(found)
}

/// Those of the tickets that lie in the scope, held until the end of the transaction, which from here
/// on is not before the last change of any of them. By id, so that two who hold many wait for one
/// another and not both. Three statements.
///
/// # Errors
/// What the database says.
pub async fn find_all_locked(
    writer: &mut Writer,
    scope: &Scope,
    ids: &[TicketId],
) -> Result<Vec<LoadedTicket>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = writer.sql();
    sql.push("SELECT t.* FROM tickets t WHERE ")
        .in_ids("t.id", ids.iter().map(|id| id.uuid()))
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(" ORDER BY t.id").push(writer.row_lock());
    let kind = sql.kind();
    let rows = sql.all::<ticket::Model>(writer.connection()).await?;
    let mut found = clocks::load(writer.connection(), kind, rows).await?;
    // Asked under the lock: what another caller did meanwhile counts.
    let approved = approvals::tickets_with_live(writer, ids).await?;
    for one in &mut found {
        one.may_have_approvals = approved.contains(&one.ticket.id);
    }
    if let Some(at) = found.iter().map(|found| found.ticket.updated_at).max() {
        writer.not_before(at);
    }
    Ok(found)
}

/// The tickets that have one of these keys in other systems, whoever may see them.
///
/// # Errors
/// What the database says.
pub async fn holders(
    writer: &Writer,
    keys: &[ExternalId],
) -> Result<Vec<(ExternalId, TicketId)>, StoreError> {
    let holders = external_ids::holders(writer, Entity::Ticket, keys).await?;
    let of = |(key, record)| (key, TicketId::from_uuid(record));
    Ok(holders.into_iter().map(of).collect())
}

/// The ticket that has this key in another system.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in the scope.
pub async fn get_by_external_id(
    db: &Database,
    scope: &Scope,
    key: &ExternalId,
) -> Result<LoadedTicket, StoreError> {
    match external_ids::holder(db, Entity::Ticket, key).await? {
        Some(record) => get(db, scope, TicketId::from_uuid(record)).await,
        None => Err(StoreError::NotFound),
    }
}

/// Those of the tickets that lie in the scope.
///
/// # Errors
/// What the database says.
pub async fn known(
    writer: &Writer,
    scope: &Scope,
    ids: &[TicketId],
) -> Result<Vec<TicketId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = writer.sql();
    sql.push("SELECT t.id FROM tickets t WHERE ")
        .in_ids("t.id", ids.iter().map(|id| id.uuid()))
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    let rows = sql.rows(writer.connection()).await?;
    let read = |row: &QueryResult| Ok(TicketId::from_uuid(row.try_get("", "id")?));
    rows.iter().map(read).collect()
}

/// Whether there is such a ticket in the scope.
///
/// # Errors
/// [`StoreError::NotFound`] when there is not.
pub async fn check(db: &Database, scope: &Scope, id: TicketId) -> Result<(), StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT 1 AS one FROM tickets t WHERE t.id = ")
        .bind(id.uuid())
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    if sql.rows(&db.reader).await?.is_empty() {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

async fn find_in(
    db: &impl ConnectionTrait,
    kind: Kind,
    scope: &Scope,
    id: TicketId,
    lock: &str,
) -> Result<Option<LoadedTicket>, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("SELECT t.* FROM tickets t WHERE t.id = ")
        .bind(id.uuid())
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(lock);
    let rows = sql.all::<ticket::Model>(db).await?;
    Ok(clocks::load(db, kind, rows).await?.pop())
}

//! Merges of customers: two become one, and two again.
//!
//! Rows are locked as everywhere: persons first, then organisations, then tickets. Whoever merges
//! must see both customers; their tickets and contacts move whoever may see them, or the customer
//! that is given up could not go.

mod carry;
mod contacts;
mod duplicates;
mod undo;

use chrono::{DateTime, Duration, Utc};
use rapport_types::contacts::Contact;
use rapport_types::customers::{
    Customer, CustomerRef, MergeRecord, MergedInto, UNDO_DAYS, parted, undo_until,
};
use rapport_types::ids::{CustomerId, CustomerMergeId, TicketId, UserId};
use rapport_types::page::MAX_LIMIT;
use rapport_types::text::Code;
use rapport_types::users::UserRef;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PEOPLE, TEAM};
use crate::bookkeeping::{Bookkeeping, BookkeepingTable};
use crate::database::{Database, Kind};
use crate::entities::customer_merge;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::values::{instant, text};
use crate::writes::{PartTable, Writer, from_json};

pub use carry::merge;
pub use duplicates::resembling;
pub use undo::undo;

// Written with the merge, and shown by no change entry of its own.
impl PartTable for customer_merge::Entity {}
impl BookkeepingTable for customer_merge::Entity {}

/// What undoing a merge needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Traces {
    /// The survivor right before the merge.
    before: Customer,
    /// The survivor right after it.
    merged: Customer,
    /// The customer that was given up.
    other: Customer,
    tickets: Vec<MovedTicket>,
    contacts: Vec<MovedContact>,
}

/// A ticket that moved, and in which of its members.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MovedTicket {
    id: TicketId,
    customer: bool,
    contact: bool,
    /// Fields of its type that named the customer.
    #[serde(default)]
    fields: Vec<Code>,
}

/// A contact as it was, and as it became unless it went.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MovedContact {
    before: Contact,
    after: Option<Contact>,
}

/// A stored merge; its people are ids, whose names the configuration knows.
#[derive(Debug, Clone)]
pub struct StoredMerge {
    /// The merge, without its people.
    pub record: MergeRecord,
    merged_by: Option<UserId>,
    undone_by: Option<UserId>,
    traces: Option<String>,
}

impl StoredMerge {
    /// The customers as undoing would leave them, the survivor first; nothing when what that needs
    /// is gone.
    ///
    /// # Errors
    /// What was stored and cannot be read.
    pub fn apart(&self, survivor: &Customer) -> Result<Option<(Customer, Customer)>, StoreError> {
        let Some(traces) = &self.traces else {
            return Ok(None);
        };
        let traces: Traces = from_json(traces)?;
        let after = parted(survivor, &traces.before, &traces.merged);
        Ok(Some((after, traces.other)))
    }

    /// The merge with the names of its people.
    pub fn named(self, name: impl Fn(UserId) -> Option<UserRef>) -> MergeRecord {
        MergeRecord {
            merged_by: self.merged_by.and_then(&name),
            undone_by: self.undone_by.and_then(&name),
            ..self.record
        }
    }
}

/// The merge into this customer, and the newest one into it that still holds. Both stay as they are
/// until the end of the transaction, which holds the customer.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(
    writer: &Writer,
    survivor: CustomerId,
    id: CustomerMergeId,
) -> Result<(StoredMerge, Option<CustomerMergeId>), StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM customer_merges WHERE id = ")
        .bind(id.uuid())
        .push(" AND survivor_id = ")
        .bind(survivor.uuid());
    let found = sql
        .one::<customer_merge::Model>(writer.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
    let mut sql = writer.sql();
    sql.push("SELECT id FROM customer_merges WHERE undone_at IS NULL AND survivor_id = ")
        .bind(survivor.uuid())
        .push(" ORDER BY merged_at DESC, id DESC LIMIT 1");
    let newest = sql.rows(writer.connection()).await?;
    let newest = newest
        .first()
        .map(|row| row.try_get("", "id"))
        .transpose()?;
    Ok((stored(found)?, newest.map(CustomerMergeId::from_uuid)))
}

/// The newest merges into a customer, at most [`MAX_LIMIT`].
///
/// # Errors
/// What the database says.
pub async fn list(db: &Database, survivor: CustomerId) -> Result<Vec<StoredMerge>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM customer_merges WHERE survivor_id = ")
        .bind(survivor.uuid())
        .push(" ORDER BY merged_at DESC, id DESC LIMIT ")
        .bind(i64::from(MAX_LIMIT));
    let rows = sql.all::<customer_merge::Model>(&db.reader).await?;
    rows.into_iter().map(stored).collect()
}

/// Where a customer went that was merged and has not come back, see [`merged_within`].
///
/// # Errors
/// What the database says.
pub async fn merged_into(
    db: &Database,
    scope: &Scope,
    id: CustomerId,
) -> Result<Option<MergedInto>, StoreError> {
    let found = follow(&db.reader, db.kind, scope, &[id]).await?;
    Ok(found.into_iter().next())
}

/// Where customers went that were merged and have not come back: for each the customer at the end of
/// the way, if that is in the scope.
///
/// # Errors
/// What the database says.
pub async fn merged_within(
    writer: &Writer,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<Vec<MergedInto>, StoreError> {
    follow(writer.connection(), writer.sql().kind(), scope, ids).await
}

async fn follow(
    db: &impl ConnectionTrait,
    kind: Kind,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<Vec<MergedInto>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(kind);
    // UNION and not UNION ALL: a way that met itself would end.
    sql.push(
        "WITH RECURSIVE way AS (SELECT other_id, survivor_id, merged_at FROM customer_merges \
         WHERE undone_at IS NULL AND ",
    )
    .in_ids("other_id", ids.iter().map(|id| id.uuid()))
    .push(
        " UNION SELECT w.other_id, m.survivor_id, w.merged_at FROM customer_merges m \
         JOIN way w ON m.other_id = w.survivor_id WHERE m.undone_at IS NULL) \
         SELECT w.other_id, c.id, w.merged_at FROM way w \
         JOIN customers c ON c.id = w.survivor_id WHERE ",
    );
    scope.push(&mut sql, TEAM, PEOPLE);
    let rows = sql.rows(db).await?;
    let read = |row: &QueryResult| {
        Ok(MergedInto {
            id: CustomerId::from_uuid(row.try_get("", "other_id")?),
            merged_into: CustomerId::from_uuid(row.try_get("", "id")?),
            merged_at: instant(row.try_get("", "merged_at")?),
        })
    };
    rows.iter().map(read).collect()
}

/// Forgets what undoing needs of merges that can no longer be undone; the redirects stay.
///
/// # Errors
/// What the database says.
pub async fn purge_traces(db: &Database, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let since = (now - Duration::days(UNDO_DAYS)).timestamp_micros();
    let books = Bookkeeping::begin(db).await?;
    let purged = books
        .update(
            customer_merge::Entity::update_many()
                .col_expr(customer_merge::Column::Traces, Expr::value(None::<String>))
                .filter(Expr::col("merged_at").lt(since))
                .filter(Expr::col("traces").is_not_null()),
        )
        .await?;
    books.commit().await?;
    Ok(purged)
}

fn stored(row: customer_merge::Model) -> Result<StoredMerge, StoreError> {
    let merged_at = instant(row.merged_at);
    let user = |id: Option<Uuid>| id.map(UserId::from_uuid);
    Ok(StoredMerge {
        record: MergeRecord {
            id: CustomerMergeId::from_uuid(row.id),
            survivor_id: CustomerId::from_uuid(row.survivor_id),
            other: CustomerRef {
                id: CustomerId::from_uuid(row.other_id),
                number: row.other_number,
                name: text(row.other_name)?,
            },
            take: from_json(&row.take)?,
            ticket_count: row.ticket_count,
            merged_at,
            merged_by: None,
            undo_until: undo_until(merged_at),
            undone_at: row.undone_at.map(instant),
            undone_by: None,
        },
        merged_by: user(row.merged_by),
        undone_by: user(row.undone_by),
        traces: row.traces,
    })
}

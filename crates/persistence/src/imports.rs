//! Runs of imports, and finding what an import made before.
//!
//! A run is bookkeeping, yet it is written by the [`Writer`]: how far a file is settled must last
//! together with the tickets that settle it, or neither. It makes no change entry.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rapport_types::customers::Customer;
use rapport_types::ids::{CustomerId, ImportId, UserId};
use rapport_types::imports::{ImportNumbers, KeyKind, Position};
use rapport_types::records::{Entity, ExternalId, micros};
use sea_orm::{ConnectionTrait, Set};
use uuid::Uuid;

use crate::customers;
use crate::database::{Database, Kind};
use crate::entities::import;
use crate::error::StoreError;
use crate::external_ids;
use crate::sql::Sql;
use crate::values::instant;
use crate::writes::{PartTable, Writer, from_json, json};

impl PartTable for import::Entity {}

/// Values of one `IN`: SQLite takes at most 32,766.
const KEYS_PER_QUERY: usize = 5_000;

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Under way; or broken off, when nobody holds its lease.
    Running,
    /// The file was read to its end.
    Done,
    /// Somebody stopped it.
    Cancelled,
    /// The file or the database failed on the way.
    Failed,
}

impl ImportState {
    const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Cancelled, Self::Failed];

    /// The name in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// One run over one file with one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRun {
    /// The id that every ticket and customer it makes carries.
    pub id: ImportId,
    /// SHA-256 of the file's uncompressed bytes, hexadecimal.
    pub digest: String,
    /// The file's name.
    pub file_name: String,
    /// The mapping and whatever else decides on the outcome, as JSON.
    pub mapping: String,
    /// How far the file is settled.
    pub position: Position,
    /// The three numbers up to there.
    pub numbers: ImportNumbers,
    /// How it stands.
    pub state: ImportState,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it came this far.
    pub updated_at: DateTime<Utc>,
}

impl ImportRun {
    fn row(&self) -> Result<import::ActiveModel, StoreError> {
        Ok(import::ActiveModel {
            id: Set(self.id.uuid()),
            digest: Set(self.digest.clone()),
            file_name: Set(self.file_name.clone()),
            mapping: Set(self.mapping.clone()),
            position: Set(json(&self.position)?),
            imported: Set(number(self.numbers.imported)),
            with_warnings: Set(number(self.numbers.with_warnings)),
            rejected: Set(number(self.numbers.rejected)),
            state: Set(self.state.code().to_owned()),
            started_at: Set(micros(self.started_at)),
            updated_at: Set(micros(self.updated_at)),
            started_by: Set(None),
        })
    }

    fn from_row(row: import::Model) -> Result<Self, StoreError> {
        let state = ImportState::ALL
            .into_iter()
            .find(|state| state.code() == row.state);
        Ok(Self {
            id: ImportId::from_uuid(row.id),
            position: from_json(&row.position)?,
            numbers: ImportNumbers {
                imported: row.imported.unsigned_abs(),
                with_warnings: row.with_warnings.unsigned_abs(),
                rejected: row.rejected.unsigned_abs(),
            },
            state: state
                .ok_or_else(|| StoreError::Failed(format!("unknown state {}", row.state)))?,
            started_at: instant(row.started_at),
            updated_at: instant(row.updated_at),
            digest: row.digest,
            file_name: row.file_name,
            mapping: row.mapping,
        })
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The latest run over this file with this mapping.
///
/// # Errors
/// What the database says.
pub async fn find(
    db: &Database,
    digest: &str,
    mapping: &str,
) -> Result<Option<ImportRun>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM imports WHERE digest = ")
        .bind(digest)
        .push(" AND mapping = ")
        .bind(mapping);
    sql.push(" ORDER BY started_at DESC, id DESC LIMIT 1");
    sql.one::<import::Model>(&db.reader)
        .await?
        .map(ImportRun::from_row)
        .transpose()
}

/// Begins a run.
///
/// # Errors
/// What the database says.
pub async fn insert(writer: &mut Writer, run: &ImportRun) -> Result<(), StoreError> {
    writer.insert_parts(vec![run.row()?]).await
}

/// Notes how far a run has come, together with all else that the transaction writes.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else has moved the run on since `before` was read.
pub async fn update(
    writer: &mut Writer,
    before: &ImportRun,
    after: &ImportRun,
) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM imports WHERE id = ")
        .bind(before.id.uuid())
        .push(writer.row_lock());
    let row = sql
        .one::<import::Model>(writer.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
    let now = ImportRun::from_row(row)?;
    if now.position != before.position {
        return Err(StoreError::Stale {
            current_version: number(now.position.records),
        });
    }
    let mut sql = writer.sql();
    sql.push("UPDATE imports SET position = ")
        .bind(json(&after.position)?);
    sql.push(", imported = ")
        .bind(number(after.numbers.imported));
    sql.push(", with_warnings = ")
        .bind(number(after.numbers.with_warnings));
    sql.push(", rejected = ")
        .bind(number(after.numbers.rejected));
    sql.push(", state = ").bind(after.state.code());
    sql.push(", updated_at = ").bind(micros(after.updated_at));
    sql.push(" WHERE id = ").bind(before.id.uuid());
    writer.change_parts(sql).await
}

/// Those of a source's keys under which there is a ticket already.
///
/// # Errors
/// What the database says.
pub async fn known_tickets(
    db: &Database,
    source: &str,
    keys: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let found = by_external_id(&db.reader, db.kind, Entity::Ticket, source, keys).await?;
    Ok(found.into_keys().collect())
}

/// The users that imports of a source made for its keys.
///
/// # Errors
/// What the database says.
pub async fn known_agents(
    db: &Database,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, UserId>, StoreError> {
    let found = by_external_id(&db.reader, db.kind, Entity::User, source, keys).await?;
    Ok(found
        .into_iter()
        .map(|(key, id)| (key, UserId::from_uuid(id)))
        .collect())
}

/// Remembers for which key of a source a user was made.
///
/// # Errors
/// [`StoreError::Taken`] when there is another user for the key.
pub async fn remember_agent(
    writer: &mut Writer,
    user: UserId,
    key: ExternalId,
) -> Result<(), StoreError> {
    external_ids::insert(writer, Entity::User, user.uuid(), &[key]).await
}

/// The customers that these keys name. Of several with one e-mail address or name the one with the
/// lowest number is meant.
///
/// # Errors
/// What the database says.
pub async fn find_customers(
    writer: &Writer,
    by: KeyKind,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, Customer>, StoreError> {
    let (db, kind) = (writer.connection(), writer.sql().kind());
    let mut named: Vec<(String, Uuid)> = Vec::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        let mut sql = Sql::new(kind);
        match by {
            KeyKind::ExternalId => {
                named.extend(
                    external_ids::find_all(db, kind, Entity::Customer, source, some).await?,
                );
                continue;
            }
            KeyKind::Email => {
                sql.push("SELECT value AS key, customer_id AS id FROM customer_values WHERE kind = 'email'");
                sql.push(" AND value IN (");
            }
            KeyKind::Name => {
                sql.push("SELECT name AS key, id FROM customers WHERE name IN (");
            }
        }
        sql.bind_all(some.iter().copied()).push(")");
        for row in sql.rows(db).await? {
            named.push((row.try_get("", "key")?, row.try_get("", "id")?));
        }
    }
    let ids: Vec<CustomerId> = named
        .iter()
        .map(|(_, id)| CustomerId::from_uuid(*id))
        .collect();
    let mut records = HashMap::new();
    for some in ids.chunks(KEYS_PER_QUERY) {
        let found = customers::find_all(db, kind, some).await?;
        records.extend(
            found
                .into_iter()
                .map(|customer| (customer.id.uuid(), customer)),
        );
    }
    let mut customers: HashMap<String, Customer> = HashMap::new();
    for (key, id) in named {
        let Some(customer) = records.get(&id) else {
            continue;
        };
        let is_first = customers
            .get(&key)
            .is_none_or(|other| customer.number < other.number);
        if is_first {
            customers.insert(key, customer.clone());
        }
    }
    Ok(customers)
}

/// Takes `count` human numbers of a kind at once and gives the first of them.
///
/// # Errors
/// What the database says.
pub async fn take_numbers(
    writer: &mut Writer,
    entity: Entity,
    count: usize,
) -> Result<i64, StoreError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Ok(writer.advance(entity.code(), count).await? - count + 1)
}

async fn by_external_id(
    db: &impl ConnectionTrait,
    kind: Kind,
    entity: Entity,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, Uuid>, StoreError> {
    let mut found = HashMap::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        found.extend(external_ids::find_all(db, kind, entity, source, some).await?);
    }
    Ok(found)
}

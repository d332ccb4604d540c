//! The rows of bulk changes.

use chrono::{DateTime, Utc};
use rapport_types::bulk_changes::{BulkEntity, BulkNumbers, BulkState, MOST_DRAFTS};
use rapport_types::filters::Filter;
use rapport_types::ids::{ApiKeyId, BulkChangeId, UserId};
use rapport_types::records::micros;
use rapport_types::text::NameText;
use sea_orm::{QueryResult, Set};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::database::Database;
use crate::entities::{bulk_change, bulk_change_fault, bulk_change_record};
use crate::error::StoreError;
use crate::sql::Sql;
use crate::values::{instant, text};
use crate::writes::{PartTable, Writer, from_json, json};

impl PartTable for bulk_change::Entity {}
impl PartTable for bulk_change_record::Entity {}
impl PartTable for bulk_change_fault::Entity {}

/// A bulk change as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRun {
    /// The id.
    pub id: BulkChangeId,
    /// Raised by everything that happens to it.
    pub version: i64,
    /// What is changed.
    pub entity: BulkEntity,
    /// The resolved filter; none when the records were named.
    pub filter: Option<Filter>,
    /// What becomes of each record.
    pub change: Map<String, Value>,
    /// How it stands.
    pub state: BulkState,
    /// How many records it is for.
    pub count: u64,
    /// The last record that had its turn.
    pub position: Option<Uuid>,
    /// What the records up to there came to.
    pub numbers: BulkNumbers,
    /// Whose it is.
    pub made_by: UserId,
    /// The key by which a service started it.
    pub api_key_id: Option<ApiKeyId>,
    /// For whom a trusted service says that it acts.
    pub on_behalf_of: Option<NameText>,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it was started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it came this far.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl BulkRun {
    fn row(&self) -> Result<bulk_change::ActiveModel, StoreError> {
        Ok(bulk_change::ActiveModel {
            id: Set(self.id.uuid()),
            version: Set(self.version),
            entity: Set(self.entity.code().to_owned()),
            filter: Set(self.filter.as_ref().map(json).transpose()?),
            change: Set(json(&self.change)?),
            state: Set(self.state.code().to_owned()),
            record_count: Set(number(self.count)),
            position: Set(self.position),
            changed: Set(number(self.numbers.changed)),
            unchanged: Set(number(self.numbers.unchanged)),
            skipped: Set(number(self.numbers.skipped)),
            refused: Set(number(self.numbers.refused)),
            made_by: Set(self.made_by.uuid()),
            api_key_id: Set(self.api_key_id.map(ApiKeyId::uuid)),
            on_behalf_of: Set(self.on_behalf_of.as_ref().map(ToString::to_string)),
            created_at: Set(micros(self.created_at)),
            started_at: Set(self.started_at.map(micros)),
            updated_at: Set(micros(self.updated_at)),
            ended_at: Set(self.ended_at.map(micros)),
        })
    }

    pub(super) fn from_row(row: bulk_change::Model) -> Result<Self, StoreError> {
        let unknown = |what: &str, code: &str| StoreError::Failed(format!("unknown {what} {code}"));
        let state = BulkState::from_code(&row.state);
        let entity = BulkEntity::from_code(&row.entity);
        Ok(Self {
            id: BulkChangeId::from_uuid(row.id),
            version: row.version,
            entity: entity.ok_or_else(|| unknown("entity", &row.entity))?,
            filter: row.filter.as_deref().map(from_json).transpose()?,
            change: from_json(&row.change)?,
            state: state.ok_or_else(|| unknown("state", &row.state))?,
            count: row.record_count.unsigned_abs(),
            position: row.position,
            numbers: BulkNumbers {
                changed: row.changed.unsigned_abs(),
                unchanged: row.unchanged.unsigned_abs(),
                skipped: row.skipped.unsigned_abs(),
                refused: row.refused.unsigned_abs(),
            },
            made_by: UserId::from_uuid(row.made_by),
            api_key_id: row.api_key_id.map(ApiKeyId::from_uuid),
            on_behalf_of: row.on_behalf_of.map(text).transpose()?,
            created_at: instant(row.created_at),
            started_at: row.started_at.map(instant),
            updated_at: instant(row.updated_at),
            ended_at: row.ended_at.map(instant),
        })
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Somebody's own bulk change.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or another's.
pub async fn get(db: &Database, owner: UserId, id: BulkChangeId) -> Result<BulkRun, StoreError> {
    let sql = own(Sql::new(db.kind), owner, id);
    let row = sql.one::<bulk_change::Model>(&db.reader).await?;
    BulkRun::from_row(row.ok_or(StoreError::NotFound)?)
}

/// Somebody's own bulk change, as it stays until the commit.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or another's.
pub async fn get_locked(
    writer: &Writer,
    owner: UserId,
    id: BulkChangeId,
) -> Result<BulkRun, StoreError> {
    let mut sql = own(writer.sql(), owner, id);
    sql.push(writer.row_lock());
    let row = sql.one::<bulk_change::Model>(writer.connection()).await?;
    BulkRun::from_row(row.ok_or(StoreError::NotFound)?)
}

fn own(mut sql: Sql, owner: UserId, id: BulkChangeId) -> Sql {
    sql.push("SELECT * FROM bulk_changes WHERE id = ")
        .bind(id.uuid());
    sql.push(" AND made_by = ").bind(owner.uuid());
    sql
}

/// The bulk changes that wait or are under way, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn unfinished(db: &Database) -> Result<Vec<BulkRun>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM bulk_changes WHERE state IN ('queued', 'running')");
    sql.push(" ORDER BY started_at, id");
    let rows = sql.all::<bulk_change::Model>(&db.reader).await?;
    rows.into_iter().map(BulkRun::from_row).collect()
}

/// Adds a draft.
///
/// # Errors
/// What the database says.
pub async fn insert(writer: &mut Writer, run: &BulkRun) -> Result<(), StoreError> {
    writer.insert_parts(vec![run.row()?]).await
}

/// Lets a draft wait for its turn, in the name of who starts it by this credential.
///
/// # Errors
/// What the database says.
pub async fn start(
    writer: &mut Writer,
    draft: &BulkRun,
    api_key_id: Option<ApiKeyId>,
    on_behalf_of: Option<NameText>,
) -> Result<BulkRun, StoreError> {
    let queued = BulkRun {
        state: BulkState::Queued,
        started_at: Some(writer.now()),
        api_key_id,
        on_behalf_of,
        ..draft.clone()
    };
    update(writer, queued).await
}

/// Ends one that is not over. The caller holds its row.
///
/// # Errors
/// What the database says.
pub async fn cancel(writer: &mut Writer, run: &BulkRun) -> Result<BulkRun, StoreError> {
    let cancelled = BulkRun {
        state: BulkState::Cancelled,
        ..run.clone()
    };
    update(writer, cancelled).await
}

/// The bulk change, whoever's, held until the commit.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn lock(writer: &Writer, id: BulkChangeId) -> Result<BulkRun, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM bulk_changes WHERE id = ")
        .bind(id.uuid())
        .push(writer.row_lock());
    let row = sql.one::<bulk_change::Model>(writer.connection()).await?;
    BulkRun::from_row(row.ok_or(StoreError::NotFound)?)
}

/// Notes how it stands and how far it has come, together with all else that the transaction writes.
/// The caller holds its row. When it is over, what it was for is forgotten.
///
/// # Errors
/// What the database says.
pub async fn update(writer: &mut Writer, run: BulkRun) -> Result<BulkRun, StoreError> {
    let after = BulkRun {
        version: run.version + 1,
        updated_at: writer.now(),
        ended_at: run.state.is_over().then(|| writer.now()),
        ..run
    };
    let mut sql = writer.sql();
    sql.push("UPDATE bulk_changes SET version = ")
        .bind(after.version);
    sql.push(", state = ").bind(after.state.code());
    sql.push(", position = ").bind(after.position);
    sql.push(", changed = ").bind(number(after.numbers.changed));
    sql.push(", unchanged = ")
        .bind(number(after.numbers.unchanged));
    sql.push(", skipped = ").bind(number(after.numbers.skipped));
    sql.push(", refused = ").bind(number(after.numbers.refused));
    sql.push(", api_key_id = ")
        .bind(after.api_key_id.map(ApiKeyId::uuid));
    sql.push(", on_behalf_of = ")
        .bind(after.on_behalf_of.as_ref().map(ToString::to_string));
    sql.push(", started_at = ")
        .bind(after.started_at.map(micros));
    sql.push(", updated_at = ").bind(micros(after.updated_at));
    sql.push(", ended_at = ").bind(after.ended_at.map(micros));
    sql.push(" WHERE id = ").bind(after.id.uuid());
    writer.change_parts(sql).await?;
    if after.state.is_over() {
        let mut sql = writer.sql();
        sql.push("DELETE FROM bulk_change_records WHERE bulk_change_id = ")
            .bind(after.id.uuid());
        writer.change_parts(sql).await?;
    }
    Ok(after)
}

/// Removes the oldest drafts of somebody who has more than [`MOST_DRAFTS`].
///
/// # Errors
/// What the database says.
pub async fn remove_surplus_drafts(writer: &mut Writer, owner: UserId) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT id FROM bulk_changes WHERE state = 'draft' AND made_by = ")
        .bind(owner.uuid());
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT 100 OFFSET ")
        .bind(number(MOST_DRAFTS));
    for row in sql.rows(writer.connection()).await? {
        remove(writer, BulkChangeId::from_uuid(row.try_get("", "id")?)).await?;
    }
    Ok(())
}

/// The drafts and the ended bulk changes that nobody needs any more.
///
/// # Errors
/// What the database says.
pub async fn outdated(
    db: &Database,
    drafted_before: DateTime<Utc>,
    ended_before: DateTime<Utc>,
) -> Result<Vec<BulkChangeId>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT id FROM bulk_changes WHERE (state = 'draft' AND created_at < ")
        .bind(micros(drafted_before));
    sql.push(") OR ended_at < ").bind(micros(ended_before));
    let rows = sql.rows(&db.reader).await?;
    let id = |row: &QueryResult| Ok(BulkChangeId::from_uuid(row.try_get("", "id")?));
    rows.iter().map(id).collect()
}

/// Removes a draft or an ended bulk change with all that belongs to it; one that was started
/// meanwhile stays.
///
/// # Errors
/// What the database says.
pub async fn remove(writer: &mut Writer, id: BulkChangeId) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("DELETE FROM bulk_changes WHERE state NOT IN ('queued', 'running') AND id = ")
        .bind(id.uuid());
    writer.change_parts(sql).await?;
    for table in ["bulk_change_records", "bulk_change_faults"] {
        let mut sql = writer.sql();
        sql.push("DELETE FROM ")
            .push(table)
            .push(" WHERE bulk_change_id = ")
            .bind(id.uuid());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM bulk_changes WHERE id = ")
            .bind(id.uuid())
            .push(")");
        writer.change_parts(sql).await?;
    }
    Ok(())
}

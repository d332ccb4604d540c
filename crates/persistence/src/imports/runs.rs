//! The rows of runs.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::ids::{ImportFileId, ImportId, TeamId, UserId};
use rapport_types::imports::{
    FaultTally, ImportEntity, ImportFault, ImportNumbers, ImportState, Position,
};
use rapport_types::records::micros;
use sea_orm::Set;

use super::Sight;
use crate::database::Database;
use crate::entities::import;
use crate::error::StoreError;
use crate::sql::Sql;
use crate::values::instant;
use crate::writes::{PartTable, Writer, from_json, json};

impl PartTable for import::Entity {}

/// How long a run of the command line that says nothing is taken for alive.
const SILENCE: TimeDelta = TimeDelta::seconds(60);

/// One run over one file with one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRun {
    /// The id that every ticket and customer it makes carries.
    pub id: ImportId,
    /// What the records of the file become.
    pub entity: ImportEntity,
    /// SHA-256 of the file's uncompressed bytes, hexadecimal.
    pub digest: String,
    /// The file's name.
    pub file_name: String,
    /// The uploaded file; none for one that the command line reads.
    pub file_id: Option<ImportFileId>,
    /// The mapping and whatever else decides on the outcome, as JSON.
    pub mapping: String,
    /// The team that the records belong to, or below.
    pub team_id: Option<TeamId>,
    /// Whether it only judges.
    pub is_dry_run: bool,
    /// How far the file is settled.
    pub position: Position,
    /// Records of the file, once it was read.
    pub row_count: Option<u64>,
    /// The three numbers up to there.
    pub numbers: ImportNumbers,
    /// Records that were there already.
    pub known: u64,
    /// How fast it goes, while it does.
    pub rows_per_second: Option<u64>,
    /// What it said.
    pub tally: FaultTally,
    /// Why it failed.
    pub refusals: Vec<ImportFault>,
    /// How it stands.
    pub state: ImportState,
    /// Whether somebody has asked it to stop.
    pub is_cancelling: bool,
    /// Who asked for it; none: the command line.
    pub started_by: Option<UserId>,
    /// When it was asked for.
    pub started_at: DateTime<Utc>,
    /// When it came this far.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
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
            started_by: Set(self.started_by.map(UserId::uuid)),
            entity: Set(self.entity.code().to_owned()),
            team_id: Set(self.team_id.map(TeamId::uuid)),
            file_id: Set(self.file_id.map(ImportFileId::uuid)),
            dry_run: Set(self.is_dry_run),
            row_count: Set(self.row_count.map(number)),
            known_count: Set(number(self.known)),
            rows_per_second: Set(self.rows_per_second.map(number)),
            cancelling: Set(self.is_cancelling),
            ended_at: Set(self.ended_at.map(micros)),
            tally: Set(json(&self.tally)?),
            refusals: Set(json(&self.refusals)?),
        })
    }

    pub(super) fn from_row(row: import::Model) -> Result<Self, StoreError> {
        let unknown = |what: &str, code: &str| StoreError::Failed(format!("unknown {what} {code}"));
        let state = ImportState::from_code(&row.state);
        let entity = ImportEntity::from_code(&row.entity);
        Ok(Self {
            id: ImportId::from_uuid(row.id),
            position: from_json(&row.position)?,
            numbers: ImportNumbers {
                imported: row.imported.unsigned_abs(),
                with_warnings: row.with_warnings.unsigned_abs(),
                rejected: row.rejected.unsigned_abs(),
            },
            state: state.ok_or_else(|| unknown("state", &row.state))?,
            entity: entity.ok_or_else(|| unknown("entity", &row.entity))?,
            started_at: instant(row.started_at),
            updated_at: instant(row.updated_at),
            ended_at: row.ended_at.map(instant),
            digest: row.digest,
            file_name: row.file_name,
            mapping: row.mapping,
            started_by: row.started_by.map(UserId::from_uuid),
            team_id: row.team_id.map(TeamId::from_uuid),
            file_id: row.file_id.map(ImportFileId::from_uuid),
            is_dry_run: row.dry_run,
            row_count: row.row_count.map(i64::unsigned_abs),
            known: row.known_count.unsigned_abs(),
            rows_per_second: row.rows_per_second.map(i64::unsigned_abs),
            is_cancelling: row.cancelling,
            tally: from_json(&row.tally)?,
            refusals: from_json(&row.refusals)?,
        })
    }
}

pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

async fn runs(sql: Sql, db: &Database) -> Result<Vec<ImportRun>, StoreError> {
    let rows = sql.all::<import::Model>(&db.reader).await?;
    rows.into_iter().map(ImportRun::from_row).collect()
}

/// The latest run of the command line over this file with this mapping.
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
    sql.push(" AND file_id IS NULL ORDER BY started_at DESC, id DESC LIMIT 1");
    Ok(runs(sql, db).await?.pop())
}

/// The run that somebody sees.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &Database, sight: &Sight, id: ImportId) -> Result<ImportRun, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM imports WHERE id = ")
        .bind(id.uuid());
    sql.push(" AND ");
    sight.push(&mut sql, "team_id", "started_by");
    runs(sql, db).await?.pop().ok_or(StoreError::NotFound)
}

/// The run that somebody sees, as it stays until the commit.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get_locked(
    writer: &Writer,
    sight: &Sight,
    id: ImportId,
) -> Result<ImportRun, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM imports WHERE id = ")
        .bind(id.uuid());
    sql.push(" AND ");
    sight.push(&mut sql, "team_id", "started_by");
    sql.push(writer.row_lock());
    let row = sql.one::<import::Model>(writer.connection()).await?;
    ImportRun::from_row(row.ok_or(StoreError::NotFound)?)
}

/// The runs over uploaded files that wait or are under way, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn unfinished(db: &Database) -> Result<Vec<ImportRun>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM imports WHERE file_id IS NOT NULL AND state IN ('queued', 'running')");
    sql.push(" ORDER BY started_at, id");
    runs(sql, db).await
}

/// Whether a run that writes is waiting or under way over a file.
///
/// # Errors
/// What the database says.
pub async fn is_under_way(writer: &Writer, digest: &str) -> Result<bool, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT 1 AS one FROM imports WHERE digest = ")
        .bind(digest);
    sql.push(" AND NOT dry_run AND state IN ('queued', 'running')");
    // One of the command line may have been killed.
    sql.push(" AND (file_id IS NOT NULL OR updated_at > ")
        .bind(micros(writer.now() - SILENCE));
    sql.push(") LIMIT 1");
    Ok(!sql.rows(writer.connection()).await?.is_empty())
}

/// Adds a run.
///
/// # Errors
/// What the database says.
pub async fn insert(writer: &mut Writer, run: &ImportRun) -> Result<(), StoreError> {
    writer.insert_parts(vec![run.row()?]).await
}

/// Begins a run that waited, or goes on with one that broke off; none when it is over meanwhile.
///
/// # Errors
/// What the database says.
pub async fn begin(writer: &mut Writer, id: ImportId) -> Result<Option<ImportRun>, StoreError> {
    let before = locked(writer, id).await?;
    if before.state.is_over() {
        return Ok(None);
    }
    let after = ImportRun {
        state: ImportState::Running,
        updated_at: writer.now(),
        ..before
    };
    store(writer, &after).await?;
    Ok(Some(after))
}

/// Stops a run that waits, and asks one that is under way to stop.
///
/// # Errors
/// What the database says.
pub async fn cancel(writer: &mut Writer, run: &ImportRun) -> Result<ImportRun, StoreError> {
    let now = writer.now();
    let waits = run.state == ImportState::Queued;
    let after = ImportRun {
        is_cancelling: !waits,
        state: if waits {
            ImportState::Cancelled
        } else {
            run.state
        },
        ended_at: waits.then_some(now),
        updated_at: now,
        ..run.clone()
    };
    store(writer, &after).await?;
    let mut sql = writer.sql();
    sql.push("UPDATE imports SET cancelling = ")
        .bind(after.is_cancelling);
    sql.push(" WHERE id = ").bind(run.id.uuid());
    writer.change_parts(sql).await?;
    Ok(after)
}

/// Ends the runs whose file is no longer kept, with this as the reason.
///
/// # Errors
/// What the database says.
pub async fn fail_without_file(
    writer: &mut Writer,
    reason: &ImportFault,
) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("UPDATE imports SET state = 'failed', cancelling = FALSE, ended_at = ")
        .bind(micros(writer.now()));
    sql.push(", refusals = ").bind(json(&[reason])?);
    sql.push(" WHERE file_id IS NOT NULL AND state IN ('queued', 'running')");
    sql.push(" AND file_id NOT IN (SELECT id FROM import_files)");
    writer.change_parts(sql).await
}

/// Notes how far a run has come, together with all else that the transaction writes; whether
/// somebody has asked it to stop.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else has moved the run on since `before` was read.
pub async fn update(
    writer: &mut Writer,
    before: &ImportRun,
    after: &ImportRun,
) -> Result<bool, StoreError> {
    let now = locked(writer, before.id).await?;
    if now.position != before.position || now.state != before.state {
        return Err(StoreError::Stale {
            current_version: number(now.position.records),
        });
    }
    store(writer, after).await?;
    Ok(now.is_cancelling)
}

async fn locked(writer: &Writer, id: ImportId) -> Result<ImportRun, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM imports WHERE id = ")
        .bind(id.uuid())
        .push(writer.row_lock());
    let row = sql.one::<import::Model>(writer.connection()).await?;
    ImportRun::from_row(row.ok_or(StoreError::NotFound)?)
}

/// Writes everything that changes, but for the wish to stop, which is not the run's own.
async fn store(writer: &mut Writer, run: &ImportRun) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("UPDATE imports SET position = ")
        .bind(json(&run.position)?);
    sql.push(", imported = ").bind(number(run.numbers.imported));
    sql.push(", with_warnings = ")
        .bind(number(run.numbers.with_warnings));
    sql.push(", rejected = ").bind(number(run.numbers.rejected));
    sql.push(", row_count = ").bind(run.row_count.map(number));
    sql.push(", known_count = ").bind(number(run.known));
    sql.push(", rows_per_second = ")
        .bind(run.rows_per_second.map(number));
    sql.push(", tally = ").bind(json(&run.tally)?);
    sql.push(", refusals = ").bind(json(&run.refusals)?);
    sql.push(", state = ").bind(run.state.code());
    sql.push(", updated_at = ").bind(micros(run.updated_at));
    sql.push(", ended_at = ").bind(run.ended_at.map(micros));
    if run.state.is_over() {
        sql.push(", cancelling = FALSE");
    }
    sql.push(" WHERE id = ").bind(run.id.uuid());
    writer.change_parts(sql).await
}

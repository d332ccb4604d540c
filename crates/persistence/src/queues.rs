//! How far work lags behind that nobody waits for: what the server's watchers ask.

use chrono::{DateTime, Utc};

use crate::database::Database;
use crate::error::StoreError;
use crate::imports::ImportState;
use crate::sql::Sql;
use crate::values::instant;

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queues {
    /// The oldest instant at which a clock warns or breaches that nobody has noticed yet. Later
    /// than now when everything has been noticed; none when no clock runs.
    pub next_clock_at: Option<DateTime<Utc>>,
    /// Imports that run, or were broken off and wait to be resumed.
    pub running_imports: i64,
    /// Bulk changes that run or wait.
    pub running_bulk_changes: i64,
}

/// Looks. One statement: the clocks and the bulk changes by their indexes, and imports are few.
///
/// # Errors
/// What the database says.
pub async fn look(db: &Database) -> Result<Queues, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT (SELECT MIN(next_check_at) FROM ticket_clocks) AS next_clock, ");
    sql.push("(SELECT COUNT(*) FROM imports WHERE state = ")
        .bind(ImportState::Running.code())
        .push(") AS imports, ");
    sql.push("(SELECT COUNT(*) FROM bulk_changes WHERE state IN ('queued', 'running')) AS bulk");
    let rows = sql.rows(&db.reader).await?;
    let row = rows.first().ok_or(StoreError::NotFound)?;
    let next: Option<i64> = row.try_get("", "next_clock")?;
    Ok(Queues {
        next_clock_at: next.map(instant),
        running_imports: row.try_get("", "imports")?,
        running_bulk_changes: row.try_get("", "bulk")?,
    })
}

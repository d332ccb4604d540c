//! Backups: the whole database at one moment in one gzip file, taken while servers go on writing.
//!
//! Inside lies, for SQLite, the database file itself (so `gunzip` alone makes it usable again), and
//! for PostgreSQL the rows as lines of JSON (`archive.rs`), which need no program of the database's
//! own. The checksums find any damage before a restore changes anything. A backup goes back into
//! the kind of database that it came from.

mod archive;
mod error;
mod files;
mod order;
mod postgres;
mod sqlite;

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::database::{Database, Kind};
use crate::error::StoreError;

pub use error::BackupError;
pub use sqlite::{copy as copy_sqlite, restore as restore_sqlite};

/// What a backup says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'s> {
    /// The version of the program.
    pub product_version: &'s str,
    /// When it is taken.
    pub now: DateTime<Utc>,
}

/// A backup that was taken, or that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The last migration of its tables.
    pub last_migration: String,
    /// The last number of its change log.
    pub last_change: i64,
}

/// Takes a backup. The file gets its name only when it is complete, checked and on the disk.
///
/// # Errors
/// [`BackupError::Exists`] when there is such a file and it is not to be replaced; what the
/// database or the disk says.
pub async fn take(
    db: &Database,
    to: &Path,
    replace: bool,
    stamp: Stamp<'_>,
) -> Result<Backup, BackupError> {
    match db.kind {
        Kind::Sqlite => sqlite::take(db, to, replace).await,
        Kind::Postgres => postgres::take(db, to, replace, stamp).await,
    }
}

/// Puts a backup into a PostgreSQL database, in one transaction.
///
/// # Errors
/// See [`BackupError`]; nothing has changed then.
pub async fn restore_postgres(
    db: &Database,
    from: &Path,
    replace: bool,
) -> Result<Backup, BackupError> {
    postgres::restore(db, from, replace).await
}

/// Runs what blocks beside the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::Failed(error.to_string()).into()),
    }
}

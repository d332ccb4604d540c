//! Backups of SQLite: the database file, copied by SQLite itself inside one read transaction.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use sea_orm::sqlx::{self, ConnectOptions, Connection, Executor};
use sea_orm::{DatabaseConnection, SqlxSqliteConnector};

use super::files::{Unfinished, Unpacked, refuse_existing, with_ending};
use super::{Backup, BackupError, blocking};
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::migrations::{self, Schema};
use crate::sql::Sql;
use crate::writes::CHANGE;

/// What SQLite keeps beside a file while it is open, or after a crash.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Copies the database into a gzipped file.
pub(super) async fn take(db: &Database, to: &Path, replace: bool) -> Result<Backup, BackupError> {
    refuse_existing(to, replace)?;
    let (part, backup) = copied(db, &with_ending(to, ".sqlite")).await?;
    let to = to.to_owned();
    blocking(move || {
        let packed = Unfinished::beside(&to)?;
        pack(&part, &packed)?;
        packed.keep(replace)
    })
    .await?;
    Ok(backup)
}

/// Copies the database into a file that is a database itself.
///
/// # Errors
/// [`BackupError::Exists`] when there is such a file; what the database or the disk says.
pub async fn copy(db: &Database, to: &Path) -> Result<Backup, BackupError> {
    refuse_existing(to, false)?;
    let (part, backup) = copied(db, to).await?;
    blocking(move || part.keep(false)).await?;
    Ok(backup)
}

/// A checked copy under another name.
async fn copied(db: &Database, to: &Path) -> Result<(Unfinished, Backup), BackupError> {
    let part = Unfinished::beside(to)?;
    let path = part.path().to_str().ok_or_else(|| {
        let what = "SQLite takes file names in UTF-8 only".to_owned();
        BackupError::Store(StoreError::Failed(what))
    })?;
    let mut sql = Sql::new(Kind::Sqlite);
    sql.push("VACUUM INTO ").bind(path);
    sql.execute(&db.writer).await?;
    let backup = match check(part.path()).await? {
        (Schema::Missing, _) => return Err(damaged("the database is empty")),
        (Schema::Current(last) | Schema::Older { last, .. }, last_change) => Backup {
            last_migration: last,
            last_change,
        },
        (Schema::Newer(unknown), last_change) => Backup {
            last_migration: unknown.last().cloned().unwrap_or_default(),
            last_change,
        },
    };
    Ok((part, backup))
}

fn pack(part: &Unfinished, packed: &Unfinished) -> Result<(), BackupError> {
    let file = File::open(part.path()).map_err(BackupError::io(part.path()))?;
    let mut file = BufReader::new(file);
    let mut out = GzEncoder::new(packed.open()?, Compression::fast());
    let mut chunk = vec![0; 256 << 10];
    loop {
        let read = file
            .read(&mut chunk)
            .map_err(BackupError::io(part.path()))?;
        let Some(some) = chunk.get(..read).filter(|some| !some.is_empty()) else {
            break;
        };
        out.write_all(some)
            .map_err(BackupError::io(packed.path()))?;
    }
    out.finish().map_err(BackupError::io(packed.path()))?;
    Ok(())
}

/// Puts a backup, gzipped or not, in the place of a database file.
///
/// # Errors
/// See [`BackupError`]; nothing has changed then.
pub async fn restore(from: &Path, target: &Path, replace: bool) -> Result<Backup, BackupError> {
    let part = unpacked(from, target).await?;
    let backup = match check(part.path()).await? {
        (Schema::Missing, _) => return Err(damaged("it holds no tables of this product")),
        (Schema::Newer(unknown), _) => return Err(BackupError::Newer(unknown)),
        (Schema::Current(last) | Schema::Older { last, .. }, last_change) => Backup {
            last_migration: last,
            last_change,
        },
    };
    let held = hold(target, replace).await?;
    let target = target.to_owned();
    blocking(move || {
        for companion in COMPANIONS.map(|ending| with_ending(&target, ending)) {
            remove(&companion)?;
        }
        part.keep(true)
    })
    .await?;
    if let Some(held) = held {
        // The file that it holds has no name any more.
        held.close().await.map_err(failed)?;
    }
    Ok(backup)
}

/// The database of a backup as a file beside the one that it is to replace.
async fn unpacked(from: &Path, target: &Path) -> Result<Unfinished, BackupError> {
    let (from, target) = (from.to_owned(), target.to_owned());
    blocking(move || {
        let unpacked = Unpacked::open(&from)?;
        if !unpacked.is_sqlite {
            // A backup of PostgreSQL, or nothing at all.
            return Err(match super::archive::read(&from, |_, _| Ok(())) {
                Ok(_) => BackupError::OtherKind,
                Err(error) => error,
            });
        }
        let log = with_ending(&from, "-wal");
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(damaged(
                "it is a database in use: a part of it lies in its -wal file",
            ));
        }
        let part = Unfinished::beside(&target)?;
        unpacked.copy(&from, &part)?;
        Ok(part)
    })
    .await
}

/// Takes the file that is to be replaced from everybody else; none when there is no file.
async fn hold(target: &Path, replace: bool) -> Result<Option<SqliteConnection>, BackupError> {
    let left: Vec<PathBuf> = COMPANIONS
        .iter()
        .map(|ending| with_ending(target, ending))
        .filter(|path| path.exists())
        .collect();
    let length = match std::fs::metadata(target) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // They belong to a database that is gone, and would be taken for the new one's.
            return if left.is_empty() || replace {
                Ok(None)
            } else {
                Err(BackupError::NotEmpty)
            };
        }
        Err(error) => return Err(BackupError::Io(target.to_owned(), error)),
    };
    if length == 0 && left.is_empty() {
        return Ok(None);
    }
    let taken = taken_over(target, replace).await;
    let code = taken.as_ref().err().and_then(code);
    match taken {
        Ok(TakenOver::Held(connection)) => Ok(Some(connection)),
        Ok(TakenOver::InUse) => Err(BackupError::InUse),
        Ok(TakenOver::NotEmpty) => Err(BackupError::NotEmpty),
        Err(_) if matches!(code, Some(BUSY | LOCKED)) => Err(BackupError::InUse),
        // What cannot be read any more is what a restore is for.
        Err(_) if matches!(code, Some(CORRUPT | NOT_A_DATABASE)) && replace => Ok(None),
        Err(_) if matches!(code, Some(CORRUPT | NOT_A_DATABASE)) => Err(BackupError::NotEmpty),
        Err(error) => Err(failed(error)),
    }
}

// <https://www.sqlite.org/rescode.html>
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

/// SQLite's primary code of an error.
fn code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

enum TakenOver {
    Held(SqliteConnection),
    InUse,
    NotEmpty,
}

/// The only connection to the file. A file in WAL mode leaves that mode only when nobody else has
/// it open, however idle.
async fn taken_over(target: &Path, replace: bool) -> Result<TakenOver, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(target)
        .busy_timeout(Duration::ZERO);
    let mut connection = options.connect().await?;
    if !replace && holds_something(&mut connection).await? {
        return Ok(TakenOver::NotEmpty);
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut connection)
        .await?;
    if mode != "delete" {
        return Ok(TakenOver::InUse);
    }
    connection.execute("BEGIN EXCLUSIVE").await?;
    Ok(TakenOver::Held(connection))
}

async fn holds_something(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
        .fetch_one(&mut *connection)
        .await?;
    let ours: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'settings'")
            .fetch_one(&mut *connection)
            .await?;
    if ours == 0 {
        return Ok(tables > 0);
    }
    let first_start: i64 = sqlx::query_scalar("SELECT count(*) FROM settings")
        .fetch_one(connection)
        .await?;
    Ok(first_start > 0)
}

fn remove(path: &Path) -> Result<(), BackupError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(BackupError::Io(path.to_owned(), error))
        }
        _ => Ok(()),
    }
}

/// Reads a database file that nobody else uses, changing nothing: whether it is whole, the form of
/// its tables and its last change number.
async fn check(path: &Path) -> Result<(Schema, i64), BackupError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(|error| damaged(&error.to_string()))?;
    let file = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    let checked = checked(&file).await;
    // Nothing was written.
    let _ = file.close().await;
    checked.map_err(|error| damaged(&error.to_string()))
}

async fn checked(file: &DatabaseConnection) -> Result<(Schema, i64), StoreError> {
    let mut sql = Sql::new(Kind::Sqlite);
    sql.push("SELECT integrity_check AS said FROM pragma_integrity_check LIMIT 1");
    for row in sql.rows(file).await? {
        let said: String = row.try_get("", "said")?;
        if said != "ok" {
            return Err(StoreError::Failed(said));
        }
    }
    let applied = migrations::applied(file, Kind::Sqlite).await?;
    let schema = migrations::judge(&applied, &migrations::known());
    if schema == Schema::Missing {
        return Ok((schema, 0));
    }
    let mut sql = Sql::new(Kind::Sqlite);
    sql.push("SELECT value FROM counters WHERE kind = ")
        .bind(CHANGE);
    let rows = sql.rows(file).await?;
    let last = rows.first().map(|row| row.try_get("", "value"));
    Ok((schema, last.transpose()?.unwrap_or(0)))
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.to_owned())
}

fn failed(error: sqlx::Error) -> BackupError {
    BackupError::Store(crate::error::of_driver(error))
}

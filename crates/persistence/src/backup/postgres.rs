//! Backups of PostgreSQL: the rows of every table as JSON, read in one snapshot and put back in one
//! transaction. JSON keeps every type that the tables have, search tokens too, and the database
//! makes and reads it by itself.

use std::path::Path;

use sea_orm::{AccessMode, ConnectionTrait, DatabaseTransaction, IsolationLevel, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use tokio::sync::mpsc;

use super::archive::{self, Archive, Header, Table};
use super::files::{Unfinished, refuse_existing};
use super::order::parents_first;
use super::{Backup, BackupError, Stamp, blocking};
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::migrations::{self, Migrator, Schema};
use crate::shape;
use crate::sql::Sql;
use crate::writes::CHANGE;

/// Rows that are fetched at a time.
const ROWS: u32 = 500;
/// Batches of rows that wait for the disk, or for the database.
const WAITING: usize = 4;
/// A table is read and filled for as long as it takes.
const NO_LIMIT: &str = "SET LOCAL statement_timeout = 0";

/// Writes all rows into a file.
pub(super) async fn take(
    db: &Database,
    to: &Path,
    replace: bool,
    stamp: Stamp<'_>,
) -> Result<Backup, BackupError> {
    refuse_existing(to, replace)?;
    let snapshot = db
        .reader
        .begin_with_config(
            Some(IsolationLevel::RepeatableRead),
            Some(AccessMode::ReadOnly),
        )
        .await?;
    snapshot.execute_unprepared(NO_LIMIT).await?;
    let applied = migrations::applied(&snapshot, Kind::Postgres).await?;
    let last_migration = match migrations::judge(&applied, &migrations::known()) {
        Schema::Current(last) => last,
        Schema::Newer(unknown) => return Err(BackupError::Newer(unknown)),
        Schema::Older { .. } | Schema::Missing => return Err(BackupError::Outdated),
    };
    let taken_at = stamp.now.to_rfc3339();
    let mut header = Header::new(stamp.product_version, taken_at);
    header.migrations = applied;
    header.last_change = last_change(&snapshot).await?;
    header.tables = tables(&snapshot).await?;
    let part = Unfinished::beside(to)?;
    let file = part.open()?;
    let (path, written) = (part.path().to_owned(), header.clone());
    let (batches, mut waiting) = mpsc::channel::<Vec<String>>(WAITING);
    let writing = blocking(move || {
        let fail = BackupError::io;
        let mut archive = Archive::begin(file, &written).map_err(fail(&path))?;
        while let Some(batch) = waiting.blocking_recv() {
            for line in batch {
                archive.line(&line).map_err(fail(&path))?;
            }
        }
        archive.end().map_err(fail(&path))
    });
    let reading = read_rows(&snapshot, &header, batches);
    let (read, written) = tokio::join!(reading, writing);
    read?;
    written?;
    snapshot.rollback().await?;
    let path = part.path().to_owned();
    let check = move || archive::read(&path, |_, _| Ok(()));
    let last_change = blocking(check).await?.last_change;
    blocking(move || part.keep(replace)).await?;
    Ok(Backup {
        last_migration,
        last_change,
    })
}

/// Hands all rows on, table by table. Ends early when nobody takes them: the writer tells why.
async fn read_rows(
    snapshot: &DatabaseTransaction,
    header: &Header,
    batches: mpsc::Sender<Vec<String>>,
) -> Result<(), BackupError> {
    for table in &header.tables {
        let name = quoted(&table.name);
        let declare = format!(
            "DECLARE backup NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM {name} t"
        );
        snapshot.execute_unprepared(&declare).await?;
        loop {
            let mut sql = Sql::new(Kind::Postgres);
            sql.push(&format!("FETCH {ROWS} FROM backup"));
            let rows = sql.rows(snapshot).await?;
            if rows.is_empty() {
                break;
            }
            let lines = rows.iter().map(|row| row.try_get("", "line"));
            let lines = lines.collect::<Result<Vec<String>, _>>()?;
            if batches.send(lines).await.is_err() {
                return Ok(());
            }
        }
        snapshot.execute_unprepared("CLOSE backup").await?;
    }
    Ok(())
}

/// The tables with their columns and numbers of rows, in an order in which they can be filled.
async fn tables(db: &DatabaseTransaction) -> Result<Vec<Table>, BackupError> {
    let mut sql = Sql::new(Kind::Postgres);
    sql.push(
        "SELECT c.relname::text AS child, p.relname::text AS parent FROM pg_constraint k \
         JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid \
         WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace",
    );
    let rows = sql.rows(db).await?;
    let references = rows
        .iter()
        .map(|row| Ok((row.try_get("", "child")?, row.try_get("", "parent")?)))
        .collect::<Result<Vec<(String, String)>, StoreError>>()?;
    let mut tables = Vec::new();
    for name in parents_first(shape::tables().await?, &references) {
        let mut sql = Sql::new(Kind::Postgres);
        sql.push(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = ",
        )
        .bind(name.as_str())
        .push(" ORDER BY ordinal_position");
        let rows = sql.rows(db).await?;
        let columns = rows.iter().map(|row| row.try_get("", "name"));
        tables.push(Table {
            columns: columns.collect::<Result<_, _>>()?,
            rows: count(db, &name).await?,
            name,
        });
    }
    Ok(tables)
}

async fn count(db: &DatabaseTransaction, table: &str) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) AS n FROM {}", quoted(table));
    Ok(number(db, &sql).await?.unsigned_abs())
}

async fn last_change(db: &DatabaseTransaction) -> Result<i64, StoreError> {
    let sql = format!("SELECT value AS n FROM counters WHERE kind = '{CHANGE}'");
    number(db, &sql).await
}

/// The one number that a statement gives; 0 when it gives no row.
async fn number(db: &DatabaseTransaction, text: &str) -> Result<i64, StoreError> {
    let mut sql = Sql::new(Kind::Postgres);
    sql.push(text);
    let rows = sql.rows(db).await?;
    let first = rows.first().map(|row| row.try_get("", "n"));
    Ok(first.transpose()?.unwrap_or(0))
}

/// Puts all rows of a file into the database.
pub(super) async fn restore(
    db: &Database,
    from: &Path,
    replace: bool,
) -> Result<Backup, BackupError> {
    let path = from.to_owned();
    let header = blocking(move || archive::read(&path, |_, _| Ok(()))).await?;
    let known = migrations::known();
    let last_migration = match migrations::judge(&header.migrations, &known) {
        Schema::Newer(unknown) => return Err(BackupError::Newer(unknown)),
        Schema::Missing => return Err(damaged("it names no migration")),
        Schema::Current(last) | Schema::Older { last, .. } => last,
    };
    if !known.starts_with(&header.migrations) {
        return Err(damaged("its migrations are in no order that ever was"));
    }
    let transaction = db.begin().await?;
    transaction.execute_unprepared(NO_LIMIT).await?;
    make_room(&transaction, replace).await?;
    let steps = u32::try_from(header.migrations.len()).ok();
    Migrator::up(&transaction, steps).await?;
    fill(&transaction, from, &header).await?;
    for table in &header.tables {
        let analyse = format!("ANALYZE {}", quoted(&table.name));
        transaction.execute_unprepared(&analyse).await?;
    }
    transaction.commit().await?;
    Ok(Backup {
        last_migration,
        last_change: header.last_change,
    })
}

/// Removes the tables that are there, if they are empty or that is wanted.
async fn make_room(transaction: &DatabaseTransaction, replace: bool) -> Result<(), BackupError> {
    let applied = migrations::applied(transaction, Kind::Postgres).await?;
    match migrations::judge(&applied, &migrations::known()) {
        Schema::Newer(unknown) => return Err(BackupError::TargetNewer(unknown)),
        Schema::Missing => return Ok(()),
        Schema::Current(_) | Schema::Older { .. } => {}
    }
    if !replace && count(transaction, "settings").await? > 0 {
        return Err(BackupError::NotEmpty);
    }
    Ok(Migrator::down(transaction, None).await?)
}

/// Reads the file once more, row by row into the tables.
async fn fill(
    transaction: &DatabaseTransaction,
    from: &Path,
    header: &Header,
) -> Result<(), BackupError> {
    let path = from.to_owned();
    let (batches, waiting) = mpsc::channel(WAITING);
    let reading = blocking(move || {
        archive::read(&path, |place, batch| {
            let sent = batches.blocking_send((place, batch));
            sent.map_err(|_| damaged("nobody took its rows"))
        })
    });
    let (read, filled) = tokio::join!(reading, insert_all(transaction, header, waiting));
    filled?;
    if read? != *header {
        return Err(damaged("it changed while it was read"));
    }
    Ok(())
}

/// Inserts what comes. Ends early on a fault; the reader then finds nobody who takes the rest.
async fn insert_all(
    transaction: &DatabaseTransaction,
    header: &Header,
    mut batches: mpsc::Receiver<(usize, Vec<String>)>,
) -> Result<(), BackupError> {
    while let Some((place, batch)) = batches.recv().await {
        let table = header.tables.get(place);
        let table = table.ok_or_else(|| damaged("it changed while it was read"))?;
        insert(transaction, table, &batch).await?;
    }
    Ok(())
}

async fn insert(
    transaction: &DatabaseTransaction,
    table: &Table,
    batch: &[String],
) -> Result<(), BackupError> {
    let name = quoted(&table.name);
    let columns: Vec<String> = table.columns.iter().map(|name| quoted(name)).collect();
    let columns = columns.join(", ");
    let mut sql = Sql::new(Kind::Postgres);
    sql.push(&format!(
        "INSERT INTO {name} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{name}, "
    ))
    .bind(format!("[{}]", batch.join(",")))
    .push("::json)");
    let inserted = sql.execute(transaction).await?;
    if inserted == batch.len() as u64 {
        Ok(())
    } else {
        Err(damaged("it holds something that is no row"))
    }
}

/// A name in quotes, as it stands in statements.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.to_owned())
}

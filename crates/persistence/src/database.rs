//! The connections: one writer and several readers on SQLite, one pool on PostgreSQL.
//!
//! SQLite lets one connection write at a time. A single writer connection makes writers of this
//! process queue in the pool, where waiting is fair, instead of meeting `SQLITE_BUSY`; only other
//! processes are waited for by `busy_timeout`.

mod file;
pub(crate) mod generation;
mod load;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use self::file::File;
use self::generation::Generation;
use self::load::Counters;
pub use self::load::{Connections, Load};
use crate::error::StoreError;
use crate::writes::group::Group;

/// A statement that takes longer is named in the log.
const SLOW: Duration = Duration::from_secs(1);
/// PostgreSQL gives up on a statement after this time, so that none holds a connection for ever.
const STATEMENT_LIMIT: Duration = Duration::from_secs(60);
/// A PostgreSQL connection that was idle for longer is asked whether it still lives.
const PING_AFTER_IDLE: Duration = Duration::from_secs(2);

/// How PostgreSQL plans. Every list has an index to walk, but under a `LIMIT`, or when it guesses
/// that many rows hold some words, the planner would rather read the table from its beginning.
/// Compiling a plan takes longer than any of these statements.
const PLANNING: [(&str, &str); 2] = [("enable_seqscan", "off"), ("jit", "off")];

/// Which database holds the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file beside the program.
    Sqlite,
    /// A server, shared by several processes.
    Postgres,
}

impl Kind {
    /// Whose language statements are written in.
    pub(crate) const fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// Called with each statement (values included) besides `BEGIN`, `COMMIT` and `ROLLBACK`.
pub type OnStatement = Arc<dyn Fn(&Statement) + Send + Sync>;

/// How to connect.
#[derive(Clone)]
pub struct Options {
    /// Readers on SQLite, all connections on PostgreSQL.
    pub connections: u32,
    /// Whether an acknowledged write survives the loss of power (SQLite; PostgreSQL decides for
    /// itself). Off only in tests and when a new file is filled.
    pub durable: bool,
    /// How long to wait for a connection or a lock before [`StoreError::Busy`].
    pub patience: Duration,
    /// What listens to the statements.
    pub on_statement: Option<OnStatement>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 8,
            durable: true,
            patience: Duration::from_secs(5),
            on_statement: None,
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("connections", &self.connections)
            .field("durable", &self.durable)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// The open database. Cloning it shares the connections.
#[derive(Debug, Clone)]
pub struct Database {
    /// Where writes go.
    pub writer: DatabaseConnection,
    /// Where reads go; on SQLite it refuses writes.
    pub reader: DatabaseConnection,
    /// Which database it is.
    pub kind: Kind,
    /// The file of SQLite, which must still be there when something is to be written.
    file: Option<File>,
    /// How long to wait for the turn to write.
    pub(crate) patience: Duration,
    /// The writers of SQLite.
    pub(crate) group: Arc<Group>,
    /// Raised by every transaction of this process that changes records.
    pub(crate) generation: Arc<Generation>,
    counters: Arc<Counters>,
}

impl Database {
    /// Opens `sqlite://path` (the file is made when missing) or `postgres://…`. A schema of
    /// PostgreSQL is chosen by `?options[search_path]=name`.
    ///
    /// # Errors
    /// [`StoreError::Failed`] for another kind of URL, else what the database says.
    pub async fn connect(url: &str, options: &Options) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url, options).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::connect_postgres(url, options).await
        } else {
            Err(StoreError::Failed(
                "the database URL begins neither with sqlite: nor postgres:".into(),
            ))
        }
    }

    async fn connect_sqlite(url: &str, options: &Options) -> Result<Self, StoreError> {
        let durable = options.durable;
        let patience = options.patience;
        let mut writing = connect_options(url, options);
        writing.max_connections(1).map_sqlx_sqlite_opts(move |o| {
            o.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(if durable {
                    SqliteSynchronous::Full
                } else {
                    SqliteSynchronous::Off
                })
                .busy_timeout(patience)
                .foreign_keys(true)
                .pragma("temp_store", "memory")
                .pragma("cache_size", "-8192")
        });
        let mut writer = sea_orm::Database::connect(writing).await?;
        let mut reading = connect_options(url, options);
        reading
            .max_connections(options.connections.max(1))
            .map_sqlx_sqlite_opts(move |o| {
                o.busy_timeout(patience)
                    .foreign_keys(true)
                    .pragma("query_only", "1")
                    .pragma("temp_store", "memory")
                    .pragma("cache_size", "-4096")
            });
        let mut reader = sea_orm::Database::connect(reading).await?;
        let file = File::of(&writer).await?;
        let counters = Arc::default();
        listen(&mut writer, options, &counters);
        listen(&mut reader, options, &counters);
        Ok(Self {
            writer,
            reader,
            kind: Kind::Sqlite,
            file,
            patience,
            group: Arc::default(),
            generation: Arc::default(),
            counters,
        })
    }

    async fn connect_postgres(url: &str, options: &Options) -> Result<Self, StoreError> {
        let mut both = connect_options(url, options);
        both.max_connections(options.connections.max(2))
            .statement_timeout(STATEMENT_LIMIT)
            .set_application_name("rapport")
            .map_sqlx_postgres_opts(|o| o.options(PLANNING))
            .test_before_acquire_if_idle_for(PING_AFTER_IDLE);
        let mut connection = sea_orm::Database::connect(both).await?;
        let counters = Arc::default();
        listen(&mut connection, options, &counters);
        let reader = connection.clone();
        Ok(Self {
            writer: connection,
            reader,
            kind: Kind::Postgres,
            file: None,
            patience: options.patience,
            group: Arc::default(),
            generation: Arc::default(),
            counters,
        })
    }

    /// A number that rises with every change of a record by this process, before the change is
    /// acknowledged: what was read under it is current for as long as it stays.
    pub fn generation(&self) -> u64 {
        self.generation.number()
    }

    /// Waits until a transaction of this process has changed records since the last time that
    /// somebody waited here. One task at a time may wait.
    pub async fn changed(&self) {
        self.generation.raised().await;
    }

    /// Begins a transaction that writes: on SQLite it holds the write lock from the start, so that
    /// it never has to be broken off between its read and its write.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection or lock is to be had in time, or when SQLite's file
    /// is gone.
    pub async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        self.check_file()?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let _waiting = self.wait();
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Runs `work` while no other process runs work of this name on the same PostgreSQL: two
    /// servers that start together must not both make the tables. SQLite serves one server.
    ///
    /// # Errors
    /// What `work` returns, or the database.
    pub async fn exclusively<T, E: From<StoreError>>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if self.kind == Kind::Sqlite {
            return work.await;
        }
        let guard = self.begin().await?;
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        let lock = Statement::from_sql_and_values(DbBackend::Postgres, sql, [name.into()]);
        guard.query_one_raw(lock).await.map_err(StoreError::from)?;
        let done = work.await;
        guard.commit().await.map_err(StoreError::from)?;
        done
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when it does not, or when SQLite's file has gone.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.check_file()?;
        let (backend, sql) = match self.kind {
            Kind::Sqlite => (DbBackend::Sqlite, "SELECT count(*) FROM sqlite_schema"),
            Kind::Postgres => (DbBackend::Postgres, "SELECT 1"),
        };
        self.reader
            .query_one_raw(Statement::from_string(backend, sql))
            .await?;
        Ok(())
    }

    /// A file that was deleted or replaced would still take writes, which nobody could ever read
    /// again.
    fn check_file(&self) -> Result<(), StoreError> {
        match &self.file {
            Some(file) if !file.is_there() => {
                Err(StoreError::Busy("the database file is gone".into()))
            }
            _ => Ok(()),
        }
    }

    /// Closes the connections after the statements that are under way.
    pub async fn close(self) {
        let results = [self.reader.close().await, self.writer.close().await];
        for error in results.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "a database connection did not close cleanly");
        }
    }
}

fn connect_options(url: &str, options: &Options) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
    connect
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .acquire_timeout(options.patience)
        .connect_timeout(options.patience)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>);
    connect
}

/// Counts statements, names slow ones in the log and passes each on to the listener. Values stay
/// out of the log.
fn listen(connection: &mut DatabaseConnection, options: &Options, counters: &Arc<Counters>) {
    let (on_statement, counters) = (options.on_statement.clone(), counters.clone());
    connection.set_metric_callback(move |info| {
        counters.statement(info.failed);
        if let Some(on_statement) = &on_statement {
            on_statement(info.statement);
        }
        if info.elapsed > SLOW {
            let milliseconds = info.elapsed.as_millis();
            tracing::warn!(milliseconds, sql = %info.statement.sql, "slow statement");
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::testing::Temporary;

    #[tokio::test]
    async fn each_statement_is_told_to_the_listener_but_not_begin_and_commit() {
        let counted = Arc::new(AtomicUsize::new(0));
        let counter = counted.clone();
        let temporary = Temporary::folder();
        let options = Options {
            on_statement: Some(Arc::new(move |_: &Statement| {
                counter.fetch_add(1, Ordering::Relaxed);
            })),
            durable: false,
            ..Options::default()
        };
        let db = Database::connect(&temporary.url(), &options).await.unwrap();
        let transaction = db.begin().await.unwrap();
        let statement = Statement::from_string(DbBackend::Sqlite, "SELECT 1");
        transaction.query_one_raw(statement.clone()).await.unwrap();
        transaction.commit().await.unwrap();
        db.reader.query_one_raw(statement).await.unwrap();
        assert_eq!(counted.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn readers_refuse_writes_and_a_missing_file_is_not_ready() {
        let temporary = Temporary::folder();
        let db = temporary.open().await;
        let create = Statement::from_string(DbBackend::Sqlite, "CREATE TABLE t (x INT)");
        assert!(db.reader.execute_raw(create).await.is_err());
        db.ping().await.unwrap();
        temporary.remove_file();
        assert!(matches!(db.ping().await, Err(StoreError::Busy(_))));
    }

    #[tokio::test]
    async fn a_lock_held_elsewhere_is_busy_and_passes() {
        let temporary = Temporary::folder();
        let (ours, theirs) = (temporary.impatient().await, temporary.open().await);
        let held = theirs.begin().await.unwrap();
        assert!(matches!(ours.begin().await, Err(StoreError::Busy(_))));
        held.rollback().await.unwrap();
        ours.begin().await.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn other_urls_are_refused() {
        let refused = Database::connect("mysql://localhost/x", &Options::default()).await;
        assert!(matches!(refused, Err(StoreError::Failed(_))));
    }
}

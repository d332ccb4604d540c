//! What the connections do, for whoever watches the server.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sea_orm::sqlx;

use super::{Database, Kind};

/// What is counted from the start on.
#[derive(Debug, Default)]
pub(super) struct Counters {
    waiting: AtomicUsize,
    waits: AtomicU64,
    waited_micros: AtomicU64,
    statements: AtomicU64,
    failed: AtomicU64,
}

impl Counters {
    /// A statement has ended.
    pub(super) fn statement(&self, failed: bool) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.failed.fetch_add(u64::from(failed), Ordering::Relaxed);
    }

    /// Somebody waits for the beginning of a transaction that writes, until the value is dropped.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting {
            counters: self,
            since: Instant::now(),
        }
    }
}

/// Somebody who waits; may also give up.
pub(crate) struct Waiting<'c> {
    counters: &'c Counters,
    since: Instant,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let waited = u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
        self.counters.waits.fetch_add(1, Ordering::Relaxed);
        self.counters
            .waited_micros
            .fetch_add(waited, Ordering::Relaxed);
    }
}

/// The connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// How many there may be.
    pub most: u32,
    /// How many are open.
    pub open: u32,
    /// How many of these nobody uses.
    pub idle: u32,
}

impl Connections {
    fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        let open = pool.size();
        Self {
            most: pool.options().get_max_connections(),
            open,
            // The two are not read at one instant.
            idle: u32::try_from(pool.num_idle()).unwrap_or(open).min(open),
        }
    }
}

/// The state of the connections and what they have done since the start.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// The connections that read; on PostgreSQL all of them.
    pub readers: Connections,
    /// The connection that writes, where it is one of its own.
    pub writer: Option<Connections>,
    /// How many wait to write at this moment.
    pub waiting: usize,
    /// How many have waited to write, whether their turn came or they gave up.
    pub waits: u64,
    /// How long they waited, all together.
    pub waited: Duration,
    /// Statements.
    pub statements: u64,
    /// Those of them that the database refused or broke off.
    pub failed_statements: u64,
}

impl Database {
    /// Counts somebody among those who wait to write, until the value is dropped.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.counters.wait()
    }

    /// What the connections do at this moment.
    pub fn load(&self) -> Load {
        let (readers, writer) = match self.kind {
            Kind::Sqlite => (
                Connections::of(self.reader.get_sqlite_connection_pool()),
                Some(Connections::of(self.writer.get_sqlite_connection_pool())),
            ),
            Kind::Postgres => (
                Connections::of(self.reader.get_postgres_connection_pool()),
                None,
            ),
        };
        let counted = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Load {
            readers,
            writer,
            waiting: self.counters.waiting.load(Ordering::Relaxed),
            waits: counted(&self.counters.waits),
            waited: Duration::from_micros(counted(&self.counters.waited_micros)),
            statements: counted(&self.counters.statements),
            failed_statements: counted(&self.counters.failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Temporary;
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    #[tokio::test]
    async fn connections_statements_and_waits_are_counted() {
        let temporary = Temporary::folder();
        let db = temporary.open().await;
        let before = db.load();
        let held = db.begin().await.unwrap();
        let writer = db.load().writer.unwrap();
        assert_eq!((writer.most, writer.open, writer.idle), (1, 1, 0));
        let second = tokio::spawn({
            let db = db.clone();
            async move { db.begin().await.unwrap().commit().await.unwrap() }
        });
        while db.load().waiting == 0 {
            tokio::task::yield_now().await;
        }
        held.commit().await.unwrap();
        second.await.unwrap();
        for sql in ["SELECT 1", "SELECT nothing"] {
            let statement = Statement::from_string(DbBackend::Sqlite, sql);
            assert_eq!(
                db.reader.query_one_raw(statement).await.is_ok(),
                sql == "SELECT 1"
            );
        }
        let after = db.load();
        assert_eq!((after.waiting, after.waits - before.waits), (0, 2));
        assert_eq!(after.statements - before.statements, 2);
        assert_eq!(after.failed_statements - before.failed_statements, 1);
        assert!(after.readers.open >= 1 && after.readers.most == 8);
    }
}

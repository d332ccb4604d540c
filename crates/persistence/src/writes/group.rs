//! Writers that meet share one transaction of SQLite, and so one trip to the disk.
//!
//! SQLite writes one transaction at a time, and making it last costs more than what most of them
//! write. So a writer that is done leaves the transaction open for those who wait already; when
//! their turn is over it is committed, and all of them are told. With nobody waiting it is
//! committed at once.
//!
//! None of them may fail alone, for there is no part of the transaction to undo. When one fails,
//! or goes away, all begin again, each in a transaction of its own: so nobody is answered by what
//! another one had written and never made last.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::DatabaseTransaction;
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::time::timeout;

use super::numbers::Numbers;
use super::pending::Pending;
use super::{WriteContext, Writer};
use crate::database::generation::Generation;
use crate::database::{Database, Kind};
use crate::error::StoreError;

/// Most writers of one transaction: the first of them waits for the last.
const MOST: usize = 64;

/// The turn to write, and the transaction that the last one has left open.
#[derive(Debug, Default)]
pub(crate) struct Group {
    turn: Mutex<Option<Shared>>,
    /// Counts transactions, to know one again.
    opened: AtomicU64,
}

/// An open transaction with what its writers have done so far. Dropped without a commit it undoes
/// all, and its writers learn it.
#[derive(Debug)]
struct Shared {
    id: u64,
    transaction: DatabaseTransaction,
    pending: Pending,
    numbers: Numbers,
    writers: usize,
    committed: watch::Sender<bool>,
    generation: Arc<Generation>,
}

/// What became of a writer's part.
enum Ended<T> {
    /// It lasts.
    Lasting(T),
    /// It was undone because of another one.
    Undone,
}

/// Runs `work` in a transaction that others may share, and again in one of its own when that was
/// undone.
pub(super) async fn write<T, E, F>(db: &Database, context: WriteContext, work: &F) -> Result<T, E>
where
    E: From<StoreError>,
    F: AsyncFn(&mut Writer) -> Result<T, E>,
{
    match shared(db, context.clone(), work).await? {
        Ended::Lasting(value) => Ok(value),
        Ended::Undone => alone(db, context, work).await,
    }
}

async fn shared<T, E, F>(db: &Database, context: WriteContext, work: &F) -> Result<Ended<T>, E>
where
    E: From<StoreError>,
    F: AsyncFn(&mut Writer) -> Result<T, E>,
{
    let mut turn = db.group.turn(db).await?;
    let open = match turn.take() {
        Some(open) => open,
        None => Shared::begin(db).await?,
    };
    let is_first = open.writers == 0;
    let (done, open) = open.run(context, work).await;
    let value = match done {
        Ok(value) => value,
        Err(error) if is_first => {
            open.undo().await;
            return Err(error);
        }
        Err(_) => {
            open.undo().await;
            return Ok(Ended::Undone);
        }
    };
    let mut told = open.committed.subscribe();
    if open.writers >= MOST {
        open.commit().await?;
        return Ok(Ended::Lasting(value));
    }
    let id = open.id;
    *turn = Some(open);
    drop(turn);
    if is_first {
        // A task of its own: it comes after those who wait already, even when this writer goes.
        tokio::spawn(commit_after_those_who_wait(db.group.clone(), id));
    }
    Ok(match told.wait_for(|committed| *committed).await {
        Ok(_) => Ended::Lasting(value),
        Err(_) => Ended::Undone,
    })
}

async fn commit_after_those_who_wait(group: Arc<Group>, id: u64) {
    let mut turn = group.turn.lock().await;
    if turn.as_ref().is_some_and(|open| open.id == id)
        && let Some(open) = turn.take()
        && let Err(error) = open.commit().await
    {
        tracing::debug!(%error, "writers of one transaction begin again, each for itself");
    }
}

async fn alone<T, E, F>(db: &Database, context: WriteContext, work: &F) -> Result<T, E>
where
    E: From<StoreError>,
    F: AsyncFn(&mut Writer) -> Result<T, E>,
{
    let mut turn = db.group.turn(db).await?;
    if let Some(others) = turn.take() {
        // They are told by themselves.
        let _ = others.commit().await;
    }
    let (done, open) = Shared::begin(db).await?.run(context, work).await;
    match done {
        Ok(value) => {
            open.commit().await?;
            Ok(value)
        }
        Err(error) => {
            open.undo().await;
            Err(error)
        }
    }
}

impl Group {
    /// Waits for the turn to write, as long as the database's patience lasts.
    async fn turn(&self, db: &Database) -> Result<MutexGuard<'_, Option<Shared>>, StoreError> {
        let _waiting = db.wait();
        timeout(db.patience, self.turn.lock())
            .await
            .map_err(|_| StoreError::Busy("too many writers are waiting".into()))
    }
}

impl Shared {
    async fn begin(db: &Database) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: db.begin().await?,
            id: db.group.opened.fetch_add(1, Ordering::Relaxed),
            pending: Pending::default(),
            numbers: Numbers::default(),
            writers: 0,
            committed: watch::Sender::new(false),
            generation: db.generation.clone(),
        })
    }

    /// Lets one more writer write.
    async fn run<T, E, F>(self, context: WriteContext, work: &F) -> (Result<T, E>, Self)
    where
        E: From<StoreError>,
        F: AsyncFn(&mut Writer) -> Result<T, E>,
    {
        let Self {
            id,
            transaction,
            mut pending,
            numbers,
            writers,
            committed,
            generation,
        } = self;
        let mut writer = Writer::new(transaction, Kind::Sqlite, context, numbers);
        let done = match work(&mut writer).await {
            Ok(value) => writer.seal().await.map(|()| value).map_err(E::from),
            Err(error) => Err(error),
        };
        let (transaction, later, numbers) = writer.into_parts();
        pending.append(later);
        let open = Self {
            id,
            transaction,
            pending,
            numbers,
            writers: writers + 1,
            committed,
            generation,
        };
        (done, open)
    }

    /// Makes it last and tells its writers.
    async fn commit(self) -> Result<(), StoreError> {
        self.numbers.store(&self.transaction, Kind::Sqlite).await?;
        self.pending.store(&self.transaction, Kind::Sqlite).await?;
        let (transaction, committed, generation) =
            (self.transaction, self.committed, self.generation);
        // A task of its own: whoever waits may go away while the disk is at work, and what was
        // read before must not be taken for current after.
        let commit = tokio::spawn(async move {
            let done = transaction.commit().await;
            generation.raise();
            if done.is_ok() {
                committed.send_replace(true);
            }
            done
        });
        match commit.await {
            Ok(done) => Ok(done?),
            Err(error) => Err(StoreError::Failed(error.to_string())),
        }
    }

    async fn undo(self) {
        if let Err(error) = self.transaction.rollback().await {
            tracing::debug!(%error, "a transaction was undone by its connection");
        }
    }
}

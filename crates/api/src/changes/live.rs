//! The streams of this process: how many are open, and the one task that reads the log for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::web;
use rapport_types::ids::UserId;
use rapport_types::problem::ErrorCode;
use tokio::sync::{Semaphore, broadcast};

use super::entry::Entry;
use super::tail;
use crate::error::ApiError;
use crate::state::AppState;

/// Most streams of this process: each holds a connection.
pub const MOST: usize = 1_000;
/// Most streams of one person in this process.
pub const MOST_OF_ONE: usize = 20;
/// Entries that a stream may be behind before it reads the log by itself.
const KEPT: usize = 256;
/// How many streams read the log by themselves at a time.
const READING: usize = 4;

/// How often a stream does what nothing else makes it do.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often it is asked whether the reader is still signed in.
    pub check: Duration,
    /// How often something is said when nothing happens.
    pub beat: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            check: Duration::from_secs(5),
            beat: Duration::from_secs(15),
        }
    }
}

/// The streams.
#[derive(Debug)]
pub struct Live {
    pub(super) pace: Pace,
    /// Lets a few streams read the log by themselves.
    pub(super) reading: Semaphore,
    open: Mutex<HashMap<UserId, usize>>,
    tail: Mutex<Option<broadcast::Sender<Arc<Entry>>>>,
}

/// A stream's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    state: web::Data<AppState>,
    user: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.state.live.open();
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

impl Live {
    /// No streams yet.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            reading: Semaphore::new(READING),
            open: Mutex::default(),
            tail: Mutex::default(),
        }
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.open().values().sum()
    }

    /// A place for one more stream of a person.
    ///
    /// # Errors
    /// 429 `too_many_streams` when the person has too many, 503 `overloaded` when all have.
    pub(super) fn enter(
        &self,
        state: &web::Data<AppState>,
        user: UserId,
    ) -> Result<Place, ApiError> {
        let mut open = self.open();
        if open.values().sum::<usize>() >= MOST {
            return Err(ApiError::overloaded("streams_full"));
        }
        let own = open.entry(user).or_default();
        if *own >= MOST_OF_ONE {
            return Err(ErrorCode::TooManyStreams.into());
        }
        *own += 1;
        let state = state.clone();
        Ok(Place { state, user })
    }

    /// What is read from the log from now on: everything after its end as it is when this returns,
    /// and perhaps some of what was before.
    pub(super) async fn follow(
        &self,
        state: &web::Data<AppState>,
    ) -> Result<broadcast::Receiver<Arc<Entry>>, ApiError> {
        if let Some(sender) = &*self.tail() {
            return Ok(sender.subscribe());
        }
        let head = rapport_persistence::changes::head(&state.db).await?;
        let mut tail = self.tail();
        // Somebody else may have come first meanwhile.
        let sender = tail.get_or_insert_with(|| {
            let (sender, _) = broadcast::channel(KEPT);
            actix_web::rt::spawn(tail::read(state.clone(), sender.clone(), head));
            sender
        });
        Ok(sender.subscribe())
    }

    /// Ends these streams, if the reading is still theirs.
    pub(super) fn end(&self, streams: &broadcast::Sender<Arc<Entry>>) {
        let mut tail = self.tail();
        if tail.as_ref().is_some_and(|own| own.same_channel(streams)) {
            *tail = None;
        }
    }

    /// Ends the reading when nobody follows any more; tells whether it is so.
    pub(super) fn is_over(&self) -> bool {
        let mut tail = self.tail();
        let is_followed = tail.as_ref().is_some_and(|it| it.receiver_count() > 0);
        if !is_followed {
            *tail = None;
        }
        !is_followed
    }

    fn open(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        // The map is whole after every statement, whatever another thread died of.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tail(&self) -> MutexGuard<'_, Option<broadcast::Sender<Arc<Entry>>>> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

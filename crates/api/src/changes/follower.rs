//! One open stream.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use actix_web::web::{self, Bytes};
use futures_util::{FutureExt, Stream, stream};
use rapport_types::changes::Reader;
use rapport_types::problem::ErrorCode;
use rapport_types::records::Entity;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::entry::{self, BEAT, Entry, SCOPE_CHANGED, beginning, mark};
use super::live::Place;
use super::read::{Asked, Told, read};
use super::reader_of;
use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;

/// Entries of a page of the log.
const PAGE: usize = 100;

/// A stream: it is shown every entry once, in order, either by the task that reads the log for all
/// or, when it is behind, by reading the log itself. Numbers are dense, so it knows when it is.
pub(super) struct Follower {
    state: web::Data<AppState>,
    caller: Caller,
    reader: Reader,
    entities: Vec<Entity>,
    /// The last entry that it has judged.
    position: i64,
    /// The number that the client knows.
    told: i64,
    entries: broadcast::Receiver<Arc<Entry>>,
    /// What is to go out next.
    ready: VecDeque<Bytes>,
    is_behind: bool,
    is_over: bool,
    stopping: watch::Receiver<bool>,
    checks: Interval,
    beat: Interval,
    _place: Place,
}

impl Follower {
    /// Opens a stream after this number; from now on without one. What can be refused is refused
    /// here.
    ///
    /// # Errors
    /// As [`read`].
    pub(super) async fn open(
        state: &web::Data<AppState>,
        caller: Caller,
        reader: Reader,
        place: Place,
        after: Option<i64>,
        entities: Vec<Entity>,
    ) -> Result<Self, ApiError> {
        // Before the first look at the log: what comes after that look is told here.
        let entries = state.live.follow(state).await?;
        let asked = Asked {
            after,
            limit: PAGE,
            entities: &entities,
        };
        let (changes, Told { next_after, head }) = read(&state.db, &reader, asked).await?;
        let begins = after.unwrap_or(head);
        let frames = changes.iter().map(entry::frame);
        let pace = state.live.pace;
        Ok(Self {
            state: state.clone(),
            caller,
            reader,
            position: next_after,
            told: changes.last().map_or(begins, |change| change.seq),
            entries,
            ready: std::iter::once(beginning(begins)).chain(frames).collect(),
            is_behind: next_after < head,
            is_over: false,
            stopping: state.stopping(),
            checks: every(pace.check),
            beat: every(pace.beat),
            entities,
            _place: place,
        })
    }

    /// Its bytes.
    pub(super) fn stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut follower| async move {
            let bytes = follower.next().await?;
            Some((Ok(bytes), follower))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                self.beat.reset();
                return Some(frame);
            }
            if self.is_over || self.state.is_stopping() {
                return None;
            }
            if self.is_behind {
                // A long log is read only as long as its reader may read it.
                if self.checks.tick().now_or_never().is_some() {
                    self.check().await;
                } else {
                    self.catch_up().await;
                }
                continue;
            }
            tokio::select! {
                biased;
                _ = self.stopping.changed() => return None,
                _ = self.checks.tick() => self.check().await,
                _ = self.beat.tick() => self.say_something(),
                entry = self.entries.recv() => match entry {
                    Ok(entry) => self.take(&entry),
                    Err(broadcast::error::RecvError::Lagged(_)) => self.is_behind = true,
                    Err(broadcast::error::RecvError::Closed) => self.is_over = true,
                },
            }
        }
    }

    /// Takes an entry that was read for all.
    fn take(&mut self, entry: &Entry) {
        let logged = &entry.logged;
        if logged.seq <= self.position {
            return;
        }
        if logged.seq > self.position + 1 {
            self.is_behind = true;
            return;
        }
        if self.reader.is_moved_by(logged) {
            self.end_for_another_scope();
            return;
        }
        self.position = logged.seq;
        if !self.entities.is_empty() && !self.entities.contains(&logged.entity) {
            return;
        }
        if let Some(frame) = entry.frame(&self.reader) {
            self.told = logged.seq;
            self.ready.push_back(frame);
        }
    }

    /// Reads on in the log by itself.
    async fn catch_up(&mut self) {
        let asked = Asked {
            after: Some(self.position),
            limit: PAGE,
            entities: &self.entities,
        };
        let read = {
            // Never closed.
            let _turn = self.state.live.reading.acquire().await;
            read(&self.state.db, &self.reader, asked).await
        };
        match read {
            Ok((changes, Told { next_after, head })) => {
                self.ready.extend(changes.iter().map(entry::frame));
                self.told = changes.last().map_or(self.told, |change| change.seq);
                self.position = next_after;
                self.is_behind = next_after < head;
            }
            Err(error) if error.code() == ErrorCode::ScopeChanged => self.end_for_another_scope(),
            // The client opens it again and is told then.
            Err(_) => self.is_over = true,
        }
    }

    fn end_for_another_scope(&mut self) {
        self.ready.push_back(SCOPE_CHANGED);
        self.is_over = true;
    }

    /// Ends when the caller may not read any more, or sees something else: another process may
    /// have changed that a moment before this stream was opened. While the database does not
    /// answer, nothing is known and nothing can be told anyway.
    async fn check(&mut self) {
        let now = async {
            let me = self.caller.again(&self.state).await?;
            let reader = reader_of(&self.state, &me).await?;
            Ok::<_, ApiError>((me, reader))
        };
        match now.await {
            Ok((me, _)) if me.must_change_password => self.is_over = true,
            Ok((_, reader)) if reader != self.reader => self.end_for_another_scope(),
            Ok(_) => {}
            Err(error) => self.is_over = error.code().status() < 500,
        }
    }

    /// Lets the client and whoever stands between know that the connection lives, and how far the
    /// log was read for it.
    fn say_something(&mut self) {
        self.ready.push_back(if self.told == self.position {
            BEAT
        } else {
            mark(self.position)
        });
        self.told = self.position;
    }
}

fn every(period: std::time::Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

//! Reads the log as it grows, once for all streams of the process.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use rapport_persistence::changes::{self, Stretch};
use rapport_persistence::error::StoreError;
use tokio::sync::broadcast;
use tokio::time::{sleep, timeout};

use super::entry::Entry;
use crate::state::AppState;

/// How often the log is looked at for what other processes have written.
const LOOK: Duration = Duration::from_secs(1);
/// Most entries that are read at a time: fewer than a stream may be behind.
const AT_A_TIME: i64 = 128;
/// After so many entries the streams get time to take them, so that they need not read for
/// themselves.
const PAUSE: Duration = Duration::from_millis(10);

/// After so many looks in vain the streams end: their readers open them again, and are told then
/// why that cannot be, while an open one would only be silent.
const LOOKS_IN_VAIN: u32 = 3;

/// The reading for these streams, which end with it, whatever it ends of.
struct Reading {
    state: web::Data<AppState>,
    streams: broadcast::Sender<Arc<Entry>>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.state.live.end(&self.streams);
    }
}

/// Hands what comes after `position` to the streams until there are none.
pub(super) async fn read(
    state: web::Data<AppState>,
    streams: broadcast::Sender<Arc<Entry>>,
    mut position: i64,
) {
    let reading = Reading { state, streams };
    let (state, streams) = (&reading.state, &reading.streams);
    let mut in_vain = 0;
    while in_vain < LOOKS_IN_VAIN && !state.live.is_over() {
        match next(state, streams, position).await {
            Ok(last) if last > position => {
                (position, in_vain) = (last, 0);
                sleep(PAUSE).await;
            }
            Ok(_) => {
                in_vain = 0;
                // At once after a change of this process; it is no matter which of the two it was.
                let _ = timeout(LOOK, state.db.changed()).await;
            }
            Err(error) => {
                in_vain += 1;
                tracing::warn!(%error, in_vain, "the change log cannot be read for the streams");
                sleep(LOOK).await;
            }
        }
    }
}

/// Reads on a little; the number of the last entry.
async fn next(
    state: &AppState,
    streams: &broadcast::Sender<Arc<Entry>>,
    position: i64,
) -> Result<i64, StoreError> {
    let stretch = Stretch {
        after: position,
        last: position + AT_A_TIME,
    };
    let mut last = position;
    for logged in changes::stretch(&state.db, stretch).await? {
        last = logged.seq;
        if logged.sight.is_some() {
            // Who loads again because of it must not be answered by what was kept from before.
            state.configuration_changed();
        }
        // Nobody may be there any more.
        let _ = streams.send(Arc::new(Entry::new(logged)));
    }
    Ok(last)
}

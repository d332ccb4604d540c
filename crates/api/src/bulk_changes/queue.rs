//! Bulk changes that wait in the database. Each process goes through all of them, a chunk of one after
//! a chunk of another, so that a short one does not wait for the end of a long one.
//!
//! Several processes take turns: whoever holds the row of a bulk change does the next chunk. A process
//! that dies leaves nothing to clean up.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web;
use rapport_persistence::bulk_changes as rows;
use tokio::sync::Notify;

use super::run::chunk;
use crate::error::ApiError;
use crate::state::AppState;

/// How often a process looks for those that others left.
const LOOK: Duration = Duration::from_secs(5);

/// The bulk changes of a process.
#[derive(Debug, Default)]
pub struct BulkChanges {
    /// Rings when one was started.
    pub(super) added: Notify,
}

/// Goes through bulk changes as they come, as long as the process lives.
pub(crate) async fn work(state: web::Data<AppState>) {
    loop {
        if let Err(error) = run_once(&state).await {
            tracing::error!(cause = %error, "waiting bulk changes could not be looked for");
        }
        // Whichever comes first.
        let _ = tokio::time::timeout(LOOK, state.bulk_changes.added.notified()).await;
    }
}

/// Goes through all bulk changes that wait or were broken off, to their ends. One that breaks off is
/// left for the next time.
///
/// # Errors
/// What the database says when it is asked for them; what becomes of each stands in its row.
pub async fn run_once(state: &AppState) -> Result<(), ApiError> {
    let mut broken = HashSet::new();
    loop {
        let mut waiting = rows::unfinished(&state.db).await?;
        waiting.retain(|run| !broken.contains(&run.id));
        if waiting.is_empty() {
            return Ok(());
        }
        for run in waiting {
            if let Err(error) = chunk(state, &run).await {
                tracing::error!(bulk_change = %run.id, cause = %error, "a bulk change broke off");
                broken.insert(run.id);
            }
        }
    }
}

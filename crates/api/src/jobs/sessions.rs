//! Throws away sessions that ended long ago, and replies that nobody asks for again.

use chrono::{DateTime, Utc};
use rapport_persistence::customers::merges;
use rapport_persistence::sessions;
use rapport_persistence::writes::replies;

use crate::error::ApiError;
use crate::state::AppState;

/// Removes outdated sessions, their tokens, and outdated replies.
///
/// # Errors
/// What the database says.
pub async fn run_once(state: &AppState, now: DateTime<Utc>) -> Result<(), ApiError> {
    let count = sessions::purge(&state.db, now).await?;
    tracing::debug!(count, "removed outdated sessions");
    let count = replies::purge(&state.db, now).await?;
    tracing::debug!(count, "removed outdated replies");
    let count = merges::purge_traces(&state.db, now).await?;
    tracing::debug!(count, "removed what undoing old merges needed");
    Ok(())
}

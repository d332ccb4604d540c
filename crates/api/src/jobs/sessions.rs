//! Throws sessions away that ended long ago.

use chrono::{DateTime, Utc};
use rapport_persistence::sessions;

use crate::error::ApiError;
use crate::state::AppState;

/// Removes outdated sessions and their tokens.
///
/// # Errors
/// What the database says.
pub async fn run_once(state: &AppState, now: DateTime<Utc>) -> Result<(), ApiError> {
    let count = sessions::purge(&state.db, now).await?;
    tracing::debug!(count, "removed outdated sessions");
    Ok(())
}

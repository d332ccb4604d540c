//! Throws away drafts that nobody started, and bulk changes that ended long ago.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::bulk_changes;
use rapport_persistence::writes::{WriteContext, Writer, write};

use crate::error::ApiError;
use crate::state::AppState;

/// How long a draft may wait to be started.
const DRAFTS_KEPT: TimeDelta = TimeDelta::days(1);
/// How long one that ended is kept.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Removes what has expired, one after the other: a draft may be for many records.
///
/// # Errors
/// What the database says.
pub async fn run_once(state: &AppState, now: DateTime<Utc>) -> Result<(), ApiError> {
    for id in bulk_changes::outdated(&state.db, now - DRAFTS_KEPT, now - KEPT).await? {
        let context = WriteContext::system("purge_bulk_changes", now);
        write(&state.db, context, async |writer: &mut Writer| {
            bulk_changes::remove(writer, id).await
        })
        .await?;
    }
    Ok(())
}

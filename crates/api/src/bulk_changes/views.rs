//! What bulk changes show, and to whom.

use rapport_persistence::bulk_changes::BulkRun;
use rapport_types::bulk_changes::{BulkChange, BulkEntity};
use rapport_types::problem::ErrorCode;

use crate::auth::caller::{Caller, Credential};
use crate::error::ApiError;

/// The bulk change as its maker sees it.
pub(super) fn view(run: &BulkRun) -> BulkChange {
    BulkChange {
        id: run.id,
        version: run.version,
        entity: run.entity,
        filter: run.filter.clone(),
        change: run.change.clone(),
        state: run.state,
        count: run.count,
        done: run.numbers.total(),
        numbers: run.numbers,
        created_at: run.created_at,
        started_at: run.started_at,
        updated_at: run.updated_at,
        ended_at: run.ended_at,
    }
}

/// Whether the caller may change such records.
pub(super) fn may_change(caller: &Caller, entity: BulkEntity) -> bool {
    caller.permissions.contains(&entity.right())
}

/// The caller may change such records, and so see what became of those of its own bulk changes.
///
/// # Errors
/// 403 as for the single endpoints.
pub(super) fn check_right(caller: &Caller, entity: BulkEntity) -> Result<(), ApiError> {
    if may_change(caller, entity) {
        return Ok(());
    }
    Err(match caller.credential {
        Credential::ApiKey(_) => ErrorCode::ScopeMissing.into(),
        Credential::Session(_) | Credential::Started => ErrorCode::NotAllowed.into(),
    })
}

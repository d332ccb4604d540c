//! Imports as the API shows them, and what the endpoints of imports check.

use rapport_persistence::configuration::Configuration;
use rapport_persistence::imports::{ImportRun, Sight};
use rapport_types::imports::{Import, ImportFaultView, ImportState, ImportSummary, Mapping};
use rapport_types::locale::Locale;
use rapport_types::permissions::Permission;
use rapport_types::problem::{Fault, FieldCode};

use super::queue::Identity;
use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::records::scope_of;

/// Which imports and files the caller sees: the own ones, and who manages the configuration those
/// of the whole scope.
pub(super) fn sight_of(caller: &Caller, configuration: &Configuration) -> Sight {
    if caller
        .permissions
        .contains(&Permission::ManageConfiguration)
    {
        Sight::Scope(scope_of(caller, configuration))
    } else {
        Sight::Own(caller.id)
    }
}

/// The delimiter can stand between two fields.
///
/// # Errors
/// 422 at `/mapping/delimiter`.
pub(super) fn check_delimiter(mapping: &Mapping) -> Result<(), ApiError> {
    if mapping.has_delimiter() {
        Ok(())
    } else {
        Err(Fault::at("/mapping/delimiter", FieldCode::InvalidValue).into())
    }
}

/// A run as a list shows it.
pub(super) fn summary(run: &ImportRun, configuration: &Configuration) -> ImportSummary {
    let is_running = run.state == ImportState::Running;
    ImportSummary {
        id: run.id,
        entity: run.entity,
        state: run.state,
        dry_run: run.is_dry_run,
        file_id: run.file_id,
        file_name: run.file_name.clone(),
        rows: run.row_count,
        rows_done: run.position.records,
        rows_per_second: run.rows_per_second.filter(|_| is_running),
        numbers: run.numbers,
        is_cancelling: run.is_cancelling,
        started_by: run.started_by.and_then(|id| configuration.user_ref(id)),
        created_at: run.started_at,
        updated_at: run.updated_at,
        ended_at: run.ended_at,
    }
}

/// A run as a whole.
///
/// # Errors
/// A fault of ours, when its mapping is none.
pub(super) fn whole(
    run: &ImportRun,
    configuration: &Configuration,
    locale: Locale,
) -> Result<Import, ApiError> {
    let Identity { mapping } = serde_json::from_str(&run.mapping).map_err(ApiError::internal)?;
    Ok(Import {
        summary: summary(run, configuration),
        team: run.team_id.map(|team| configuration.team_ref(team)),
        known_count: run.known,
        fault_counts: run.tally.counts(locale),
        faults_left_out: run.tally.left_out,
        refusals: run
            .refusals
            .iter()
            .map(|fault| ImportFaultView::new(fault, locale))
            .collect(),
        mapping,
    })
}

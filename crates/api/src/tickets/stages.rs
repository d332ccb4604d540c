//! The stages of a ticket's pipeline.

use actix_web::{HttpResponse, put, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::customers;
use rapport_persistence::writes::Writer;
use rapport_types::ids::{TicketId, UserId};
use rapport_types::permissions::WorkTickets;
use rapport_types::problem::ErrorCode;
use rapport_types::ticket_types::FieldValue;
use rapport_types::tickets::{
    Case, EventKind, StageChange, StageError, StageView, Ticket, decide_stage, merge_fields,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::operations::work;
use super::{changed_members, checks, fields};
use crate::error::ApiError;
use crate::extract::{Allowed, Body, IfMatch, IfMatchHeader, PathId, ValidJson};
use crate::records::scope_of;
use crate::state::AppState;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(set_ticket_stage);
}

impl Body for StageChange {}

impl From<StageError> for ApiError {
    fn from(error: StageError) -> Self {
        Self::new(error.code()).with_faults(error.faults())
    }
}

/// Move a ticket to another stage
///
/// To the next stage of its pipeline when what its stage requires is filled in, or back to an
/// earlier one with a reason. `fields` are set before it is judged, and only if it may go. A stage
/// that lies further on is refused (409 `stage_skipped`): `errors` names everything that is missing
/// on the way.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), IfMatchHeader),
    request_body(content = StageChange, example = json!({"stage": "verify", "fields": {"findings": "滤网堵塞"}})),
    responses((status = 200, description = "The ticket after the change.", body = Ticket))
)]
#[put("/tickets/{id}/stage")]
async fn set_ticket_stage(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: IfMatch,
    change: ValidJson<StageChange>,
) -> Result<HttpResponse, ApiError> {
    let scope = scope_of(&caller, &*state.configuration().await?);
    work(&state, &caller, id.0, seen, async |writer, case| {
        if case.pipeline().is_none() {
            return Err(ErrorCode::NoPipeline.into());
        }
        if !change.fields.is_empty() {
            fill_in(writer, &scope, case, &change).await?;
        }
        let reason = change.reason.is_some();
        let stage = judge(case, caller.id, |view| {
            decide_stage(view, &change.stage, reason)
        })?;
        case.go_to(stage, writer.now(), change.reason.clone());
        Ok(())
    })
    .await
}

/// Changes the fields of a ticket, if they may hold what they are to hold.
async fn fill_in(
    writer: &mut Writer,
    scope: &rapport_persistence::scope::Scope,
    case: &mut Case<'_, Configuration>,
    change: &StageChange,
) -> Result<(), ApiError> {
    let before = case.ticket.clone();
    case.ticket.fields = merge_fields(before.fields.clone(), &change.fields);
    let configuration = case.book();
    checks::refuse(fields::faults(Some(&before), &case.ticket, configuration))?;
    let named: Vec<_> = change.fields.values().flatten().collect();
    let named: Vec<_> = named
        .into_iter()
        .filter_map(FieldValue::as_customer)
        .collect();
    let known = customers::find_all_locked(writer, scope, &named).await?;
    checks::refuse(fields::unknown_customers(
        Some(&before),
        &case.ticket,
        configuration,
        |id| known.iter().any(|customer| customer.id == id),
    ))?;
    if let Some((old, new)) = changed_members(&before, &case.ticket)? {
        case.note(writer.now(), EventKind::Edited, Some(old), Some(new), None);
    }
    Ok(())
}

/// Lets the ticket's pipeline decide; `caller` is who moves it.
pub(super) fn judge<'c, T>(
    case: &Case<'c, Configuration>,
    caller: UserId,
    decide: impl FnOnce(&StageView<'c, '_>) -> Result<T, StageError>,
) -> Result<T, ApiError> {
    let Some((pipeline, at)) = case.pipeline() else {
        return Err(ErrorCode::NoPipeline.into());
    };
    let configuration = case.book();
    let roles = configuration.users.get(&caller).map(|user| &user.roles[..]);
    let roles = roles.unwrap_or_default();
    let decided = configuration.with_facts(&case.ticket, |fact, matches| {
        decide(&StageView {
            pipeline,
            at,
            roles,
            fact,
            matches,
        })
    });
    Ok(decided?)
}

//! Status, assignment, duty and rating: the steps of a ticket's life.

use actix_web::{HttpResponse, put, web};
use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets;
use rapport_persistence::writes::{Writer, write};
use rapport_types::ids::{RatingId, TicketId, UserId};
use rapport_types::permissions::WorkTickets;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::tickets::{
    AssignmentChange, Case, EventKind, HandOver, NewRating, Rating, RatingSource, StatusChange,
    Ticket, decide_move, decide_status,
};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{answer, checks, save, stages};
use crate::customers::user_fault;
use crate::error::ApiError;
use crate::extract::{Allowed, Body, IfMatch, IfMatchHeader, PathId, ValidJson};
use crate::records::{check_version, scope_of};
use crate::state::AppState;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(set_ticket_status)
        .service(assign_ticket)
        .service(hand_over_ticket)
        .service(rate_ticket);
}

impl Body for StatusChange {}
impl Body for AssignmentChange {}
impl Body for HandOver {}

impl Body for NewRating {
    fn check(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !(1..=5).contains(&self.score) {
            faults.push(Fault::at("/score", FieldCode::OutOfRange));
        }
        if self.source == RatingSource::Import {
            faults.push(Fault::at("/source", FieldCode::InvalidValue));
        }
        faults
    }
}

/// Loads the ticket, lets `step` change it, and stores it.
pub(super) async fn work(
    state: &AppState,
    caller: &Allowed<WorkTickets>,
    id: TicketId,
    seen: IfMatch,
    step: impl AsyncFn(&mut Writer, &mut Case<'_, Configuration>) -> Result<(), ApiError>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(caller, &configuration);
    let context = caller.write_context(state.clock.now());
    let ticket: Ticket = write(&state.db, context, async |writer| {
        let before = tickets::get_locked(writer, &scope, id).await?;
        check_version(seen, before.ticket.version)?;
        let configuration = state
            .configuration_for(&configuration, writer, &[&before])
            .await?;
        let mut case = Case::new(
            before.ticket.clone(),
            before.clocks.clone(),
            &*configuration,
        );
        step(writer, &mut case).await?;
        save(writer, &before, case, caller.actor(), &state.ids).await
    })
    .await?;
    Ok(answer(&ticket))
}

/// Set a ticket's status
///
/// Opening a closed ticket again needs a reason. In a pipeline a ticket waits, is on hold or goes on
/// within its stage; resolved and closed it becomes by its stages, and closed by leaving the last one.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), IfMatchHeader),
    request_body(content = StatusChange, example = json!({"status": "resolved"})),
    responses((status = 200, description = "The ticket after the change.", body = Ticket))
)]
#[put("/tickets/{id}/status")]
async fn set_ticket_status(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: IfMatch,
    change: ValidJson<StatusChange>,
) -> Result<HttpResponse, ApiError> {
    work(&state, &caller, id.0, seen, async |writer, case| {
        move_case(case, &change, caller.id, writer.now())
    })
    .await
}

/// Moves a ticket, if it may go there by its status and its pipeline; `caller` is who does it.
pub(super) fn move_case(
    case: &mut Case<'_, Configuration>,
    change: &StatusChange,
    caller: UserId,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    let (from, to, has_reason) = (case.ticket.status, change.status, change.reason.is_some());
    if case.pipeline().is_some() {
        stages::judge(case, caller, |view| {
            decide_status(view, from, to, has_reason)
        })?;
        case.move_to(to, now, change.reason.clone());
        return Ok(());
    }
    decide_move(case.ticket.status, change.status, change.reason.is_some()).map_err(|error| {
        let refused = ApiError::new(error.code());
        if error.code() == ErrorCode::ReasonRequired {
            refused.with_faults(vec![Fault::at("/reason", FieldCode::Required)])
        } else {
            refused
        }
    })?;
    case.move_to(change.status, now, change.reason.clone());
    Ok(())
}

/// Assign a ticket
///
/// To a person, a team or both; `assignee_id: null` takes it back from the person. Who assigns it
/// to herself takes it: the first to do so, or to answer, is the first responder.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), IfMatchHeader),
    request_body(content = AssignmentChange, example = json!({"assignee_id": null})),
    responses((status = 200, description = "The ticket after the change.", body = Ticket))
)]
#[put("/tickets/{id}/assignment")]
async fn assign_ticket(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: IfMatch,
    change: ValidJson<AssignmentChange>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    work(&state, &caller, id.0, seen, async |writer, case| {
        assign_case(case, &change, caller.id, &configuration, writer.now())
    })
    .await
}

/// Assigns a ticket to people and teams that are there and in use; `caller` is who does it.
pub(super) fn assign_case(
    case: &mut Case<'_, Configuration>,
    change: &AssignmentChange,
    caller: UserId,
    configuration: &Configuration,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    let before = (case.ticket.team_id, case.ticket.assignee_id);
    let after = (change.team_id.unwrap_or(before.0), change.assignee_id);
    let mut faults = Vec::new();
    if after.0 != before.0 {
        faults.extend(checks::team_fault(after.0, configuration));
    }
    if after.1 != before.1 {
        faults.extend(
            after
                .1
                .and_then(|user| user_fault("/assignee_id", user, configuration)),
        );
    }
    checks::refuse(faults)?;
    if before == after {
        return Ok(());
    }
    (case.ticket.team_id, case.ticket.assignee_id) = after;
    if after.1 == Some(caller) {
        case.ticket.take(caller);
    }
    let told = |(team, assignee)| Some(json!({"team_id": team, "assignee_id": assignee}));
    case.note(
        now,
        EventKind::Assignment,
        told(before),
        told(after),
        change.reason.clone(),
    );
    Ok(())
}

/// Hand the duty over
///
/// The duty holder answers for the ticket to the customer until somebody else does (首问负责).
/// Always needs a reason.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), IfMatchHeader),
    request_body(content = HandOver, example = json!({"duty_holder_id": "user_01h455vb4pex5vsknk084sn02q", "reason": "On leave from tomorrow"})),
    responses((status = 200, description = "The ticket after the change.", body = Ticket))
)]
#[put("/tickets/{id}/duty-holder")]
async fn hand_over_ticket(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: IfMatch,
    change: ValidJson<HandOver>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    work(&state, &caller, id.0, seen, async |writer, case| {
        let (before, after) = (case.ticket.duty_holder_id, change.duty_holder_id);
        checks::refuse(
            user_fault("/duty_holder_id", after, &configuration)
                .into_iter()
                .collect(),
        )?;
        if before == Some(after) {
            return Ok(());
        }
        case.ticket.duty_holder_id = Some(after);
        let before = before.map(|id| json!(id));
        case.note(
            writer.now(),
            EventKind::HandOver,
            before,
            Some(json!(after)),
            Some(change.reason.clone()),
        );
        Ok(())
    })
    .await
}

/// Rate a ticket
///
/// How satisfied the customer was, 1 to 5, on a resolved or closed ticket. Each rating is kept;
/// the latest counts.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), IfMatchHeader),
    request_body(content = NewRating, example = json!({"score": 5, "source": "customer"})),
    responses((status = 200, description = "The ticket after the rating.", body = Ticket))
)]
#[put("/tickets/{id}/satisfaction")]
async fn rate_ticket(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: IfMatch,
    given: ValidJson<NewRating>,
) -> Result<HttpResponse, ApiError> {
    work(&state, &caller, id.0, seen, async |writer, case| {
        if !case.ticket.status.is_over() {
            return Err(ErrorCode::NotResolved.into());
        }
        let now = writer.now();
        let rated_at = given.rated_at.unwrap_or(now);
        if rated_at > now {
            return Err(Fault::at("/rated_at", FieldCode::InFuture).into());
        }
        let rating = Rating {
            id: RatingId::from_uuid(state.ids.next()),
            ticket_id: case.ticket.id,
            score: given.score,
            comment: given.comment.clone(),
            rated_at,
            source: given.source,
        };
        case.ticket.satisfaction_score = Some(rating.score);
        tickets::add_rating(writer, &case.ticket, &rating).await?;
        case.note(now, EventKind::Rated, None, Some(json!(rating.score)), None);
        Ok(())
    })
    .await
}

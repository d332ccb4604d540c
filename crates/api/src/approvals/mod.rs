//! Approvals of tickets: asking, deciding, withdrawing.

mod list;

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use rapport_persistence::approvals;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::{self, LoadedTicket};
use rapport_persistence::writes::{Writer, write};
use rapport_types::approvals::{
    Approval, ApprovalDecision, ApprovalRule, ApprovalState, ApprovalWithdrawal, Decider,
    NewApproval, authors, decide, decide_ask, decide_withdrawal, facts_of,
};
use rapport_types::ids::{ApprovalId, TicketEventId, TicketId};
use rapport_types::names::Names;
use rapport_types::permissions::{ViewTickets, WorkTickets};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::ReasonText;
use rapport_types::tickets::{EventKind, TicketEvent};
use rapport_types::users::UserKind;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::{Caller, Credential};
use crate::configuring::changed;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, PathId, ValidJson, versioned,
};
use crate::records::{check_version, scope_of};
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    list::routes(cfg);
    cfg.service(create_ticket_approval)
        .service(get_approval)
        .service(decide_approval)
        .service(withdraw_approval);
}

impl Body for NewApproval {
    const LIMIT: usize = 16_384;
}

impl Body for ApprovalDecision {
    const LIMIT: usize = 16_384;
}

impl Body for ApprovalWithdrawal {
    const LIMIT: usize = 16_384;
}

/// Ask for an approval
///
/// By a rule in use. The approval keeps the facts that the rule covers as they are now, and who may
/// not decide: you, and whoever set one of those facts last. While one by the rule is pending,
/// another one is 409 `approval_pending`. It may be asked for before the ticket needs it.
#[utoipa::path(
    tag = "approvals",
    params(("id" = TicketId, Path, description = "The ticket's id.")),
    request_body(content = NewApproval, example = json!({"rule": "compensation", "reason": "冰箱两次返修仍不制冷，客户要求退货"})),
    responses((status = 201, description = "The approval, pending.", body = Approval))
)]
#[post("/tickets/{id}/approvals")]
async fn create_ticket_approval(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    new: ValidJson<NewApproval>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let work = async |writer: &mut Writer| {
        let ticket = tickets::get_locked(writer, &scope, id.0).await?;
        let rule = match configuration.approval_rules.get(&new.rule) {
            None => return Err(Fault::at("/rule", FieldCode::UnknownCode).into()),
            Some(rule) if !rule.active => {
                return Err(Fault::at("/rule", FieldCode::Inactive).into());
            }
            Some(rule) => rule,
        };
        let existing = approvals::of_ticket(writer, id.0).await?;
        decide_ask(&rule.code, &existing).map_err(|error| ApiError::new(error.code()))?;
        let history = tickets::history(writer, id.0).await?;
        let approval = Approval {
            id: ApprovalId::from_uuid(state.ids.next()),
            version: 1,
            ticket_id: id.0,
            rule: rule.code.clone(),
            state: ApprovalState::Pending,
            asked_by: caller.id,
            asked_at: writer.now(),
            reason: new.reason.clone(),
            facts: facts_of(&ticket.ticket, &rule.covers),
            authors: authors(caller.id, &rule.covers, &history),
            decided_by: None,
            decided_at: None,
            decision_reason: None,
        };
        let told = Told {
            before: None,
            reason: Some(&new.reason),
            rule_names: &rule.names,
        };
        let told = event(&state, writer, &caller, &approval, told);
        Ok(approvals::insert(writer, &ticket, approval, told).await?)
    };
    let reply = |new: &Approval| Reply::record(new, new.version, ("approvals", new.id));
    state
        .write_once(&caller, state.clock.now(), work, reply)
        .await
}

/// Read an approval
///
/// Whoever sees the ticket sees its approvals.
#[utoipa::path(
    tag = "approvals",
    params(("id" = ApprovalId, Path, description = "The approval's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The approval.", body = Approval),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/approvals/{id}")]
async fn get_approval(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<ApprovalId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let approval = approvals::get(&state.db, &scope, id.0).await?;
    Ok(versioned(&approval, approval.version, &request))
}

/// Decide on an approval
///
/// Grants or refuses what is pending (else 409 `approval_over`). Whoever has one of the roles that
/// the rule names (else 403 `not_a_decider`) and sees the ticket, but neither asked nor set one of
/// the covered facts last (403 `own_approval`). No API key ever decides (403 `not_by_api_key`), on
/// whosever behalf. The version of the ticket rises too.
#[utoipa::path(
    tag = "approvals",
    params(("id" = ApprovalId, Path, description = "The approval's id."), IfMatchHeader),
    request_body(content = ApprovalDecision, example = json!({"granted": true, "reason": "符合三包规定"})),
    responses((status = 200, description = "The approval after the decision.", body = Approval))
)]
#[put("/approvals/{id}/decision")]
async fn decide_approval(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<ApprovalId>,
    seen: IfMatch,
    decision: ValidJson<ApprovalDecision>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let given = decision.0;
    let to = if given.granted {
        ApprovalState::Granted
    } else {
        ApprovalState::Refused
    };
    let may = |approval: &Approval| may_decide(approval, &caller, &configuration);
    let step = Step {
        seen,
        to,
        reason: Some(&given.reason),
    };
    take(&state, &caller, &configuration, id.0, step, may).await
}

/// Withdraw an approval
///
/// Takes back what is pending (else 409 `approval_over`). Who asked for it alone (else 403
/// `not_the_asker`). The version of the ticket rises too.
#[utoipa::path(
    tag = "approvals",
    params(("id" = ApprovalId, Path, description = "The approval's id."), IfMatchHeader),
    request_body(content = ApprovalWithdrawal, example = json!({"reason": "客户改为维修"})),
    responses((status = 200, description = "The approval, withdrawn.", body = Approval))
)]
#[put("/approvals/{id}/withdrawal")]
async fn withdraw_approval(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<ApprovalId>,
    seen: IfMatch,
    withdrawal: ValidJson<ApprovalWithdrawal>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let may = |approval: &Approval| {
        decide_withdrawal(approval, caller.id).map_err(|error| ApiError::new(error.code()))
    };
    let step = Step {
        seen,
        to: ApprovalState::Withdrawn,
        reason: withdrawal.reason.as_ref(),
    };
    take(&state, &caller, &configuration, id.0, step, may).await
}

/// A step of an approval that is pending.
#[derive(Clone, Copy)]
struct Step<'a> {
    /// The version that the caller has seen.
    seen: IfMatch,
    /// How it is to stand.
    to: ApprovalState,
    /// Why.
    reason: Option<&'a ReasonText>,
}

/// Takes a step if the caller `may`. Who may not hears that, whichever version it has seen.
async fn take(
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
    id: ApprovalId,
    Step { seen, to, reason }: Step<'_>,
    may: impl Fn(&Approval) -> Result<(), ApiError>,
) -> Result<HttpResponse, ApiError> {
    let scope = scope_of(caller, configuration);
    let context = caller.write_context(state.clock.now());
    let approval = write(&state.db, context, async |writer: &mut Writer| {
        let (before, ticket): (Approval, LoadedTicket) =
            approvals::get_locked(writer, &scope, id).await?;
        may(&before)?;
        check_version(seen, before.version)?;
        let mut after = Approval {
            state: to,
            ..before.clone()
        };
        if to != ApprovalState::Withdrawn {
            after.decided_by = Some(caller.id);
            after.decided_at = Some(writer.now());
            after.decision_reason = reason.cloned();
        }
        let told = Told {
            before: Some(before.state),
            reason,
            rule_names: &rule_of(&after, configuration)?.names,
        };
        let told = event(state, writer, caller, &after, told);
        Ok::<_, ApiError>(approvals::update(writer, &ticket, before, after, told).await?)
    })
    .await?;
    Ok(changed(&approval, approval.version))
}

/// Whether the caller may decide, by the roles that it has now.
fn may_decide(
    approval: &Approval,
    caller: &Caller,
    configuration: &Configuration,
) -> Result<(), ApiError> {
    let rule = rule_of(approval, configuration)?;
    let user = configuration.users.get(&caller.id);
    let is_session = matches!(caller.credential, Credential::Session(_));
    let decider = Decider {
        user: caller.id,
        roles: user.map_or(&[], |user| user.roles.as_slice()),
        is_person: is_session && caller.kind == UserKind::Person,
    };
    decide(approval, rule, &decider).map_err(|error| ApiError::new(error.code()))
}

/// The rule by which an approval was asked for; rules are never removed.
fn rule_of<'c>(
    approval: &Approval,
    configuration: &'c Configuration,
) -> Result<&'c ApprovalRule, ApiError> {
    let rule = configuration.approval_rules.get(&approval.rule);
    rule.ok_or_else(|| ApiError::internal("an approval by no rule"))
}

/// What is told of a step besides the approval itself.
struct Told<'a> {
    /// How it stood before.
    before: Option<ApprovalState>,
    /// Why.
    reason: Option<&'a ReasonText>,
    /// What its rule is called.
    rule_names: &'a Names,
}

/// What the history of the ticket tells of a step.
fn event(
    state: &AppState,
    writer: &Writer,
    caller: &Caller,
    after: &Approval,
    told: Told<'_>,
) -> TicketEvent {
    TicketEvent {
        id: TicketEventId::from_uuid(state.ids.next()),
        ticket_id: after.ticket_id,
        at: writer.now(),
        actor: caller.actor(),
        kind: EventKind::Approval,
        before: told.before.map(|state| state.code().into()),
        after: Some(after.step(told.rule_names)),
        reason: told.reason.cloned(),
    }
}

//! What a list of clock policies would do, before it is put in force. Nothing is written.

use std::sync::Arc;

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::{self, SampleTicket};
use rapport_types::calendars::OpenHours;
use rapport_types::clocks::{
    ClockBook, ClockEvent, ClockPolicies, InventedTicket, MOST_SAMPLED, PoliciesDraft,
    PoliciesPreview, PolicyOutcome, SampledTicket, TicketClocks, TicketOutcomes, TicketsPreview,
    UnknownClocks, policy_faults,
};
use rapport_types::ids::{CalendarId, TeamId, TicketId};
use rapport_types::permissions::{ManageConfiguration, Right, ViewTickets};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::{Code, LineText};
use rapport_types::ticket_types::FieldValues;
use rapport_types::tickets::{Precision, Priority, Status, Ticket};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::checks;
use crate::error::ApiError;
use crate::extract::{Allowed, Body, ValidJson};
use crate::records::scope_of;
use crate::state::AppState;

/// Tickets that are looked at when the caller does not say how many.
const USUAL_SAMPLE: u32 = 200;
/// Most types of which tickets are invented.
const MOST_TYPES: usize = 100;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(preview_clock_policies);
}

impl Body for PoliciesDraft {
    fn check(&self) -> Vec<Fault> {
        let mut faults = policy_faults(&self.policies);
        if self.sample.is_some_and(|sample| sample > MOST_SAMPLED) {
            faults.push(Fault::at("/sample", FieldCode::OutOfRange));
        }
        faults
    }
}

/// Preview clock policies
///
/// What the list would do if it were put in force: policies and due times of the newest open
/// tickets in your scope and of invented ones, under the version in force and under the draft.
/// Nothing is written.
#[utoipa::path(
    tag = "clock policies",
    request_body(content = PoliciesDraft, example = json!({"sample": 100, "policies": [{
        "code": "standard",
        "names": {"en": "Standard", "zh-CN": "标准"},
        "clocks": [
            {"code": "resolution", "target": {"working_days": 1}, "time": "business", "start": {"moments": ["opened"]}, "pause": ["waiting_on_customer", "on_hold"], "stop": {"statuses": ["resolved", "closed"]}}
        ]
    }]})),
    responses((status = 200, description = "What the draft would do.", body = PoliciesPreview))
)]
#[post("/clock-policies/preview")]
async fn preview_clock_policies(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    draft: ValidJson<PoliciesDraft>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    checks::references(&draft.policies, &configuration)?;
    let sample = if ViewTickets::is_held(&caller.permissions) {
        let scope = scope_of(&caller, &configuration);
        let size = draft.sample.unwrap_or(USUAL_SAMPLE);
        Some(tickets::newest_open(&state.db, &configuration, &scope, size).await?)
    } else {
        None
    };
    let comparison = Comparison {
        draft: ClockPolicies {
            version: configuration.latest_policies().version + 1,
            policies: draft.0.policies,
        },
        configuration,
        at: state.clock.now(),
    };
    let team = caller.team_id;
    // Hundreds of tickets by hundreds of policies: too long for a thread that answers others.
    let preview = tokio::task::spawn_blocking(move || comparison.preview(sample, team));
    let preview = preview.await.map_err(ApiError::internal)??;
    Ok(HttpResponse::Ok().json(preview))
}

/// The list in force and the draft.
struct Comparison {
    configuration: Arc<Configuration>,
    draft: ClockPolicies,
    at: DateTime<Utc>,
}

impl ClockBook for Comparison {
    fn policies(&self, version: i64) -> Option<&ClockPolicies> {
        if version == self.draft.version {
            Some(&self.draft)
        } else {
            self.configuration.policies(version)
        }
    }

    fn hours(&self, calendar: CalendarId, version: i64) -> Option<&OpenHours> {
        self.configuration.hours(calendar, version)
    }
}

impl Comparison {
    fn preview(
        &self,
        sample: Option<(Vec<SampleTicket>, bool)>,
        team: TeamId,
    ) -> Result<PoliciesPreview, ApiError> {
        let tickets = sample.map(|(sample, has_more)| {
            let compared = sample.into_iter().map(|it| self.sampled(it)).collect();
            TicketsPreview::of(compared, has_more, self.at)
        });
        Ok(PoliciesPreview {
            version: self.configuration.latest_policies().version,
            at: self.at,
            tickets,
            invented: self.invented(team)?,
        })
    }

    fn sampled(&self, sample: SampleTicket) -> SampledTicket {
        let outcomes = self.outcomes(&sample.ticket, sample.unknown, &sample.events);
        let ticket = sample.ticket;
        SampledTicket {
            id: ticket.id,
            number: ticket.number,
            subject: ticket.subject,
            type_code: ticket.type_code,
            priority: ticket.priority,
            opened_at: ticket.opened_at,
            outcomes,
        }
    }

    /// Each type in use with each priority, the most urgent first.
    fn invented(&self, team: TeamId) -> Result<Vec<InventedTicket>, ApiError> {
        let mut types: Vec<_> = self
            .configuration
            .ticket_types
            .values()
            .filter(|kind| kind.active)
            .collect();
        types.sort_by_key(|kind| kind.position);
        let mut invented = Vec::new();
        for kind in types.into_iter().take(MOST_TYPES) {
            for priority in Priority::ALL.into_iter().rev() {
                let ticket = self.invented_ticket(kind.code.clone(), priority, team)?;
                let opened = ClockEvent::Opened { at: self.at };
                invented.push(InventedTicket {
                    type_code: ticket.type_code.clone(),
                    priority,
                    outcomes: self.outcomes(&ticket, UnknownClocks::None, &[opened]),
                });
            }
        }
        Ok(invented)
    }

    fn outcomes(
        &self,
        ticket: &Ticket,
        unknown: UnknownClocks,
        events: &[ClockEvent],
    ) -> TicketOutcomes {
        let under = |policies: &ClockPolicies| {
            let basis = self
                .configuration
                .clock_basis_under(policies, ticket, self.at);
            PolicyOutcome::of(&TicketClocks::from_events(self, basis, unknown, events))
        };
        TicketOutcomes {
            before: under(self.configuration.latest_policies()),
            after: under(&self.draft),
        }
    }

    /// A ticket that says nothing but what it is, how urgent, and where it lies.
    fn invented_ticket(
        &self,
        type_code: Code,
        priority: Priority,
        team_id: TeamId,
    ) -> Result<Ticket, ApiError> {
        Ok(Ticket {
            id: TicketId::from_uuid(Uuid::nil()),
            number: 0,
            version: 1,
            definition_version: 0,
            pipeline: None,
            stage: None,
            stage_entered_at: None,
            fields: FieldValues::new(),
            subject: LineText::try_from("–").map_err(ApiError::internal)?,
            description: None,
            type_code,
            status: Status::New,
            priority,
            channel: Code::try_from("api").map_err(ApiError::internal)?,
            category_id: None,
            customer_id: None,
            contact_id: None,
            team_id,
            assignee_id: None,
            first_responder_id: None,
            duty_holder_id: None,
            resolver_id: None,
            follows_ticket_id: None,
            answered_on_spot: false,
            precision: Precision::Instant,
            opened_at: self.at,
            created_at: self.at,
            updated_at: self.at,
            first_responded_at: None,
            first_resolved_at: None,
            resolved_at: None,
            closed_at: None,
            reopened_count: 0,
            first_response_seconds: None,
            resolution_seconds: None,
            public_reply_count: Some(0),
            satisfaction_score: None,
            next_due_at: None,
            import_id: None,
            external_ids: Vec::new(),
            clocks: Vec::new(),
        })
    }
}

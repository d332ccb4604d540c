//! Every second of a ticket's clocks, with the rule that counts it or leaves it out.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets;
use rapport_types::clocks::{
    ClockBasis, ClockStrip, StripCalendar, StripPolicy, TicketClocks, TicketStrips,
};
use rapport_types::ids::TicketId;
use rapport_types::instants::given_instant;
use rapport_types::permissions::ViewTickets;
use rapport_types::problem::FieldCode;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::ApiError;
use crate::extract::{Allowed, PathId, RawPairs};
use crate::records::scope_of;
use crate::state::AppState;

/// How much of a ticket's life is told at most, so that one left open for decades cannot fill the
/// memory with its nights. As far as calendars look ahead.
const LONGEST: TimeDelta = TimeDelta::days(3_653);

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_ticket_clocks);
}

/// `until` for the document.
struct UntilParam;

impl utoipa::IntoParams for UntilParam {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let instant = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .build();
        let parameter = ParameterBuilder::new()
            .name("until")
            .parameter_in(ParameterIn::Query)
            .description(Some(
                "Tells the clocks as they were at this instant, which may not lie ahead; without \
                 it those of now.",
            ))
            .schema(Some(instant));
        vec![parameter.build()]
    }
}

/// Explain a ticket's clocks
///
/// Each run of a clock as a strip that tells of every second whether it counts, is paused, lies
/// outside the calendar's hours or in a stop that a reopening ended, with the rule that says so; and
/// the counted time by team and person. A strip ends where the run was stopped, else at `until`, which
/// is at most ten years after the opening.
/// What it shows depends on the time of reading, so that it has no `ETag`.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), UntilParam),
    responses((status = 200, description = "The clocks, every second of them.", body = TicketStrips))
)]
#[get("/tickets/{id}/clocks")]
async fn get_ticket_clocks(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<TicketId>,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let until = until(&mut pairs, now);
    pairs.finish()?;
    let configuration = state.configuration().await?;
    let loaded = tickets::get(&state.db, &scope_of(&caller, &configuration), id.0).await?;
    let longest = loaded.ticket.opened_at + LONGEST;
    let until = until.min(longest);
    let configuration = knowing(&state, configuration, &loaded.clocks).await?;
    let (events, holders) = tickets::clock_history(&state.db, &loaded.ticket).await?;
    // Years of business days are many segments: too long for a thread that answers others.
    let told = tokio::task::spawn_blocking(move || {
        let strips = loaded.clocks.strips(&*configuration, &events, until);
        let clocks = strips
            .into_iter()
            .map(|strip| ClockStrip::of(strip, &holders));
        let basis = loaded.clocks.basis.as_ref();
        TicketStrips {
            until,
            policy: basis.and_then(|basis| policy(&configuration, basis)),
            calendar: basis.and_then(|basis| calendar(&configuration, basis)),
            clocks: clocks.collect(),
        }
    });
    Ok(HttpResponse::Ok().json(told.await.map_err(ApiError::internal)?))
}

/// The instant asked for, else `now`; nothing is told of what lies ahead.
fn until(pairs: &mut RawPairs, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(text) = pairs.take("until") else {
        return now;
    };
    let given = DateTime::parse_from_rfc3339(&text)
        .map_err(|_| FieldCode::InvalidInstant)
        .and_then(|at| given_instant(at.to_utc()))
        .and_then(|at| {
            if at > now {
                Err(FieldCode::OutOfRange)
            } else {
                Ok(at)
            }
        });
    given.unwrap_or_else(|code| {
        pairs.fault("until", code);
        now
    })
}

/// The configuration that knows what these clocks run by: another process may have opened the
/// ticket by a newer one than is kept here.
async fn knowing(
    state: &AppState,
    kept: Arc<Configuration>,
    clocks: &TicketClocks,
) -> Result<Arc<Configuration>, ApiError> {
    if clocks.are_known(&*kept) {
        Ok(kept)
    } else {
        state.latest_configuration().await
    }
}

fn policy(configuration: &Configuration, basis: &ClockBasis) -> Option<StripPolicy> {
    let policies = configuration.policies(basis.policy_version)?;
    let policy = policies.policy(basis.policy_code.as_str())?;
    Some(StripPolicy {
        code: policy.code.clone(),
        names: policy.names.clone(),
        version: policies.version,
    })
}

fn calendar(configuration: &Configuration, basis: &ClockBasis) -> Option<StripCalendar> {
    let (id, version) = basis.calendar?;
    let hours = configuration.hours(id, version)?;
    let calendar = configuration.calendars.get(&id)?;
    Some(StripCalendar::of(calendar, version, hours.zone().name()))
}

//! Clock policies: which ticket gets which clocks.

mod checks;
mod preview;

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use rapport_persistence::clock_policies;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::writes::Writer;
use rapport_types::clocks::{ClockPolicies, NewClockPolicies};
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, Fault};
use rapport_types::records::{Entity, RecordVersion};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::changed;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, RawPairs, SignedIn, ValidJson,
    versioned,
};
use crate::lists::{self, ListParams};
use crate::records::check_version;
use crate::state::AppState;
use crate::versions;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_clock_policies)
        .service(replace_clock_policies)
        .service(list_clock_policy_versions)
        .service(get_clock_policy_version);
    preview::routes(cfg);
}

impl Body for NewClockPolicies {
    fn check(&self) -> Vec<Fault> {
        self.faults()
    }
}

/// Read the clock policies
///
/// The list in force, first the policy that is asked first.
#[utoipa::path(
    tag = "clock policies",
    params(IfNoneMatchHeader),
    responses(
        (status = 200, description = "The policies.", body = ClockPolicies),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/clock-policies")]
async fn get_clock_policies(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let policies = configuration.latest_policies();
    Ok(versioned(policies, policies.version, &request))
}

/// Replace the clock policies
///
/// The new list holds for tickets from now on; tickets that are open keep the version they have
/// until their type or priority changes. `where` is a filter of the ticket list; the first policy
/// that matches a ticket gives it its clocks.
#[utoipa::path(
    tag = "clock policies",
    params(IfMatchHeader),
    request_body(content = NewClockPolicies, example = json!({"policies": [{
        "code": "standard",
        "names": {"en": "Standard", "zh-CN": "标准"},
        "where": {"type": ["complaint", "repair"]},
        "clocks": [
            {"code": "first_response", "target": {"seconds": 86400}, "time": "elapsed", "start": {"moments": ["opened"]}, "stop": {"moments": ["first_responded", "resolved"]}},
            {"code": "resolution", "target": {"working_days": 1}, "time": "business", "start": {"moments": ["opened"]}, "pause": ["waiting_on_customer", "on_hold"], "stop": {"statuses": ["resolved", "closed"]}}
        ]
    }]})),
    responses((status = 200, description = "The policies in force from now on.", body = ClockPolicies))
)]
#[put("/clock-policies")]
async fn replace_clock_policies(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    seen: IfMatch,
    new: ValidJson<NewClockPolicies>,
) -> Result<HttpResponse, ApiError> {
    let policies = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.latest_policies();
                check_version(seen, before.version)?;
                checks::references(&new.policies, current)?;
                let after = ClockPolicies {
                    version: before.version,
                    policies: new.policies.clone(),
                };
                Ok(clock_policies::replace(writer, before, after).await?)
            },
        )
        .await?;
    Ok(changed(&policies, policies.version))
}

/// List the versions of the clock policies
///
/// Each list that has been in force, with the instant since which it held and who made it. Tickets
/// keep the version that they were opened under.
#[utoipa::path(
    tag = "clock policies",
    params(ListParams<RecordVersion>),
    responses((status = 200, description = "A page of versions.", content((Page<RecordVersion> = "application/json"), (String = "text/csv"))))
)]
#[get("/clock-policies/versions")]
async fn list_clock_policy_versions(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let known = configuration
        .policy_versions()
        .map(|(policies, since)| (policies.version, since));
    let key = Entity::ClockPolicies.code();
    let versions = versions::of(
        &state,
        &configuration,
        Entity::ClockPolicies,
        key,
        known.collect(),
    )
    .await?;
    lists::reply(&request, pairs, &versions, &configuration)
}

/// Read a version of the clock policies
///
/// The list as it was in force under this number.
#[utoipa::path(
    tag = "clock policies",
    params(("version" = i64, Path, description = "The number of the version."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The policies of that version.", body = ClockPolicies),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/clock-policies/versions/{version}")]
async fn get_clock_policy_version(
    state: web::Data<AppState>,
    _caller: SignedIn,
    version: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let policies = configuration
        .policies(*version)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(policies, policies.version, &request))
}

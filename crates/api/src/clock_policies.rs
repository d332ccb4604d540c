//! Clock policies: which ticket gets which clocks.

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use rapport_persistence::clock_policies;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::writes::Writer;
use rapport_types::clocks::{ClockPolicies, NewClockPolicies};
use rapport_types::filters::{Condition, FieldKind, Filter, parse_pairs};
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::Code;
use rapport_types::tickets::{FIELDS, Priority, Status};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{Faults, changed};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, SignedIn, ValidJson, versioned,
};
use crate::records::check_version;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_clock_policies)
        .service(replace_clock_policies);
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
                check_references(&new, current)?;
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

/// The filters must be filters of tickets, and what they and the calendars name must exist.
fn check_references(new: &NewClockPolicies, current: &Configuration) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    for (index, policy) in new.policies.iter().enumerate() {
        if let Some(calendar) = policy.calendar {
            let active = current
                .calendars
                .get(&calendar)
                .map(|calendar| calendar.active);
            faults.refers(&format!("/policies/{index}/calendar"), active);
        }
        for condition in &policy.filter.conditions {
            let name = format!("{}{}", condition.field, condition.op.suffix());
            if let Err(code) = check_condition(condition, &name, current) {
                // RFC 6901: the name is the caller's own.
                let name = name.replace('~', "~0").replace('/', "~1");
                faults.extend([Fault::at(format!("/policies/{index}/where/{name}"), code)]);
            }
        }
    }
    faults.finish()
}

/// Reads the condition as if it stood in a query string, and looks up what it names.
fn check_condition(
    condition: &Condition,
    name: &str,
    current: &Configuration,
) -> Result<(), FieldCode> {
    let mut pairs = vec![(name.to_owned(), condition.values.join(","))];
    let read = parse_pairs(FIELDS, &mut pairs);
    let read = read.map_err(|faults| {
        faults
            .first()
            .map_or(FieldCode::InvalidValue, |fault| fault.code)
    })?;
    let Some(field) = FIELDS
        .iter()
        .find(|field| pairs.is_empty() && field.name == condition.field)
    else {
        return Err(FieldCode::UnknownField);
    };
    let written = Filter {
        conditions: vec![condition.clone()],
    };
    if read.canonical() != written.canonical() || condition.values.iter().any(|value| value == "me")
    {
        return Err(FieldCode::InvalidValue);
    }
    let is_known = |value: &String| {
        let code = || Code::try_from(value.as_str()).ok();
        match (field.name, field.kind) {
            ("type", _) => code().is_some_and(|code| current.ticket_types.contains_key(&code)),
            ("channel", _) => code().is_some_and(|code| current.channels.contains_key(&code)),
            ("status", _) => Status::from_code(value).is_some(),
            ("priority", _) => Priority::from_code(value).is_some(),
            (_, FieldKind::Team) => value
                .parse()
                .is_ok_and(|id| current.teams.contains_key(&id)),
            (_, FieldKind::Category) => value
                .parse()
                .is_ok_and(|id| current.categories.contains_key(&id)),
            (_, FieldKind::User) => value
                .parse()
                .is_ok_and(|id| current.users.contains_key(&id)),
            _ => true,
        }
    };
    match condition
        .values
        .iter()
        .all(|value| value == "none" || is_known(value))
    {
        true => Ok(()),
        false if field.kind == FieldKind::Code => Err(FieldCode::UnknownCode),
        false => Err(FieldCode::UnknownRecord),
    }
}

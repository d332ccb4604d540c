//! Calendars: opening hours and holidays.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use rapport_persistence::calendars;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::writes::Writer;
use rapport_types::calendars::{Calendar, CalendarPatch, CalendarVersion, NewCalendar};
use rapport_types::filters::{Fact, Field};
use rapport_types::ids::CalendarId;
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, Fault};
use rapport_types::records::{Entity, RecordVersion};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{Faults, changed};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, PathId, RawPairs, SignedIn,
    ValidJson, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed, name_cells, name_order};
use crate::records::check_version;
use crate::replies::Reply;
use crate::state::AppState;
use crate::versions;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_calendars)
        .service(create_calendar)
        .service(get_calendar)
        .service(update_calendar)
        .service(list_calendar_versions)
        .service(get_calendar_version);
}

impl Body for NewCalendar {
    fn check(&self) -> Vec<Fault> {
        self.rules().faults().into_iter().map(Fault::from).collect()
    }
}

impl Body for CalendarPatch {}

impl Listed for Calendar {
    type Row = Self;
    const NAME: &'static str = "calendars";
    const FIELDS: &'static [Field] = &[ACTIVE];
    const ORDERS: &'static [&'static str] = &["name"];
    const COLUMNS: &'static [&'static str] =
        &["id", "name_en", "name_zh_cn", "time_zone", "active"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, _: &str) -> String {
        name_order(&self.names)
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        if field == "active" {
            Fact::Boolean(self.active)
        } else {
            Fact::Null
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        vec![
            Cell::plain(Some(self.id)),
            en,
            zh_cn,
            Cell::plain(Some(&self.time_zone)),
            Cell::plain(Some(self.active)),
        ]
    }
}

/// List calendars
///
/// All calendars with the rules that hold now.
#[utoipa::path(
    tag = "calendars",
    params(ListParams<Calendar>),
    responses((status = 200, description = "A page of calendars.", content((Page<Calendar> = "application/json"), (String = "text/csv"))))
)]
#[get("/calendars")]
async fn list_calendars(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    lists::reply(
        &request,
        pairs,
        configuration.calendars.values(),
        &configuration,
    )
}

/// Add a calendar
///
/// Slots are half-open local times up to `24:00`, in order and without overlap. An open day
/// without slots takes Monday's.
#[utoipa::path(
    tag = "calendars",
    request_body(content = NewCalendar, example = json!({
        "names": {"en": "Shop", "zh-CN": "门店"},
        "time_zone": "Asia/Shanghai",
        "week": {"monday": [{"from": "09:00", "to": "12:00"}, {"from": "13:30", "to": "18:00"}], "saturday": [{"from": "10:00", "to": "16:00"}]},
        "days": [{"on": "2026-10-01", "kind": "closed"}, {"on": "2026-10-10", "kind": "open"}]
    })),
    responses((status = 201, description = "The calendar.", body = Calendar))
)]
#[post("/calendars")]
async fn create_calendar(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    new: ValidJson<NewCalendar>,
) -> Result<HttpResponse, ApiError> {
    let new = new.0;
    let calendar = Calendar {
        id: CalendarId::from_uuid(state.ids.next()),
        version: 1,
        names: new.names,
        time_zone: new.time_zone,
        week: new.week,
        days: new.days,
        active: true,
    };
    let work = async |writer: &mut Writer, _: &Configuration| {
        Ok(calendars::insert(writer, &calendar).await?)
    };
    let reply = |(): &()| Reply::record(&calendar, calendar.version, ("calendars", calendar.id));
    state.configure_once(&caller, work, reply).await
}

/// Read a calendar
///
/// One calendar by its id, with the rules that hold now.
#[utoipa::path(
    tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The calendar.", body = Calendar),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/calendars/{id}")]
async fn get_calendar(
    state: web::Data<AppState>,
    _caller: SignedIn,
    id: PathId<CalendarId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let calendar = configuration
        .calendars
        .get(&id.0)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(calendar, calendar.version, &request))
}

/// Change a calendar
///
/// Members that are left out stay as they are; `week` and `days` are replaced as a whole. Other
/// rules hold from now on: clocks that have started go on by the rules they started with. A
/// calendar that the settings, a team or a clock policy uses cannot be deactivated.
#[utoipa::path(
    tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id."), IfMatchHeader),
    request_body(content = CalendarPatch, example = json!({"days": [{"on": "2026-10-01", "kind": "closed"}]})),
    responses((status = 200, description = "The calendar as it is now.", body = Calendar))
)]
#[patch("/calendars/{id}")]
async fn update_calendar(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    id: PathId<CalendarId>,
    seen: IfMatch,
    patch: ValidJson<CalendarPatch>,
) -> Result<HttpResponse, ApiError> {
    let calendar = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.calendars.get(&id.0).ok_or(ErrorCode::NotFound)?;
                check_version(seen, before.version)?;
                let after = patch.0.clone().applied_to(before.clone());
                let mut faults = Faults::default();
                faults.extend(after.rules().faults().into_iter().map(Fault::from));
                faults.finish()?;
                if before.active && !after.active && is_in_use(after.id, current) {
                    return Err(ErrorCode::InUse.into());
                }
                Ok(calendars::update(writer, before, after).await?)
            },
        )
        .await?;
    Ok(changed(&calendar, calendar.version))
}

/// List the versions of a calendar
///
/// Each change of hours or days, with the instant since which they hold and who made it. Clocks keep
/// the version that they started with. A change of the names alone brings no version of its own.
#[utoipa::path(
    tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id."), ListParams<RecordVersion>),
    responses((status = 200, description = "A page of versions.", content((Page<RecordVersion> = "application/json"), (String = "text/csv"))))
)]
#[get("/calendars/{id}/versions")]
async fn list_calendar_versions(
    state: web::Data<AppState>,
    _caller: SignedIn,
    id: PathId<CalendarId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let known = configuration.calendar_versions(id.0);
    if known.is_empty() {
        return Err(ErrorCode::NotFound.into());
    }
    let key = id.0.to_string();
    let versions = versions::of(&state, &configuration, Entity::Calendar, &key, known).await?;
    lists::reply(&request, pairs, &versions, &configuration)
}

/// Read a version of a calendar
///
/// The hours and days that it brought.
#[utoipa::path(
    tag = "calendars",
    params(
        ("id" = CalendarId, Path, description = "The calendar's id."),
        ("version" = i64, Path, description = "The number of the version."),
        IfNoneMatchHeader,
    ),
    responses(
        (status = 200, description = "Hours and days of that version.", body = CalendarVersion),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/calendars/{id}/versions/{version}")]
async fn get_calendar_version(
    state: web::Data<AppState>,
    _caller: SignedIn,
    path: web::Path<(CalendarId, i64)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = path.into_inner();
    let found = calendars::find_version(&state.db, id, version)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(&found, found.version, &request))
}

fn is_in_use(id: CalendarId, current: &Configuration) -> bool {
    current.settings.calendar_id == id
        || current
            .teams
            .values()
            .any(|team| team.active && team.calendar_id == Some(id))
        || current
            .latest_policies()
            .policies
            .iter()
            .any(|policy| policy.calendar == Some(id))
}

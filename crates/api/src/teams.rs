//! The tree of teams.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::teams;
use rapport_persistence::writes::Writer;
use rapport_types::filters::{Fact, Field, FieldKind};
use rapport_types::ids::{CalendarId, TeamId};
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, FieldCode};
use rapport_types::teams::{NewTeam, Team, TeamPatch};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
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

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_teams)
        .service(create_team)
        .service(get_team)
        .service(update_team);
}

impl Body for NewTeam {
    const LIMIT: usize = 16_384;
}

impl Body for TeamPatch {
    const LIMIT: usize = 16_384;
}

impl Listed for Team {
    type Row = Self;
    const NAME: &'static str = "teams";
    const FIELDS: &'static [Field] = &[
        ACTIVE,
        Field::new("team", FieldKind::Team, "the team itself or one above it"),
    ];
    const ORDERS: &'static [&'static str] = &["name"];
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name_en",
        "name_zh_cn",
        "parent_id",
        "time_zone",
        "calendar_id",
        "active",
    ];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, _: &str) -> String {
        name_order(&self.names)
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, field: &str, configuration: &Configuration) -> Fact {
        match field {
            "active" => Fact::Boolean(self.active),
            "team" => Fact::Set(
                configuration
                    .team_tree
                    .path(self.id)
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            ),
            _ => Fact::Null,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        vec![
            Cell::plain(Some(self.id)),
            en,
            zh_cn,
            Cell::plain(self.parent_id),
            Cell::plain(self.time_zone.as_ref()),
            Cell::plain(self.calendar_id),
            Cell::plain(Some(self.active)),
        ]
    }
}

/// List teams
///
/// All teams of the organisation; `parent_id` makes them a tree.
#[utoipa::path(
    tag = "teams",
    params(ListParams<Team>),
    responses((status = 200, description = "A page of teams.", content((Page<Team> = "application/json"), (String = "text/csv"))))
)]
#[get("/teams")]
async fn list_teams(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    lists::reply(
        &request,
        pairs,
        configuration.teams.values(),
        &configuration,
    )
}

/// Add a team
///
/// Every team lies below another; the root exists from the start.
#[utoipa::path(
    tag = "teams",
    request_body(content = NewTeam, example = json!({"names": {"en": "Repairs", "zh-CN": "维修部"}, "parent_id": "team_01h455vb4pex5vsknk084sn02q"})),
    responses((status = 201, description = "The team.", body = Team))
)]
#[post("/teams")]
async fn create_team(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    new: ValidJson<NewTeam>,
) -> Result<HttpResponse, ApiError> {
    let new = new.0;
    let team = Team {
        id: TeamId::from_uuid(state.ids.next()),
        version: 1,
        names: new.names,
        parent_id: Some(new.parent_id),
        time_zone: new.time_zone,
        calendar_id: new.calendar_id,
        active: true,
    };
    let work = async |writer: &mut Writer, current: &Configuration| {
        check_references(&team, None, current)?;
        Ok(teams::insert(writer, &team).await?)
    };
    let reply = |(): &()| Reply::record(&team, team.version, ("teams", team.id));
    let answer = state.configure_once(&caller, work, reply).await;
    state.callers.forget_all();
    answer
}

/// Read a team
///
/// One team by its id.
#[utoipa::path(
    tag = "teams",
    params(("id" = TeamId, Path, description = "The team's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The team.", body = Team),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/teams/{id}")]
async fn get_team(
    state: web::Data<AppState>,
    _caller: SignedIn,
    id: PathId<TeamId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let team = configuration.teams.get(&id.0).ok_or(ErrorCode::NotFound)?;
    Ok(versioned(team, team.version, &request))
}

/// Change a team
///
/// Members that are left out stay as they are; `null` inherits. A team cannot move below itself, and
/// moves within the scope of who moves it (403 `holds_more`).
/// A team in use (the root, or one with active teams or users in it) cannot be deactivated.
#[utoipa::path(
    tag = "teams",
    params(("id" = TeamId, Path, description = "The team's id."), IfMatchHeader),
    request_body(content = TeamPatch, example = json!({"time_zone": "Asia/Urumqi"})),
    responses((status = 200, description = "The team as it is now.", body = Team))
)]
#[patch("/teams/{id}")]
async fn update_team(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    id: PathId<TeamId>,
    seen: IfMatch,
    patch: ValidJson<TeamPatch>,
) -> Result<HttpResponse, ApiError> {
    let team = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.teams.get(&id.0).ok_or(ErrorCode::NotFound)?;
                check_version(seen, before.version)?;
                let after = patched(patch.0.clone(), before);
                check_references(&after, Some(before), current)?;
                check_move(before, &after, &caller, current)?;
                if before.active && !after.active && is_in_use(&after, current) {
                    return Err(ErrorCode::InUse.into());
                }
                Ok(teams::update(writer, before, after).await?)
            },
        )
        .await?;
    state.callers.forget_all();
    Ok(changed(&team, team.version))
}

/// A team that moves takes along who sees it: it moves within the scope of who moves it.
fn check_move(
    before: &Team,
    after: &Team,
    caller: &Caller,
    current: &Configuration,
) -> Result<(), ApiError> {
    let granter = caller.granter(&current.team_tree);
    let mut touched = [Some(before.id), after.parent_id].into_iter().flatten();
    if before.parent_id == after.parent_id || touched.all(|team| granter.may_show(team)) {
        Ok(())
    } else {
        Err(ErrorCode::HoldsMore.into())
    }
}

fn patched(patch: TeamPatch, before: &Team) -> Team {
    let before = before.clone();
    Team {
        id: before.id,
        version: before.version,
        names: patch.names.unwrap_or(before.names),
        parent_id: patch.parent_id.or(before.parent_id),
        time_zone: patch.time_zone.apply(before.time_zone),
        calendar_id: patch.calendar_id.apply(before.calendar_id),
        active: patch.active.unwrap_or(before.active),
    }
}

/// What the team newly refers to must be there and in use, and the teams stay a tree.
fn check_references(
    team: &Team,
    before: Option<&Team>,
    current: &Configuration,
) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    if let Some(parent) = team.parent_id
        && before.is_none_or(|before| before.parent_id != Some(parent))
    {
        faults.refers(
            "/parent_id",
            current.teams.get(&parent).map(|team| team.active),
        );
        let is_cycle =
            current.teams.contains_key(&parent) && !current.team_tree.may_move(team.id, parent);
        faults.when(is_cycle, "/parent_id", FieldCode::WouldBeCycle);
    }
    if let Some(zone) = &team.time_zone {
        faults.zone("/time_zone", zone.as_str());
    }
    let held: Option<CalendarId> = before.and_then(|before| before.calendar_id);
    if let Some(calendar) = team.calendar_id.filter(|calendar| held != Some(*calendar)) {
        faults.refers(
            "/calendar_id",
            current
                .calendars
                .get(&calendar)
                .map(|calendar| calendar.active),
        );
    }
    faults.finish()
}

fn is_in_use(team: &Team, current: &Configuration) -> bool {
    let has_teams = || {
        let below = current.team_tree.children(team.id);
        below
            .iter()
            .any(|id| current.teams.get(id).is_some_and(|team| team.active))
    };
    let in_it = |id: TeamId| id == team.id;
    let has_users = || {
        current
            .users
            .values()
            .any(|user| user.active && (in_it(user.team_id) || in_it(user.scope_team_id)))
    };
    team.parent_id.is_none() || has_teams() || has_users()
}

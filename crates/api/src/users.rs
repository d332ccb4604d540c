//! Users: people who sign in, and services that call by API keys.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::users;
use rapport_persistence::writes::Writer;
use rapport_types::filters::{Fact, Field, FieldKind};
use rapport_types::granting::Holder;
use rapport_types::ids::{TeamId, UserId};
use rapport_types::page::Page;
use rapport_types::permissions::{ManageUsers, Permission};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::text::Code;
use rapport_types::users::{
    Holdings, NewUser, User, UserAccount, UserKind, UserPatch, UserSummary,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::configuring::{Faults, changed};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, PathId, RawPairs, SignedIn,
    ValidJson, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed};
use crate::records::check_version;
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_users)
        .service(create_user)
        .service(get_user)
        .service(update_user)
        .service(end_user_sessions)
        .service(get_user_holdings);
}

impl Body for NewUser {
    const LIMIT: usize = 16_384;
}

impl Body for UserPatch {
    const LIMIT: usize = 16_384;
}

impl Listed for User {
    type Row = UserSummary;
    const NAME: &'static str = "users";
    const FIELDS: &'static [Field] = &[
        ACTIVE,
        Field::new(
            "team",
            FieldKind::Team,
            "the team the person works in, subtree included",
        ),
        Field::new(
            "role",
            FieldKind::Code,
            "the code of a role that the person holds",
        ),
        Field::new("username", FieldKind::Text, "the name to sign in with"),
        Field::new("kind", FieldKind::Code, "`person` or `service`"),
    ];
    const ORDERS: &'static [&'static str] = &["name", "username"];
    const COLUMNS: &'static [&'static str] = &["id", "name", "username", "team_id", "active"];
    const HAS_SEARCH: bool = true;

    fn row(&self) -> UserSummary {
        UserSummary {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
            username: self.username.clone(),
            team_id: self.team_id,
            active: self.active,
            account: None,
        }
    }

    fn order(&self, order: &str) -> String {
        if order == "username" {
            self.username.as_str().to_owned()
        } else {
            self.name.as_str().to_lowercase()
        }
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
                    .path(self.team_id)
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            ),
            "role" => Fact::Set(self.roles.iter().map(ToString::to_string).collect()),
            "kind" => Fact::Text(self.kind.code().to_owned()),
            "username" => Fact::Text(self.username.as_str().to_owned()),
            _ => Fact::Null,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::plain(Some(self.id)),
            Cell::text(&self.name),
            Cell::text(self.username.as_str()),
            Cell::plain(Some(self.team_id)),
            Cell::plain(Some(self.active)),
        ]
    }

    fn is_found(&self, text: &str) -> bool {
        self.name.as_str().to_lowercase().contains(text) || self.username.as_str().contains(text)
    }
}

/// List users
///
/// What everybody may know of a colleague: enough to assign a ticket. Those who manage users also
/// see `account`: roles, scope and whether the password is still to be changed.
#[utoipa::path(
    tag = "users",
    params(ListParams<User>),
    responses((status = 200, description = "A page of users.", content((Page<UserSummary> = "application/json"), (String = "text/csv"))))
)]
#[get("/users")]
async fn list_users(
    state: web::Data<AppState>,
    caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let manages = caller.permissions.contains(&Permission::ManageUsers);
    lists::reply_as(
        &request,
        pairs,
        configuration.users.values(),
        &configuration,
        |user: &User| UserSummary {
            account: manages.then(|| UserAccount {
                roles: user.roles.clone(),
                scope_team_id: user.scope_team_id,
                must_change_password: user.must_change_password,
            }),
            ..user.row()
        },
    )
}

/// Add a user
///
/// The person may sign in at once. With `must_change_password` the first password is good for
/// choosing another one only. Without `scope_team_id` the person sees the own team and what
/// lies below it; without `locale` the language is the organisation's. A user of the kind `service`
/// has no password and cannot sign in: it calls by API keys. Nobody gives rights or a scope that the
/// caller does not hold (422 `more_than_you_hold`, `outside_scope`).
#[utoipa::path(
    tag = "users",
    request_body(content = NewUser, example = json!({"username": "wang.fang", "name": "王芳", "password": "correct horse battery", "roles": ["agent"], "team_id": "team_01h455vb4pex5vsknk084sn02q"})),
    responses((status = 201, description = "The user.", body = User))
)]
#[post("/users")]
async fn create_user(
    state: web::Data<AppState>,
    caller: Allowed<ManageUsers>,
    new: ValidJson<NewUser>,
) -> Result<HttpResponse, ApiError> {
    check_password(&new)?;
    // Of a service nothing is stored that any password could match.
    let hash = match &new.password {
        Some(password) => state.passwords.hash(password.as_str()).await?,
        None => String::new(),
    };
    let id = UserId::from_uuid(state.ids.next());
    let work = async |writer: &mut Writer, current: &Configuration| {
        let user = made(id, new.0.clone(), current);
        check_references(&user, None, current)?;
        check_grant(&user, None, &caller, current)?;
        users::insert(writer, &user, &hash).await?;
        Ok(user)
    };
    let reply = |new: &User| Reply::record(new, new.version, ("users", new.id));
    state.configure_once(&caller, work, reply).await
}

/// Read a user
///
/// One user by its id, with roles and scope.
#[utoipa::path(
    tag = "users",
    params(("id" = UserId, Path, description = "The user's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The user.", body = User),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/users/{id}")]
async fn get_user(
    state: web::Data<AppState>,
    _caller: Allowed<ManageUsers>,
    id: PathId<UserId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let user = configuration.users.get(&id.0).ok_or(ErrorCode::NotFound)?;
    Ok(versioned(user, user.version, &request))
}

/// Change a user
///
/// Members that are left out stay as they are. A new password, and `"active": false`, end every
/// session of the user at once. With `must_change_password` the person has to choose a password
/// before anything else. Whoever holds more than the caller cannot be changed (403 `holds_more`), and
/// nobody gives what the caller does not hold. The last person who may sign in and manage users keeps that right
/// (409 `last_administrator`).
#[utoipa::path(
    tag = "users",
    params(("id" = UserId, Path, description = "The user's id."), IfMatchHeader),
    request_body(content = UserPatch, example = json!({"roles": ["agent", "analyst"]})),
    responses((status = 200, description = "The user as it is now.", body = User))
)]
#[patch("/users/{id}")]
async fn update_user(
    state: web::Data<AppState>,
    caller: Allowed<ManageUsers>,
    id: PathId<UserId>,
    seen: IfMatch,
    patch: ValidJson<UserPatch>,
) -> Result<HttpResponse, ApiError> {
    let hash = match &patch.password {
        Some(password) => Some(state.passwords.hash(password.as_str()).await?),
        None => None,
    };
    let user = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.users.get(&id.0).ok_or(ErrorCode::NotFound)?;
                check_version(seen, before.version)?;
                check_holder(before, &caller, current)?;
                if before.kind == UserKind::Service
                    && (patch.password.is_some() || patch.must_change_password == Some(true))
                {
                    return Err(Fault::at("/password", FieldCode::HasNoPassword).into());
                }
                let after = patched(patch.0.clone(), before);
                check_references(&after, Some(before), current)?;
                check_grant(&after, Some(before), &caller, current)?;
                if !manages_users(&after, current) && manages_users(before, current) {
                    let mut next = current.clone();
                    next.users.insert(after.id, after.clone());
                    check_administrators(&next)?;
                }
                Ok(users::update(writer, before, after, hash.as_deref()).await?)
            },
        )
        .await?;
    state.callers.forget(user.id);
    Ok(changed(&user, user.version))
}

/// End a user's sessions
///
/// Signs the person out everywhere: on a lost telephone, on a shared computer. The password stays.
#[utoipa::path(
    tag = "users",
    params(("id" = UserId, Path, description = "The user's id.")),
    responses((status = 204, description = "No session of the user is open any more."))
)]
#[delete("/users/{id}/sessions")]
async fn end_user_sessions(
    state: web::Data<AppState>,
    caller: Allowed<ManageUsers>,
    id: PathId<UserId>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let user = configuration.users.get(&id.0).ok_or(ErrorCode::NotFound)?;
    check_holder(user, &caller, &configuration)?;
    let context = caller.write_context(state.clock.now());
    users::end_sessions(&state.db, context, user.id).await?;
    state.callers.forget(user.id);
    Ok(HttpResponse::NoContent().finish())
}

/// What does a user hold?
///
/// How many open tickets are assigned to the person, how many the person holds the duty for, and
/// how many customers the person owns, in all teams: what is to be given to others when a person
/// leaves.
#[utoipa::path(
    tag = "users",
    params(("id" = UserId, Path, description = "The user's id.")),
    responses((status = 200, description = "The counts.", body = Holdings))
)]
#[get("/users/{id}/holdings")]
async fn get_user_holdings(
    state: web::Data<AppState>,
    _caller: Allowed<ManageUsers>,
    id: PathId<UserId>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let user = configuration.users.get(&id.0).ok_or(ErrorCode::NotFound)?;
    Ok(HttpResponse::Ok().json(users::holdings(&state.db, user.id).await?))
}

fn made(id: UserId, new: NewUser, current: &Configuration) -> User {
    User {
        id,
        version: 1,
        kind: new.kind,
        username: new.username,
        name: new.name,
        email: new.email,
        roles: each_once(new.roles),
        team_id: new.team_id,
        scope_team_id: new.scope_team_id.unwrap_or(new.team_id),
        locale: new.locale.unwrap_or(current.settings.locale),
        active: true,
        must_change_password: new.must_change_password,
    }
}

fn patched(patch: UserPatch, before: &User) -> User {
    let before = before.clone();
    User {
        id: before.id,
        version: before.version,
        kind: before.kind,
        username: before.username,
        name: patch.name.unwrap_or(before.name),
        email: patch.email.apply(before.email),
        roles: patch.roles.map_or(before.roles, each_once),
        team_id: patch.team_id.unwrap_or(before.team_id),
        scope_team_id: patch.scope_team_id.unwrap_or(before.scope_team_id),
        locale: patch.locale.unwrap_or(before.locale),
        active: patch.active.unwrap_or(before.active),
        must_change_password: patch
            .must_change_password
            .unwrap_or(before.must_change_password),
    }
}

/// A person has a password, a service has none.
fn check_password(new: &NewUser) -> Result<(), ApiError> {
    let code = match (new.kind, &new.password) {
        (UserKind::Person, None) => FieldCode::Required,
        (UserKind::Service, Some(_)) => FieldCode::HasNoPassword,
        (UserKind::Service, None) if new.must_change_password => FieldCode::HasNoPassword,
        _ => return Ok(()),
    };
    Err(Fault::at("/password", code).into())
}

/// The codes in the order given, each once.
fn each_once(codes: Vec<Code>) -> Vec<Code> {
    let mut seen = std::collections::HashSet::new();
    codes
        .into_iter()
        .filter(|code| seen.insert(code.clone()))
        .collect()
}

/// Roles must exist; teams that the user newly refers to must be there and in use.
fn check_references(
    user: &User,
    before: Option<&User>,
    current: &Configuration,
) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    for (index, role) in user.roles.iter().enumerate() {
        faults.when(
            !current.roles.contains_key(role),
            &format!("/roles/{index}"),
            FieldCode::UnknownCode,
        );
    }
    let mut refer = |pointer: &str, team: TeamId, held: Option<TeamId>| {
        if held != Some(team) {
            faults.refers(pointer, current.teams.get(&team).map(|team| team.active));
        }
    };
    refer(
        "/team_id",
        user.team_id,
        before.map(|before| before.team_id),
    );
    // Without a scope of its own the user's scope is its team, whose fault stands above.
    if user.scope_team_id != user.team_id {
        refer(
            "/scope_team_id",
            user.scope_team_id,
            before.map(|before| before.scope_team_id),
        );
    }
    faults.finish()
}

/// Whoever manages a user holds as much as the user does.
///
/// # Errors
/// 403 `holds_more`.
pub(crate) fn check_holder(
    user: &User,
    caller: &Caller,
    current: &Configuration,
) -> Result<(), ApiError> {
    let holder = Holder {
        permissions: &current.permissions_of(user),
        scope_team_id: user.scope_team_id,
    };
    Ok(caller.granter(&current.team_tree).check_holder(holder)?)
}

/// What a user newly gets, the caller holds.
fn check_grant(
    user: &User,
    before: Option<&User>,
    caller: &Caller,
    current: &Configuration,
) -> Result<(), ApiError> {
    let granter = caller.granter(&current.team_tree);
    let had = |role: &Code| before.is_some_and(|before| before.roles.contains(role));
    let given = user.roles.iter().map(|code| match current.roles.get(code) {
        Some(role) if !had(code) => role.permissions.as_slice(),
        _ => &[],
    });
    let mut faults = granter.faults("roles", given);
    for (pointer, team, had) in [
        (
            "/team_id",
            user.team_id,
            before.map(|before| before.team_id),
        ),
        (
            "/scope_team_id",
            user.scope_team_id,
            before.map(|before| before.scope_team_id),
        ),
    ] {
        if had != Some(team) && !granter.may_show(team) {
            faults.push(Fault::at(pointer, FieldCode::OutsideScope));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.into())
    }
}

fn manages_users(user: &User, configuration: &Configuration) -> bool {
    user.active
        && user.kind == UserKind::Person
        && configuration
            .permissions_of(user)
            .contains(&Permission::ManageUsers)
}

/// Refuses a configuration in which nobody who may sign in manages users: nobody could ever change
/// that again.
pub(crate) fn check_administrators(next: &Configuration) -> Result<(), ApiError> {
    if next.users.values().any(|user| manages_users(user, next)) {
        Ok(())
    } else {
        Err(ErrorCode::LastAdministrator.into())
    }
}

//! Roles: sets of permissions.

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::roles;
use rapport_persistence::writes::Writer;
use rapport_types::filters::{Fact, Field, FieldKind};
use rapport_types::granting::Holder;
use rapport_types::page::Page;
use rapport_types::permissions::ManageUsers;
use rapport_types::problem::{ErrorCode, Problem};
use rapport_types::roles::{NewRole, Role};
use rapport_types::text::Code;
use rapport_types::users::User;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::configuring::{changed, check_replacement};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfNoneMatchHeader, OptionalIfMatch, OptionalIfMatchHeader, RawPairs, SignedIn,
    ValidJson, created, versioned,
};
use crate::lists::{self, ListParams, Listed, name_cells};
use crate::state::AppState;
use crate::users::check_administrators;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_roles).service(get_role).service(put_role);
}

impl Body for NewRole {
    const LIMIT: usize = 16_384;
}

impl Listed for Role {
    type Row = Self;
    const NAME: &'static str = "roles";
    const FIELDS: &'static [Field] = &[Field::new(
        "built_in",
        FieldKind::Boolean,
        "whether it exists from the start",
    )];
    const ORDERS: &'static [&'static str] = &["code"];
    const COLUMNS: &'static [&'static str] =
        &["code", "name_en", "name_zh_cn", "permissions", "built_in"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, _: &str) -> String {
        self.code.to_string()
    }

    fn id(&self) -> String {
        self.code.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        if field == "built_in" {
            Fact::Boolean(self.built_in)
        } else {
            Fact::Null
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        let permissions: Vec<&str> = self
            .permissions
            .iter()
            .map(|permission| permission.code())
            .collect();
        vec![
            Cell::plain(Some(&self.code)),
            en,
            zh_cn,
            Cell::plain(Some(permissions.join(" "))),
            Cell::plain(Some(self.built_in)),
        ]
    }
}

/// List roles
///
/// The built-in roles and those of the organisation, with what they allow.
#[utoipa::path(
    tag = "roles",
    params(ListParams<Role>),
    responses((status = 200, description = "A page of roles.", content((Page<Role> = "application/json"), (String = "text/csv"))))
)]
#[get("/roles")]
async fn list_roles(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    lists::reply(
        &request,
        pairs,
        configuration.roles.values(),
        &configuration,
    )
}

/// Read a role
///
/// One role by its code.
#[utoipa::path(
    tag = "roles",
    params(("code" = Code, Path, description = "The role's code."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The role.", body = Role),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/roles/{code}")]
async fn get_role(
    state: web::Data<AppState>,
    _caller: SignedIn,
    code: web::Path<Code>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let role = configuration.roles.get(&*code).ok_or(ErrorCode::NotFound)?;
    Ok(versioned(role, role.version, &request))
}

/// Make or replace a role
///
/// A code that is new makes a role, without `If-Match`; replacing one needs the version seen.
/// Built-in roles cannot be replaced (409 `built_in`), and somebody who may sign in keeps the
/// permission `manage_users` (409 `last_administrator`). A role of more than the caller holds cannot
/// be made (422 `more_than_you_hold`) nor replaced (403 `holds_more`).
#[utoipa::path(
    tag = "roles",
    params(
        ("code" = Code, Path, description = "The role's code."),
        OptionalIfMatchHeader,
    ),
    request_body(content = NewRole, example = json!({"names": {"en": "Team lead", "zh-CN": "组长"}, "permissions": ["view_customers", "view_tickets", "work_tickets", "view_reports"]})),
    responses(
        (status = 200, description = "Replaced.", body = Role),
        (status = 201, description = "Made.", body = Role),
        (status = 428, description = "The role exists: send `If-Match`.", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/roles/{code}")]
async fn put_role(
    state: web::Data<AppState>,
    caller: Allowed<ManageUsers>,
    code: web::Path<Code>,
    seen: OptionalIfMatch,
    new: ValidJson<NewRole>,
) -> Result<HttpResponse, ApiError> {
    let mut permissions = new.0.permissions;
    permissions.sort_unstable();
    permissions.dedup();
    let given = Role {
        code: code.into_inner(),
        version: 1,
        names: new.0.names,
        permissions,
        built_in: false,
    };
    let (role, is_new) = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.roles.get(&given.code);
                if before.is_some_and(|role| role.built_in) {
                    return Err(ErrorCode::BuiltIn.into());
                }
                check_replacement(before.map(|role| role.version), seen.0)?;
                check_grant(&given, before, &caller, current)?;
                let Some(before) = before else {
                    roles::insert(writer, &given).await?;
                    return Ok((given.clone(), true));
                };
                let mut next = current.clone();
                next.roles.insert(given.code.clone(), given.clone());
                check_administrators(&next)?;
                Ok((roles::update(writer, before, given.clone()).await?, false))
            },
        )
        .await?;
    state.callers.forget_all();
    Ok(if is_new {
        created(&role, role.version, &format!("/api/v1/roles/{}", role.code))
    } else {
        changed(&role, role.version)
    })
}

/// A role gives, before and after, no more than the caller holds, and other rights only to people
/// whose scope is the caller's: all who have it get it, wherever they sit.
fn check_grant(
    role: &Role,
    before: Option<&Role>,
    caller: &Caller,
    current: &Configuration,
) -> Result<(), ApiError> {
    let granter = caller.granter(&current.team_tree);
    if let Some(before) = before {
        granter.check_holder(Holder {
            permissions: &before.permissions,
            scope_team_id: caller.scope_team_id,
        })?;
        if before.permissions != role.permissions {
            let has_it = |user: &&User| user.roles.contains(&role.code);
            let mut holders = current.users.values().filter(has_it);
            if !holders.all(|holder| granter.may_show(holder.scope_team_id)) {
                return Err(ErrorCode::HoldsMore.into());
            }
        }
    }
    let faults = granter.faults("permissions", role.permissions.chunks(1));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.into())
    }
}

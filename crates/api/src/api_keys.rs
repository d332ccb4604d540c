//! API keys: how services call the API.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use rapport_persistence::api_keys;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::sessions::TokenDigest;
use rapport_persistence::writes::Writer;
use rapport_types::api_keys::{ApiKey, ApiKeySummary, MOST_KEYS, NewApiKey, PREFIX};
use rapport_types::filters::{Fact, Field, FieldKind};
use rapport_types::ids::{ApiKeyId, UserId};
use rapport_types::page::Page;
use rapport_types::permissions::ManageUsers;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::users::UserKind;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::auth::tokens;
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, PathId, RawPairs, ValidJson,
    versioned,
};
use crate::lists::{self, ListParams, Listed};
use crate::records::check_version;
use crate::replies::Reply;
use crate::state::AppState;
use crate::users::check_holder;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_user_api_keys)
        .service(create_user_api_key)
        .service(get_api_key)
        .service(revoke_api_key);
}

impl Body for NewApiKey {
    const LIMIT: usize = 16_384;
}

impl Listed for ApiKeySummary {
    type Row = Self;
    const NAME: &'static str = "api-keys";
    const FIELDS: &'static [Field] = &[Field::new(
        "expires",
        FieldKind::Instant,
        "from when on it is refused",
    )];
    const ORDERS: &'static [&'static str] = &["name", "created_at"];
    const COLUMNS: &'static [&'static str] = &["id", "name", "expires_at", "last_used_at"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, order: &str) -> String {
        match order {
            "created_at" => self.created_at.to_rfc3339(),
            _ => self.name.as_str().to_lowercase(),
        }
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        match (field, self.expires_at) {
            ("expires", Some(at)) => Fact::Instant(at),
            _ => Fact::Null,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::plain(Some(self.id)),
            Cell::text(&self.name),
            Cell::plain(self.expires_at.map(|at| at.to_rfc3339())),
            Cell::plain(self.last_used_at.map(|at| at.to_rfc3339())),
        ]
    }
}

/// List the API keys of a service
///
/// With their last use, never with the keys themselves.
#[utoipa::path(
    tag = "API keys",
    params(("id" = UserId, Path, description = "The service user's id."), ListParams<ApiKeySummary>),
    responses((status = 200, description = "A page of API keys.", content((Page<ApiKeySummary> = "application/json"), (String = "text/csv"))))
)]
#[get("/users/{id}/api-keys")]
async fn list_user_api_keys(
    state: web::Data<AppState>,
    _caller: Allowed<ManageUsers>,
    id: PathId<UserId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    if !configuration.users.contains_key(&id.0) {
        return Err(ErrorCode::NotFound.into());
    }
    let keys = api_keys::list(&state.db, id.0).await?;
    lists::reply(&request, pairs, &keys, &configuration)
}

/// Make an API key
///
/// The key itself stands in `secret` of this answer and is shown never again, not even when the
/// request is sent again by its `Idempotency-Key`. What it may do is what both its scopes and the
/// roles of the service user allow. Only users of the kind `service` have keys (409
/// `not_a_service`), 50 each at most. Only a person makes keys (403 `not_by_api_key`), who holds all
/// that the service holds (403 `holds_more`) and all `scopes` (422 `more_than_you_hold`).
#[utoipa::path(
    tag = "API keys",
    params(("id" = UserId, Path, description = "The service user's id.")),
    request_body(content = NewApiKey, example = json!({"name": "web shop", "scopes": ["view_tickets", "work_tickets"], "expires_at": "2027-12-31T00:00:00Z", "addresses": ["192.0.2.0/24"]})),
    responses((status = 201, description = "The API key with its secret.", body = ApiKey))
)]
#[post("/users/{id}/api-keys")]
async fn create_user_api_key(
    state: web::Data<AppState>,
    caller: Allowed<ManageUsers>,
    id: PathId<UserId>,
    new: ValidJson<NewApiKey>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let faults = new.faults(now);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (secret, digest) = secret()?;
    let key_id = ApiKeyId::from_uuid(state.ids.next());
    let key = ApiKey::new(key_id, id.0, new.0, now, Some(caller.id));
    let work = async |writer: &mut Writer, current: &Configuration| {
        check_grant(&key, &caller, current)?;
        add(writer, current, &key, &digest).await?;
        Ok(key.clone())
    };
    let reply = |key: &ApiKey| Reply::record(key, key.version, ("api-keys", key.id));
    state
        .configure_once_showing(&caller, &secret, work, reply)
        .await
}

/// A key is made by a person who holds all that it could ever do.
fn check_grant(key: &ApiKey, caller: &Caller, current: &Configuration) -> Result<(), ApiError> {
    let granter = caller.granter(&current.team_tree);
    granter.check_key()?;
    let service = current.users.get(&key.user_id).ok_or(ErrorCode::NotFound)?;
    check_holder(service, caller, current)?;
    let faults = granter.faults("scopes", key.scopes.chunks(1));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.into())
    }
}

/// A fresh secret of a key, and the digest under which it is stored.
///
/// # Errors
/// When the system has no random numbers.
pub(crate) fn secret() -> Result<(String, TokenDigest), ApiError> {
    let secret = format!("{PREFIX}{}", tokens::secret()?);
    let digest = tokens::digest(&secret);
    Ok((secret, digest))
}

/// Gives a key to its user, who must be a service with room for another one.
///
/// # Errors
/// 404, 409 `not_a_service`, 422 `too_many`.
pub(crate) async fn add(
    writer: &mut Writer,
    current: &Configuration,
    key: &ApiKey,
    digest: &TokenDigest,
) -> Result<(), ApiError> {
    let user = current.users.get(&key.user_id).ok_or(ErrorCode::NotFound)?;
    if user.kind != UserKind::Service {
        return Err(ErrorCode::NotAService.into());
    }
    if api_keys::count(writer, user.id).await? >= MOST_KEYS {
        return Err(Fault::at("", FieldCode::TooMany).into());
    }
    Ok(api_keys::insert(writer, key, digest).await?)
}

/// Read an API key
///
/// What it may do, until when and from where, never the key itself.
#[utoipa::path(
    tag = "API keys",
    params(("id" = ApiKeyId, Path, description = "The API key's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The API key.", body = ApiKey),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/api-keys/{id}")]
async fn get_api_key(
    state: web::Data<AppState>,
    _caller: Allowed<ManageUsers>,
    id: PathId<ApiKeyId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let key = api_keys::find(&state.db, id.0).await?;
    let key = key.ok_or(ErrorCode::NotFound)?;
    Ok(versioned(&key, key.version, &request))
}

/// Revoke an API key
///
/// From then on it is refused: by this process at once, by others within five seconds. What it was
/// stays in the change log.
#[utoipa::path(
    tag = "API keys",
    params(("id" = ApiKeyId, Path, description = "The API key's id."), IfMatchHeader),
    responses((status = 204, description = "The API key is gone."))
)]
#[delete("/api-keys/{id}")]
async fn revoke_api_key(
    state: web::Data<AppState>,
    caller: Allowed<ManageUsers>,
    id: PathId<ApiKeyId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let work = async |writer: &mut Writer, current: &Configuration| {
        let key = api_keys::find_within(writer, id.0).await?;
        let key = key.ok_or(ErrorCode::NotFound)?;
        check_version(seen, key.version)?;
        if let Some(service) = current.users.get(&key.user_id) {
            check_holder(service, &caller, current)?;
        }
        Ok(api_keys::delete(writer, &key).await?)
    };
    state.change_configuration(&caller, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

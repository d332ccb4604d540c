//! The endpoints of signing in.

use actix_web::{HttpRequest, HttpResponse, post, put, web};
use rapport_persistence::{throttle, users};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::sessions::{AccessToken, PasswordChange, SignIn};
use rapport_types::users::UserKind;
use utoipa_actix_web::service_config::ServiceConfig;

use super::steps;
use crate::error::ApiError;
use crate::extract::{Body, OnTheWayIn, ValidJson};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(sign_in)
        .service(refresh_session)
        .service(sign_out)
        .service(change_password);
}

impl Body for SignIn {
    const LIMIT: usize = 4_096;
}

impl Body for PasswordChange {
    const LIMIT: usize = 4_096;
}

/// Sign in
///
/// Checks a user name and a password. The answer holds an access token for ten minutes; the
/// refresh token comes as an HttpOnly cookie. After 10 failures of one account or 100 from one
/// address within 15 minutes further attempts are refused.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = SignIn, example = json!({"username": "anna", "password": "correct horse battery"})),
    responses((status = 200, description = "Signed in.", body = AccessToken))
)]
#[post("/auth/sign-in")]
async fn sign_in(
    state: web::Data<AppState>,
    request: HttpRequest,
    given: ValidJson<SignIn>,
) -> Result<HttpResponse, ApiError> {
    steps::sign_in(&state, &request, &given).await
}

/// Refresh the session
///
/// Exchanges the refresh token of the cookie for a new access token and a new refresh token. A
/// refresh token works once; the same one within ten seconds, as two tabs of one page send it,
/// earns an access token only. Later reuse ends the session.
#[utoipa::path(
    tag = "auth",
    security(("refresh_cookie" = [])),
    responses((status = 200, description = "A new access token.", body = AccessToken))
)]
#[post("/auth/refresh")]
async fn refresh_session(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    steps::refresh(&state, &request).await
}

/// Sign out
///
/// Ends the session of the refresh cookie and removes both cookies. Without a session it does
/// nothing.
#[utoipa::path(
    tag = "auth",
    security((), ("refresh_cookie" = [])),
    responses((status = 204, description = "Signed out."))
)]
#[post("/auth/sign-out")]
async fn sign_out(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    steps::sign_out(&state, &request).await
}

/// Change one's password
///
/// Needs the current one; wrong ones count as failed attempts to sign in. Every other session of
/// the person ends. A password that somebody else has given cannot be kept.
#[utoipa::path(
    tag = "auth",
    request_body(content = PasswordChange, example = json!({"current_password": "correct horse battery", "new_password": "a longer one than that"})),
    responses((status = 204, description = "Changed."))
)]
#[put("/me/password")]
async fn change_password(
    state: web::Data<AppState>,
    caller: OnTheWayIn,
    request: HttpRequest,
    given: ValidJson<PasswordChange>,
) -> Result<HttpResponse, ApiError> {
    if caller.kind == UserKind::Service {
        return Err(ErrorCode::NotAllowed.into());
    }
    let attempt = steps::book(&state, &request, caller.username.as_str()).await?;
    let credentials = users::find_credentials(&state.db, &caller.username).await?;
    let hash = credentials
        .as_ref()
        .map(|found| found.password_hash.as_str());
    if !state
        .passwords
        .verify(&given.current_password, hash)
        .await?
    {
        return Err(Fault::at("/current_password", FieldCode::InvalidValue).into());
    }
    throttle::succeed(&state.db, &attempt).await?;
    if caller.must_change_password && given.new_password.as_str() == given.current_password {
        return Err(Fault::at("/new_password", FieldCode::InvalidValue).into());
    }
    let hash = state.passwords.hash(given.new_password.as_str()).await?;
    let now = state.clock.now();
    let (context, kept) = (caller.write_context(now), caller.session());
    users::set_password(&state.db, context, caller.id, &hash, kept).await?;
    state.callers.forget(caller.id);
    Ok(HttpResponse::NoContent().finish())
}

//! The steps of signing in and of refreshing.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE};
use rapport_persistence::sessions::{self, Owner, Rotation};
use rapport_persistence::throttle::{self, Attempt, Verdict};
use rapport_persistence::users;
use rapport_types::ids::SessionId;
use rapport_types::problem::ErrorCode;
use rapport_types::sessions::{AccessToken, SignIn};
use rapport_types::text::Username;

use super::{cookies, tokens};
use crate::error::ApiError;
use crate::state::AppState;

/// Checks name and password and opens a session. An unknown name, a wrong password and a person
/// who may not sign in give the same answer after the same time.
pub(super) async fn sign_in(
    state: &AppState,
    request: &HttpRequest,
    given: &SignIn,
) -> Result<HttpResponse, ApiError> {
    let attempt = book(state, request, &given.username).await?;
    let credentials = match Username::try_from(given.username.clone()) {
        Ok(username) => users::find_credentials(&state.db, &username).await?,
        Err(_) => None,
    };
    let hash = credentials
        .as_ref()
        .map(|found| found.password_hash.as_str());
    let is_right = state.passwords.verify(&given.password, hash).await?;
    let Some(credentials) = credentials.filter(|found| found.active && is_right) else {
        return Err(ErrorCode::WrongCredentials.into());
    };
    throttle::succeed(&state.db, &attempt).await?;
    let owner = Owner {
        session: SessionId::from_uuid(state.ids.next()),
        user: credentials.user_id,
    };
    let refresh = tokens::secret()?;
    let (token, now) = (tokens::digest(&refresh), state.clock.now());
    // The password may have been changed while it was checked.
    if !sessions::open(&state.db, owner, &credentials.password_hash, &token, now).await? {
        return Err(ErrorCode::WrongCredentials.into());
    }
    answer(state, owner, Some(&refresh))
}

/// Exchanges the refresh token of the cookie.
pub(super) async fn refresh(
    state: &AppState,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let token = cookies::find(request, cookies::REFRESH).ok_or(ErrorCode::NotSignedIn)?;
    let successor = tokens::secret()?;
    let now = state.clock.now();
    let (spent, next) = (tokens::digest(&token), tokens::digest(&successor));
    let (owner, refresh) = match sessions::rotate(&state.db, &spent, &next, now).await? {
        Rotation::Rotated(owner) => (owner, Some(successor)),
        Rotation::Repeated(owner) => (owner, None),
        Rotation::Reused(owner) => {
            tracing::warn!(user = %owner.user, session = %owner.session, "a spent refresh token came back: the session has ended");
            state.callers.forget_session(owner.session);
            return Err(ended(state));
        }
        Rotation::Refused => return Err(ended(state)),
    };
    if users::find_caller(&state.db, owner).await?.is_none() {
        sessions::end(&state.db, owner.session, now).await?;
        return Err(ended(state));
    }
    answer(state, owner, refresh.as_deref())
}

/// Ends the session of the cookie's refresh token; without one there is nothing to end.
pub(super) async fn sign_out(
    state: &AppState,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    if let Some(token) = cookies::find(request, cookies::REFRESH) {
        let ended = sessions::end_by_token(&state.db, &tokens::digest(&token), now).await?;
        if let Some(session) = ended {
            state.callers.forget_session(session);
        }
    }
    let mut response = HttpResponse::NoContent();
    for name in [cookies::ACCESS, cookies::REFRESH] {
        response.append_header((SET_COOKIE, cookies::clear(name, state.config.is_https())?));
    }
    Ok(response.finish())
}

/// Books an attempt with the name's password from the request's address; 429 after too many.
pub(super) async fn book(
    state: &AppState,
    request: &HttpRequest,
    username: &str,
) -> Result<Attempt, ApiError> {
    let attempt = Attempt {
        id: state.ids.next(),
        account: tokens::opaque(&username.trim().to_lowercase()),
        address: tokens::opaque(&network(state.client_address(request))),
    };
    match throttle::book(&state.db, &attempt, state.clock.now()).await? {
        Verdict::Booked => Ok(attempt),
        Verdict::Refused {
            retry_after_seconds,
        } => Err(ApiError::too_many_attempts(retry_after_seconds)),
    }
}

/// What counts as one address: an IPv4 address, or the 64 bits of IPv6 that one subscriber has.
fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => format!("{:x?}", &address.segments()[..4]),
        None => "unknown".to_owned(),
    }
}

fn answer(state: &AppState, owner: Owner, refresh: Option<&str>) -> Result<HttpResponse, ApiError> {
    let access = state
        .tokens
        .issue(owner, state.ids.next(), state.clock.now())?;
    let secure = state.config.is_https();
    let mut response = HttpResponse::Ok();
    response.append_header((
        SET_COOKIE,
        cookies::set(cookies::ACCESS, &access, tokens::ACCESS_LIFE, secure)?,
    ));
    if let Some(refresh) = refresh {
        response.append_header((
            SET_COOKIE,
            cookies::set(cookies::REFRESH, refresh, sessions::IDLE, secure)?,
        ));
    }
    Ok(response.json(AccessToken {
        access_token: access,
        token_type: "Bearer".to_owned(),
        expires_in_seconds: tokens::ACCESS_LIFE.num_seconds(),
    }))
}

/// 401, and the page's cookies go.
fn ended(state: &AppState) -> ApiError {
    let mut error = ApiError::new(ErrorCode::SessionExpired);
    for name in [cookies::ACCESS, cookies::REFRESH] {
        if let Ok(cookie) = cookies::clear(name, state.config.is_https()) {
            error = error.with_header(SET_COOKIE, cookie.to_str().unwrap_or_default());
        }
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscribers_ipv6_network_counts_as_one_address() {
        let of = |text: &str| network(text.parse().ok());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}

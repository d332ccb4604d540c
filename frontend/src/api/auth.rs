//! Signing in and out, and who the reader is.

use gloo_net::http::Method;
use rapport_types::sessions::{AccessToken, Me, SignIn};
use serde_json::json;

use super::unanswered::Unanswered;
use super::{ApiError, Call, token};

/// Signs in with name and password.
///
/// # Errors
/// `wrong_credentials`, `too_many_attempts`, or that the server did not answer.
pub async fn sign_in(credentials: &SignIn) -> Result<(), ApiError> {
    let body = Some(super::json(credentials)?);
    let call = Call {
        method: Method::POST,
        path: "/auth/sign-in",
        body,
        etag: None,
        key: None,
    };
    // Not through the renewal: a 401 here means a wrong password.
    let body = super::read(super::send(&call).await?).await?;
    let reply = super::parse::<AccessToken>(body)?;
    token::set(Some(reply.value.access_token));
    Ok(())
}

/// Goes on with the session of the browser's cookie; false when there is none. Waits for the
/// network.
///
/// # Errors
/// That the server answered with something else.
pub async fn resume() -> Result<bool, ApiError> {
    loop {
        match token::renew().await {
            token::Renewal::Renewed => return Ok(true),
            token::Renewal::Refused => return Ok(false),
            token::Renewal::Failed(ApiError::Offline) => super::connection::wait().await,
            token::Renewal::Failed(error) => return Err(error),
        }
    }
}

/// Ends the session here and on the server.
///
/// # Errors
/// That the server did not end it: the browser's cookie is still good, so the reader is not out.
pub async fn sign_out() -> Result<(), ApiError> {
    let call = Call {
        method: Method::POST,
        path: "/auth/sign-out",
        body: None,
        etag: None,
        key: None,
    };
    super::read(super::send(&call).await?).await?;
    token::set(None);
    super::UNANSWERED.with_borrow_mut(Unanswered::clear);
    Ok(())
}

/// Who the reader is and what they may do.
///
/// # Errors
/// As every read.
pub async fn me() -> Result<Me, ApiError> {
    super::get::<Me>("/me").await.map(|reply| reply.value)
}

/// Gives the reader another password. Both go as they were typed: the API says what is wrong with
/// each. Every other session of the reader ends.
///
/// # Errors
/// As every write.
pub async fn change_password(current: &str, new: &str) -> Result<(), ApiError> {
    let change = json!({"current_password": current, "new_password": new});
    super::put::<_, ()>("/me/password", &change, None)
        .await
        .map(|_| ())
}

/// What happens when the server ends the session during a call.
pub fn on_session_end(run: impl Fn() + 'static) {
    token::on_end(run);
}

//! Requests of the API are let in one after the other, when their body is there. One that was sent
//! and answered before gets the same answer again. Health checks,
//! metrics and the files of the web app need no turn.

use std::future::ready;
use std::io::ErrorKind;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::Method;
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::Next;
use actix_web::web::{self, BytesMut};
use actix_web::{Error, FromRequest, HttpMessage, HttpResponse};
use futures_util::{StreamExt, stream};
use rapport_types::problem::ErrorCode;
use tokio::time::{Instant, timeout, timeout_at};

use crate::admission::{Gate, HeldBytes, Pass, Refusal};
use crate::error::ApiError;
use crate::extract::SignedIn;
use crate::imports::upload::is_form;
use crate::replies::GivenKey;
use crate::state::AppState;

/// What needs a turn.
const PATHS: &str = "/api/v1/";
/// What is not sent again by a key.
const SIGNING_IN: &str = "/api/v1/auth/";
/// Most bytes of a body that are taken in before the request's turn; what is left comes after it.
pub const EARLY: usize = 1 << 20;

/// Lets the request in, or refuses it with 503 `overloaded`.
///
/// JSON comes first: a client that sends it slowly takes up neither a turn nor, since all bodies
/// together are bounded, more than a little memory. A file is taken in by its endpoint.
///
/// # Errors
/// None of its own.
pub async fn admit<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let Some(state) = state.filter(|_| request.path().starts_with(PATHS)) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let is_upload = is_form(request.request());
    let held = if is_upload {
        hurry(&mut request, &state);
        Ok(None)
    } else {
        receive(&mut request, &state).await
    };
    let _held = match held {
        Ok(held) => held,
        Err(error) => return Ok(request.error_response(error)),
    };
    let gate = match *request.method() {
        _ if is_upload => &state.admission.uploads,
        Method::GET => &state.admission.reads,
        _ => &state.admission.writes,
    };
    let _pass = match enter(&state, gate).await {
        Ok(pass) => pass,
        Err(why) => return Ok(request.error_response(ApiError::from(why))),
    };
    let response = match replayed(&request, &state).await {
        Ok(None) => next.call(request).await?.map_into_boxed_body(),
        Ok(Some(replay)) => request.into_response(replay),
        Err(error) => request.error_response(error),
    };
    if finds_no_database(&response) {
        state.pulse.suspect(&state.db);
    }
    Ok(response)
}

/// Waits for the turn, which is of no use while the database is gone.
async fn enter(state: &AppState, gate: &Arc<Gate>) -> Result<Pass, Refusal> {
    let is_there = || match state.pulse.is_gone() {
        true => Err(state.admission.refuse_without_database()),
        false => Ok(()),
    };
    is_there()?;
    let pass = gate.enter().await?;
    is_there()?;
    Ok(pass)
}

/// The answer that the request got before, if it was sent before by its key.
async fn replayed(
    request: &ServiceRequest,
    state: &AppState,
) -> Result<Option<HttpResponse>, ApiError> {
    if !request.extensions().contains::<GivenKey>() {
        return Ok(None);
    }
    match SignedIn::extract(request.request()).await {
        Ok(caller) => state.replay(&caller).await,
        // The endpoint says so.
        Err(_) => Ok(None),
    }
}

/// Whether the request failed for want of the database.
fn finds_no_database(response: &ServiceResponse<BoxBody>) -> bool {
    let error = response.response().error();
    let code = error.and_then(|error| Some(error.as_error::<ApiError>()?.code()));
    code == Some(ErrorCode::Unavailable)
}

/// Notes by which key a request may be sent again. A form is noted by its endpoint, which takes it
/// in. Signing in is not to be sent again: each time makes a session.
fn note_key(request: &ServiceRequest, body: &[u8]) -> Result<(), ApiError> {
    if *request.method() != Method::POST || request.path().starts_with(SIGNING_IN) {
        return Ok(());
    }
    if let Some(key) = GivenKey::of(request.headers(), body)? {
        request.extensions_mut().insert(key);
    }
    Ok(())
}

/// Lets the body of a file end with an error when nothing more of it comes for a while.
fn hurry(request: &mut ServiceRequest, state: &AppState) {
    let (payload, patience) = (request.take_payload(), state.config.client_body);
    if matches!(payload, Payload::None) {
        return;
    }
    let hurried = stream::unfold(Some(payload), move |payload| async move {
        let mut payload = payload?;
        match timeout(patience, payload.next()).await {
            Ok(chunk) => Some((chunk?, Some(payload))),
            Err(_) => Some((Err(PayloadError::Io(ErrorKind::TimedOut.into())), None)),
        }
    });
    // Who reads a form asks once more after its end.
    request.set_payload(Payload::Stream {
        payload: hurried.fuse().boxed_local(),
    });
}

impl From<Refusal> for ApiError {
    fn from(why: Refusal) -> Self {
        match why {
            Refusal::DatabaseGone => Self::new(ErrorCode::Unavailable)
                .because(why.name())
                .with_header(RETRY_AFTER, "1"),
            _ => Self::overloaded(why.name()),
        }
    }
}

/// Takes in the body, or the beginning of a large one, and puts it back where it is read.
async fn receive(
    request: &mut ServiceRequest,
    state: &AppState,
) -> Result<Option<HeldBytes>, ApiError> {
    let mut payload = request.take_payload();
    if matches!(payload, Payload::None) {
        note_key(request, &[])?;
        return Ok(None);
    }
    let deadline = Instant::now() + state.config.client_body;
    let mut held = state.admission.hold_bytes();
    let mut bytes = BytesMut::new();
    let is_whole = loop {
        let chunk = timeout_at(deadline, payload.next()).await;
        let Some(chunk) = chunk.map_err(|_| ErrorCode::RequestTimeout)? else {
            break true;
        };
        let chunk = chunk.map_err(|error| ApiError::new(ErrorCode::BadRequest).because(error))?;
        held.add(chunk.len())?;
        bytes.extend_from_slice(&chunk);
        if bytes.len() > EARLY {
            break false;
        }
    };
    let bytes = bytes.freeze();
    if is_whole {
        note_key(request, &bytes)?;
    }
    request.set_payload(if is_whole {
        bytes.into()
    } else {
        Payload::Stream {
            payload: stream::once(ready(Ok(bytes))).chain(payload).boxed_local(),
        }
    });
    Ok(Some(held))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use actix_web::web::Bytes;

    use super::*;
    use crate::tests::state;

    #[actix_web::test]
    async fn a_file_of_which_nothing_more_comes_ends_with_an_error() {
        let (state, _folder) = state(&[("RAPPORT_CLIENT_BODY_SECONDS", "1")]).await;
        let mut request = TestRequest::post().to_srv_request();
        let stalled = stream::iter([Ok(Bytes::from_static(b"a"))]).chain(stream::pending());
        request.set_payload(Payload::Stream {
            payload: stalled.boxed_local(),
        });
        hurry(&mut request, &state);
        let mut payload = request.take_payload();
        assert_eq!(payload.next().await.unwrap().unwrap(), "a");
        let ended = payload.next().await.unwrap();
        assert!(matches!(ended, Err(PayloadError::Io(_))), "{ended:?}");
        assert!(payload.next().await.is_none());
    }
}

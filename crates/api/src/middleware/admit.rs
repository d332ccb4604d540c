//! Requests of the API are let in one after the other, when their body is there. Health checks,
//! metrics and the files of the web app need no turn.

use std::future::ready;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{self, BytesMut};
use actix_web::{Error, HttpMessage};
use futures_util::{StreamExt, stream};
use rapport_types::problem::ErrorCode;
use tokio::time::{Instant, timeout_at};

use crate::admission::{HeldBytes, Refusal};
use crate::error::ApiError;
use crate::state::AppState;

/// What needs a turn.
const PATHS: &str = "/api/v1/";
/// Most bytes of a body that are taken in before the request's turn; what is left comes after it.
const EARLY: usize = 1 << 20;

/// Lets the request in, or refuses it with 503 `overloaded`.
///
/// The body comes first: a client that sends it slowly takes up neither a turn nor, since all bodies
/// together are bounded, more than a little memory.
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
    let _held = match receive(&mut request, &state).await {
        Ok(held) => held,
        Err(error) => return Ok(request.error_response(error)),
    };
    let _pass = match state.admission.enter().await {
        Ok(pass) => pass,
        Err(why) => return Ok(request.error_response(ApiError::from(why))),
    };
    Ok(next.call(request).await?.map_into_boxed_body())
}

impl From<Refusal> for ApiError {
    fn from(why: Refusal) -> Self {
        Self::overloaded(why.name())
    }
}

/// Takes in the body, or the beginning of a large one, and puts it back where it is read.
async fn receive(
    request: &mut ServiceRequest,
    state: &AppState,
) -> Result<Option<HeldBytes>, ApiError> {
    let mut payload = request.take_payload();
    if matches!(payload, Payload::None) {
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
        if bytes.len() >= EARLY {
            break false;
        }
    };
    let bytes = bytes.freeze();
    request.set_payload(if is_whole {
        bytes.into()
    } else {
        Payload::Stream {
            payload: stream::once(ready(Ok(bytes))).chain(payload).boxed_local(),
        }
    });
    Ok(Some(held))
}

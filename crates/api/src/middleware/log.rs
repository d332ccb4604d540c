//! One line per request. No query strings, no bodies, no tokens: what people search for is theirs.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use rapport_types::ids::{ApiKeyId, UserId};
use rapport_types::problem::ErrorCode;

use super::RequestId;
use crate::admission::Refusal;
use crate::error::ApiError;

/// Writes the line; for a fault of ours with its cause, once.
///
/// # Errors
/// None of its own.
pub async fn log<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = request.method().clone();
    let response = next.call(request).await?;
    let status = response.status().as_u16();
    // The pattern, not the path: lines of one endpoint belong together.
    let path = response.request().match_pattern();
    let path = path.as_deref().unwrap_or("unmatched");
    let request_id = RequestId::of(response.request());
    let user = response
        .request()
        .extensions()
        .get::<UserId>()
        .map(ToString::to_string);
    let key = response
        .request()
        .extensions()
        .get::<ApiKeyId>()
        .map(ToString::to_string);
    let milliseconds = started.elapsed().as_millis();
    let cause = response
        .response()
        .error()
        .map(|error| match error.as_error::<ApiError>() {
            Some(error) => error.cause().unwrap_or_default().to_owned(),
            None => error.to_string(),
        })
        .unwrap_or_default();
    let code = response
        .response()
        .error()
        .and_then(|error| Some(error.as_error::<ApiError>()?.code()));
    let is_refused = Refusal::ALL.iter().any(|why| cause == why.name());
    let is_too_much = matches!(
        code,
        Some(ErrorCode::Overloaded | ErrorCode::TooManyRequests)
    );
    if is_too_much || is_refused {
        // There may be thousands a second; who refuses them tells about it now and then.
        tracing::debug!(%method, path, status, milliseconds, request_id, cause, "request");
    } else if status == 503 {
        // The database's fault or a server that stops, not one of the code.
        tracing::warn!(%method, path, status, milliseconds, request_id, user, key, cause, "request");
    } else if status >= 500 {
        tracing::error!(%method, path, status, milliseconds, request_id, user, key, cause, "request");
    } else if cause.is_empty() {
        tracing::info!(%method, path, status, milliseconds, request_id, user, key, "request");
    } else {
        tracing::info!(%method, path, status, milliseconds, request_id, user, key, cause, "request");
    }
    Ok(response)
}

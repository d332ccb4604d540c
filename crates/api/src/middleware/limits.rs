//! Refusals that need no handler: addresses that are too long, bodies that say they are too large,
//! parameters of operations that have none.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::middleware::Next;
use actix_web::{Error, web};
use rapport_types::problem::ErrorCode;

use crate::error::ApiError;
use crate::extract::RawPairs;
use crate::openapi;
use crate::state::AppState;

/// Most bytes of a query string.
const LONGEST_QUERY: usize = 8_192;
/// Most bytes of any body; each operation has its own, lower limit.
const LARGEST_BODY: u64 = 16 << 20;

/// Refuses what no operation accepts.
///
/// # Errors
/// None of its own.
pub async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match refusal(&request) {
        Some(error) => Ok(request.error_response(error)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

/// Files may be larger; a form adds its own lines to them.
fn largest_body(request: &ServiceRequest) -> u64 {
    let takes_files = ["/api/v1/imports", "/api/v1/import-files"].contains(&request.path());
    let state = request.app_data::<web::Data<AppState>>();
    match state.filter(|_| takes_files) {
        Some(state) => state.config.upload_bytes + LARGEST_BODY,
        None => LARGEST_BODY,
    }
}

fn refusal(request: &ServiceRequest) -> Option<ApiError> {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > largest_body(request)) {
        return Some(ErrorCode::TooLarge.into());
    }
    let query = request.query_string();
    if query.len() > LONGEST_QUERY {
        return Some(ApiError::new(ErrorCode::BadRequest).detail("The query string is too long."));
    }
    if !query.is_empty() && openapi::takes_no_parameters(request.path(), request.method()) {
        return RawPairs::parse(query).finish().err();
    }
    None
}

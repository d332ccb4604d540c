//! Every refusal is a problem in the caller's language, whichever layer made it.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpRequest};
use rapport_types::locale::Locale;

use super::RequestId;
use crate::error::{ApiError, PROBLEM_JSON, code_for_status};

/// The language of the caller, by `Accept-Language`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(pub Locale);

impl Language {
    /// The language that the request asks for.
    pub fn of(request: &HttpRequest) -> Locale {
        let header = request
            .headers()
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        header.map(Locale::negotiate).unwrap_or_default()
    }
}

impl FromRequest for Language {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Self::of(request))))
    }
}

/// Writes refusals as problems.
///
/// # Errors
/// None of its own.
pub async fn explain<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let locale = Language::of(response.request());
    let request_id = RequestId::of(response.request());
    let known = response
        .response()
        .error()
        .and_then(|error| error.as_error::<ApiError>());
    let problem = match known {
        Some(error) => error.to_response(locale, &request_id),
        None if is_problem(&response) => return Ok(response),
        None => ApiError::new(code_for_status(status)).to_response(locale, &request_id),
    };
    Ok(replace(response, problem))
}

fn is_problem(response: &ServiceResponse) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(PROBLEM_JSON.as_bytes()))
}

/// Puts status, headers and body of `problem` into the response, which keeps its error for the
/// log.
fn replace(mut response: ServiceResponse, problem: actix_web::HttpResponse) -> ServiceResponse {
    let (problem, body) = problem.into_parts();
    *response.response_mut().status_mut() = problem.status();
    let headers = response.headers_mut();
    for name in problem.headers().keys() {
        headers.remove(name);
    }
    for (name, value) in problem.headers() {
        headers.append(name.clone(), value.clone());
    }
    response.map_body(|_, _| body)
}

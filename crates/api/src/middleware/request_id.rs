//! Every request has an id: the caller's `X-Request-Id`, else a new one. It comes back in the
//! answer, a panic's too, and stands in every log line and change.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};

use super::panics::survive;
use super::problems::Language;
use crate::state::AppState;

/// The header, both ways.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken over from a caller.
const LONGEST: usize = 100;

/// The id of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// The id that [`identify`] gave to the request.
    pub fn of(request: &HttpRequest) -> String {
        request
            .extensions()
            .get::<Self>()
            .map(|id| id.0.clone())
            .unwrap_or_default()
    }
}

impl FromRequest for RequestId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Self::of(request))))
    }
}

/// Gives the request its id. `HEAD` is routed as `GET`: the connection remembers what was asked
/// and leaves the body out.
///
/// # Errors
/// None of its own.
pub async fn identify<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let given = request
        .headers()
        .get(X_REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let id = match given.filter(|id| is_acceptable(id)) {
        Some(id) => id.to_owned(),
        None => request
            .app_data::<web::Data<AppState>>()
            .map(|state| state.ids.next().to_string())
            .unwrap_or_default(),
    };
    request.extensions_mut().insert(RequestId(id.clone()));
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let locale = Language::of(request.request());
    let answer = async { next.call(request).await };
    let mut response = survive(answer, &id, locale).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    Ok(response)
}

fn is_acceptable(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_upset_a_log_are_replaced() {
        assert!(is_acceptable("0190.a-b_C"));
        for bad in ["", "a b", "a\nb", "a;b", "é", &"a".repeat(101)] {
            assert!(!is_acceptable(bad), "{bad}");
        }
    }
}

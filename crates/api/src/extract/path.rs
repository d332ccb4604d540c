//! Ids in paths.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, dev};
use rapport_types::problem::ErrorCode;

use crate::error::ApiError;
use crate::openapi;

/// The id in the path's segment `{id}`. What is no id names no record: 404, as for an unknown one.
///
/// A path that the document writes out and that only looks like one with an id is known, but not
/// with this method: 405.
///
/// Paths with several segments use `web::Path<(A, B)>`, which answers the same way.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let id = request
            .match_info()
            .get("id")
            .and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| refusal(request)))
    }
}

fn refusal(request: &HttpRequest) -> ApiError {
    let methods = openapi::methods_of(request.path());
    if methods.is_empty() || methods.contains(&request.method()) {
        ErrorCode::NotFound.into()
    } else {
        ApiError::method_not_allowed(methods.into_iter().map(Method::as_str))
    }
}

//! Ids in paths.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev};
use rapport_types::problem::ErrorCode;

use crate::error::ApiError;

/// The id in the path's segment `{id}`. What is no id names no record: 404, as for an unknown one.
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
        ready(id.map(Self).ok_or_else(|| ErrorCode::NotFound.into()))
    }
}

//! Preconditions and versions: `ETag`, `If-Match`, `If-None-Match`.
//!
//! The entity tag of a record is its version in quotes: `"7"`.

use std::future::{Ready, ready};

use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use serde::Serialize;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::error::ApiError;

/// The pattern of a version in a header.
pub(crate) const VERSION: &str = "^\"[0-9]{1,18}\"$";

/// The version that the caller has seen, from `If-Match: "7"`.
///
/// Missing: 428. Anything but one strong tag made of digits is 422 and names the header: a weak
/// tag, a list or `*` would be a blind write. Whether the version is still the current one is
/// decided where the record is loaded ([`ErrorCode::Stale`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

/// The version that the caller has seen, where it may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionalIfMatch(pub Option<i64>);

fn if_match(request: &HttpRequest) -> Result<Option<i64>, ApiError> {
    let mut values = request.headers().get_all(header::IF_MATCH);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let version = value.to_str().ok().and_then(|text| {
        let digits = text.trim().strip_prefix('"')?.strip_suffix('"')?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse::<i64>().ok())?
    });
    match (version, values.next()) {
        (Some(version), None) => Ok(Some(version)),
        _ => Err(Fault::in_parameter("If-Match", FieldCode::InvalidValue).into()),
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(if_match(request).and_then(|version| {
            version
                .map(Self)
                .ok_or_else(|| ErrorCode::IfMatchRequired.into())
        }))
    }
}

impl FromRequest for OptionalIfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(if_match(request).map(Self))
    }
}

/// The entity tag of a version.
pub fn etag(version: i64) -> (HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

/// Whether the caller holds this version already, by `If-None-Match`. The comparison is weak
/// (RFC 9110, 13.1.2): proxies that compress make weak tags of strong ones.
fn is_held(request: &HttpRequest, version: i64) -> bool {
    let tag = format!("\"{version}\"");
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag)
}

/// A record with its `ETag`: 200, or 304 without body when the caller holds this version.
pub fn versioned<T: Serialize>(record: &T, version: i64, request: &HttpRequest) -> HttpResponse {
    if is_held(request, version) {
        return HttpResponse::NotModified()
            .insert_header(etag(version))
            .finish();
    }
    HttpResponse::Ok().insert_header(etag(version)).json(record)
}

/// A new record: 201 with `Location` and `ETag`.
pub fn created<T: Serialize>(record: &T, version: i64, location: &str) -> HttpResponse {
    HttpResponse::Created()
        .insert_header(etag(version))
        .insert_header((header::LOCATION, location))
        .json(record)
}

/// `If-Match` for the document, where it is required.
#[derive(Debug)]
pub struct IfMatchHeader;

impl utoipa::IntoParams for IfMatchHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The version that this change is based on, in quotes, as the `ETag` gave it.";
        vec![header_parameter("If-Match", about, VERSION, Required::True)]
    }
}

/// `If-Match` for the document, where it may be left out.
#[derive(Debug)]
pub struct OptionalIfMatchHeader;

impl utoipa::IntoParams for OptionalIfMatchHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The version that the caller has seen, in quotes; may be left out where \
            nothing is replaced.";
        vec![header_parameter(
            "If-Match",
            about,
            VERSION,
            Required::False,
        )]
    }
}

/// `If-None-Match` for the document.
#[derive(Debug)]
pub struct IfNoneMatchHeader;

impl utoipa::IntoParams for IfNoneMatchHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The version that the caller holds: 304 when it is still the current one.";
        vec![header_parameter(
            "If-None-Match",
            about,
            ".*",
            Required::False,
        )]
    }
}

/// A header for the document.
pub(crate) fn header_parameter(
    name: &str,
    about: &str,
    pattern: &str,
    required: Required,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(about))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(pattern)),
        ))
        .build()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(name: &'static str, value: &str) -> HttpRequest {
        TestRequest::default()
            .insert_header((name, value))
            .to_http_request()
    }

    #[test]
    fn if_match_is_one_strong_version() {
        let version = |value| IfMatch::extract(&asked("if-match", value)).into_inner();
        assert_eq!(version("\"7\"").unwrap(), IfMatch(7));
        for bad in [
            "7",
            "W/\"7\"",
            "*",
            "\"7\", \"8\"",
            "\"seven\"",
            "\"-7\"",
            "\"\"",
            "\"99999999999999999999\"",
        ] {
            assert_eq!(
                version(bad).unwrap_err().code(),
                ErrorCode::Invalid,
                "{bad}"
            );
        }
        let none = TestRequest::default().to_http_request();
        let missing = IfMatch::extract(&none).into_inner();
        assert_eq!(missing.unwrap_err().code(), ErrorCode::IfMatchRequired);
        assert_eq!(
            OptionalIfMatch::extract(&none).into_inner().unwrap(),
            OptionalIfMatch(None)
        );
    }

    #[test]
    fn a_held_version_is_not_sent_again() {
        for (held, status) in [
            ("\"7\"", 304),
            ("W/\"7\"", 304),
            ("\"6\", \"7\"", 304),
            ("*", 304),
            ("\"6\"", 200),
        ] {
            let response = versioned(&"record", 7, &asked("if-none-match", held));
            assert_eq!(response.status(), status, "{held}");
            assert_eq!(response.headers().get("etag").unwrap(), "\"7\"");
        }
    }
}

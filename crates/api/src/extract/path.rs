//! Ids in paths.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, dev, web};
use rapport_types::problem::ErrorCode;
use rapport_types::records::ExternalId;
use rapport_types::text::{Code, LineText};
use utoipa::PartialSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required};

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

/// Why there is no such record; another path that is written out may have been meant.
fn refusal(request: &HttpRequest) -> ApiError {
    let methods = openapi::methods_of(request.path());
    if methods.is_empty() || methods.contains(&request.method()) {
        ErrorCode::NotFound.into()
    } else {
        ApiError::method_not_allowed(methods.into_iter().map(Method::as_str))
    }
}

/// The key in another system in the path's segments `{source}` and `{external_id}`. What is no key
/// names no record: 404.
#[derive(Debug, Clone)]
pub struct PathKey(pub ExternalId);

impl FromRequest for PathKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let segments = web::Path::<(String, String)>::from_request(request, payload).into_inner();
        let key = segments.ok().and_then(|segments| {
            let (source, id) = segments.into_inner();
            Some(ExternalId {
                source: Code::try_from(source).ok()?,
                id: LineText::try_from(id).ok()?,
            })
        });
        ready(key.map(Self).ok_or_else(|| refusal(request)))
    }
}

/// The segments of a [`PathKey`] for the document.
#[derive(Debug)]
pub struct ExternalIdPath;

impl utoipa::IntoParams for ExternalIdPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let segment = |name: &str, about: &str, schema: RefOr<utoipa::openapi::Schema>| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some(about))
                .schema(Some(schema))
                .build()
        };
        let id = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1));
        vec![
            segment("source", "The other system.", Code::schema()),
            segment(
                "external_id",
                "The key there, percent-encoded.",
                id.build().into(),
            ),
        ]
    }
}

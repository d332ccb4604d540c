//! The headers of answers, by the kind of operation.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, Ref, RefOr, Response, Schema};

use crate::extract::VERSION;

const RATE_LIMIT: &str = "RateLimit";
const RATE_LIMIT_POLICY: &str = "RateLimit-Policy";
const X_REQUEST_ID: &str = "X-Request-Id";

/// Adds the headers that tell a client how to go on: the version of what an answer holds, and
/// whether an answer was given before.
pub(super) fn add(operation: &mut Operation, versioned: &BTreeSet<String>) {
    let takes = |name: &str| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| {
            matches!(parameter, RefOr::T(parameter)
                if parameter.parameter_in == ParameterIn::Header && parameter.name == name)
        })
    };
    let (replays, has_tag) = (
        takes(crate::replies::IDEMPOTENCY_KEY),
        takes("If-Match") || takes("If-None-Match"),
    );
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if !matches!(status.as_str(), "200" | "201" | "304") {
            continue;
        }
        let is_versioned = body_of(response).is_some_and(|body| versioned.contains(body));
        if has_tag || (status == "201" && is_versioned) {
            add_header(response, "ETag", VERSION, "The version, in quotes.");
        }
        if replays {
            let about = "`true` when the answer was given before by the same `Idempotency-Key`.";
            add_header(response, "Idempotency-Replayed", "^true$", about);
        }
    }
}

/// Adds the place of what is new, where it has one: something that is put there, or a record that
/// can be read by its id, which the links tell. A message is a part of its ticket and has none.
pub(super) fn add_location(method: &Method, operation: &mut Operation) {
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("201")
        && (*method == Method::PUT || !response.links.is_empty())
    {
        let about = "The path of what is new.";
        add_header(response, "Location", "^/api/v1/", about);
    }
}

/// The headers that answers of all kinds carry, by their names. They are referred to, not repeated.
pub(super) fn shared() -> BTreeMap<String, RefOr<Header>> {
    let all = [
        (
            X_REQUEST_ID,
            header(
                "^[A-Za-z0-9._-]{1,100}$",
                "The id of the request: the one that was sent, or a new one.",
            ),
        ),
        (
            RATE_LIMIT_POLICY,
            header(
                "^\"(session|key)\";q=[0-9]+;w=[0-9]+$",
                "How many requests (`q`) the credential may send within how many seconds (`w`): \
                 draft-ietf-httpapi-ratelimit-headers. Missing where the operator has set no limit.",
            ),
        ),
        (
            RATE_LIMIT,
            header(
                "^\"(session|key)\";r=[0-9]+;t=[0-9]+$",
                "How many more requests (`r`) the credential may send now, and after how many \
                 seconds (`t`) there are more than that.",
            ),
        ),
    ];
    all.map(|(name, header)| (name.to_owned(), header.into()))
        .into()
}

/// Whether requests are counted for their credential.
pub(super) fn is_counted(operation: &Operation) -> bool {
    let bearer = SecurityRequirement::new("bearer", [""; 0]);
    let security = operation.security.as_ref();
    security.is_some_and(|ways| ways.contains(&bearer))
}

/// Refers to the headers that every answer of an operation carries, in answers of its own; problems
/// are shared.
pub(super) fn add_of_every_answer(operation: &mut Operation) {
    let is_counted = is_counted(operation);
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            refer(response, is_counted);
        }
    }
}

/// Refers to the shared headers; to those of requests that are counted if they may be there.
pub(super) fn refer(response: &mut Response, is_counted: bool) {
    let of_counted = [RATE_LIMIT, RATE_LIMIT_POLICY];
    let names = of_counted.into_iter().filter(|_| is_counted);
    for name in names.chain([X_REQUEST_ID]) {
        let shared = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name.to_owned(), RefOr::Ref(shared));
    }
}

/// The schemas that have a member `version`.
pub(super) fn versioned_schemas(document: &OpenApi) -> BTreeSet<String> {
    let schemas = document.components.iter().flat_map(|all| &all.schemas);
    let versioned = schemas.filter(|(_, schema)| {
        matches!(schema, RefOr::T(Schema::Object(object))
            if object.properties.contains_key("version"))
    });
    versioned.map(|(name, _)| name.clone()).collect()
}

/// The name of the schema of an answer's JSON body.
pub(super) fn body_of(response: &Response) -> Option<&str> {
    let Some(RefOr::T(content)) = response.content.get("application/json") else {
        return None;
    };
    match content.schema.as_ref()? {
        RefOr::Ref(schema) => schema.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

/// `Retry-After`, of refusals that pass.
pub(super) fn retry_after() -> Header {
    header("^[0-9]+$", "Seconds to wait before the next try.")
}

fn add_header(response: &mut Response, name: &str, pattern: &str, about: &str) {
    response
        .headers
        .entry(name.to_owned())
        .or_insert_with(|| header(pattern, about).into());
}

fn header(pattern: &str, about: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(pattern)),
        ))
        .description(Some(about))
        .build()
}

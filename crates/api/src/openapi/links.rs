//! Links (OpenAPI's word for "what can be done next"): from an answer that holds a record to every
//! operation on that record, with its id and, where a version is needed, its `ETag`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required, Schema};

use super::headers::body_of;
use super::operations;

/// An operation on one record.
struct Target {
    operation_id: String,
    /// Name of the schema of the id in its path.
    id_schema: String,
    needs_version: bool,
}

/// Adds the links to 200 and 201 of operations on single records.
///
/// That an answer holds the id of an operation's path is read from the types: the `id` of its body
/// and the parameter `id` have the same schema.
pub(super) fn add(document: &mut OpenApi) {
    let targets: Vec<Target> = operations(document)
        .filter_map(|(_, _, operation)| target(operation))
        .collect();
    let ids = id_schemas(document);
    for item in document.paths.paths.values_mut() {
        for (_, operation) in super::operations_mut(item) {
            let own = operation.operation_id.clone();
            for status in ["200", "201"] {
                let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) else {
                    continue;
                };
                let Some(id_schema) = body_of(response).and_then(|name| ids.get(name)) else {
                    continue;
                };
                let followed = |target: &&Target| {
                    target.id_schema == *id_schema && Some(&target.operation_id) != own.as_ref()
                };
                // What needs a version cannot be done with an answer that tells none.
                let has_version = response.headers.contains_key("ETag");
                let can_follow = |target: &&Target| has_version || !target.needs_version;
                for target in targets.iter().filter(followed).filter(can_follow) {
                    response
                        .links
                        .insert(target.operation_id.clone(), RefOr::T(link(target).build()));
                }
            }
        }
    }
}

fn link(target: &Target) -> LinkBuilder {
    let link = LinkBuilder::new()
        .operation_id(&target.operation_id)
        .parameter("path.id", json!("$response.body#/id"));
    if target.needs_version {
        link.parameter("header.If-Match", json!("$response.header.ETag"))
    } else {
        link
    }
}

fn target(operation: &Operation) -> Option<Target> {
    let mut id_schema = None;
    let mut needs_version = false;
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        match (&parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Path, "id") => id_schema = reference(parameter.schema.as_ref()?),
            // A record that is named by more than its id is not known from the answer.
            (ParameterIn::Path, _) => return None,
            (ParameterIn::Header, "If-Match") => {
                needs_version = matches!(parameter.required, Required::True);
            }
            _ => {}
        }
    }
    Some(Target {
        operation_id: operation.operation_id.clone()?,
        id_schema: id_schema?.to_owned(),
        needs_version,
    })
}

/// The schema of the member `id` of each schema that has one.
fn id_schemas(document: &OpenApi) -> BTreeMap<String, String> {
    let schemas = document.components.iter().flat_map(|all| &all.schemas);
    let mut ids: BTreeMap<String, String> = schemas
        .clone()
        .filter_map(|(name, schema)| Some((name.clone(), id_of(schema)?)))
        .collect();
    // A view is a record with what was included beside it.
    for (name, schema) in schemas {
        let Ok(schema) = serde_json::to_value(schema) else {
            continue;
        };
        let parts = schema["allOf"].as_array().into_iter().flatten();
        let whole = parts.filter_map(|part| part["$ref"].as_str()?.rsplit('/').next());
        if let Some(id) = whole.filter_map(|part| ids.get(part)).next().cloned() {
            ids.insert(name.clone(), id);
        }
    }
    ids
}

fn id_of(schema: &RefOr<Schema>) -> Option<String> {
    let schema: Value = serde_json::to_value(schema).ok()?;
    let reference = schema.pointer("/properties/id/$ref")?.as_str()?;
    Some(reference.rsplit('/').next()?.to_owned())
}

fn reference(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(Ref { ref_location, .. }) => ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

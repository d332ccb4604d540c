//! The list of every change in the README of the API, derived from the document.

use actix_web::http::Method;
use rapport_types::permissions::Permission;
use serde_json::json;

use crate::idempotency::WRITE_NO_RECORD;
use crate::operations::{Described, Needs, OPERATIONS, described};

/// A line of the list of changes for integrators: what it is, how it is safe to send again, whether
/// it needs a version, whom it serves, and what it is confined to.
fn change_line(operation: &Described) -> String {
    let path = operation.path.trim_start_matches("/api/v1");
    let parameters = operation.parameters();
    let version = parameters.iter().find(|known| known["name"] == "If-Match");
    let is_optional = version.is_some_and(|version| version["required"] != json!(true));
    let again = if WRITE_NO_RECORD.contains(&&*operation.id) {
        "–"
    } else if operation.has_parameter("Idempotency-Key") {
        "key"
    } else if is_optional {
        "same"
    } else if version.is_some() {
        "version"
    } else {
        "–"
    };
    let version = match version {
        Some(_) if is_optional => "optional",
        Some(_) => "needed",
        None => "–",
    };
    let (_, needs) = OPERATIONS
        .iter()
        .find(|(id, _)| *id == operation.id)
        .unwrap();
    let codes = |all: &[Permission], joint: &str| {
        let codes: Vec<_> = all.iter().map(|one| format!("`{}`", one.code())).collect();
        codes.join(joint)
    };
    let right = match needs {
        Needs::Nothing => "–".to_owned(),
        Needs::RefreshCookie => "the refresh cookie".to_owned(),
        Needs::SignedIn => "signed in".to_owned(),
        Needs::OneOf(all) => codes(all, " or "),
        Needs::AllOf(all) => codes(all, " and "),
    };
    let lies = |features: &[&str]| features.iter().any(|feature| path.starts_with(feature));
    let scope = if lies(&["/auth", "/me", "/bulk-changes/"]) {
        "own"
    } else if lies(&[
        "/tickets",
        "/approvals",
        "/customers",
        "/contacts",
        "/import",
        "/bulk-changes",
    ]) {
        "scope"
    } else if lies(&["/users", "/api-keys", "/roles"]) {
        "held"
    } else {
        "all"
    };
    let method = &operation.method;
    format!("| `{method} {path}` | {again} | {version} | {right} | {scope} |")
}

#[test]
fn the_readme_lists_every_change_as_the_document_has_it() {
    let readme = include_str!("../../openapi/README.md");
    let (_, section) = readme.split_once("## Every change\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let listed: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let is_change = |operation: &Described| {
        operation.method != Method::GET && operation.path.starts_with("/api/v1/")
    };
    let changes = described().into_iter().filter(is_change);
    let expected: Vec<String> = changes.map(|operation| change_line(&operation)).collect();
    assert_eq!(listed, expected, "it has to be:\n{}", expected.join("\n"));
}

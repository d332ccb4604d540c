//! The document of the API (OpenAPI 3.1), made from the handlers. What follows from the kind of an
//! operation is added by rule, so that no handler has to say it.

mod headers;
mod links;
mod shape;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::App;
use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use rapport_types::locale::Locale;
use rapport_types::problem::{ErrorCode, Problem};
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContentBuilder, Deprecated, OpenApi, Ref, RefOr, Required, ResponseBuilder,
    ServerBuilder,
};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;

use crate::deprecations::{DEPRECATIONS, Deprecation};
use crate::error::PROBLEM_JSON;
use crate::extract::{ON_BEHALF_OF, header_parameter};
use crate::replies::IDEMPOTENCY_KEY;
use crate::routes;

/// Where the document is served.
pub const PATH: &str = "/api/openapi.json";

/// The tags of the operations and what they hold, in the order of the document.
const TAGS: &[(&str, &str)] = &[
    ("auth", "Signing in and out, and one's own password."),
    ("me", "Who the caller is and what it may do."),
    ("customers", "Customers: people and organisations."),
    ("contacts", "The people who speak for organisations."),
    (
        "tickets",
        "Tickets with their messages, clocks and ratings.",
    ),
    (
        "approvals",
        "What somebody else than its author has to agree to.",
    ),
    ("search", "One search over customers and tickets."),
    ("reports", "Figures on tickets, clocks and ratings."),
    ("teams", "The tree of teams."),
    ("users", "People who sign in, and services."),
    ("API keys", "How services call the API."),
    ("roles", "Sets of permissions."),
    ("categories", "The tree of categories."),
    ("ticket types", "The kinds of tickets."),
    ("approval rules", "What needs an approval, and who decides."),
    (
        "channels",
        "The ways in which customers reach the organisation.",
    ),
    ("calendars", "Opening hours and holidays."),
    ("clock policies", "Which ticket gets which clocks."),
    ("settings", "The settings of the organisation."),
    (
        "changes",
        "What happened to records: to catch up, and to follow.",
    ),
    ("bulk changes", "One change of many records, as a job."),
    ("imports", "Files of records and what becomes of them."),
    ("health", "Whether the server lives and is ready."),
];

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Rapport",
    description = "The API of the Rapport service desk. Everything that the web app does goes \
        through it.\n\nRefusals are problems (RFC 9457): programs decide on `code`, people read \
        `title`. Unknown members and parameters are refused, never dropped. Send `If-Match` with \
        the `ETag` of what you change.",
    contact(name = "The Rapport developers"),
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Doc;

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| build(DEPRECATIONS));

/// The document.
pub fn document() -> OpenApi {
    DOCUMENT.clone()
}

/// The document as JSON, as it is served and committed.
pub fn json() -> &'static str {
    static JSON: LazyLock<String> = LazyLock::new(|| {
        // Writing a value that holds text, numbers and maps with text keys cannot fail.
        DOCUMENT
            .to_pretty_json()
            .map(|json| json + "\n")
            .unwrap_or_default()
    });
    &JSON
}

/// The document, in which the operations of the table are marked.
fn build(deprecations: &[Deprecation]) -> OpenApi {
    let app = App::new()
        .into_utoipa_app()
        .openapi(Doc::openapi())
        .configure(routes::configure);
    let (_, mut document) = app.split_for_parts();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document.servers = Some(vec![
        ServerBuilder::new()
            .url("/")
            .description(Some("This server"))
            .build(),
    ]);
    let used = |name: &&(&str, &str)| {
        operations(&document).any(|(_, _, operation)| {
            operation
                .tags
                .as_ref()
                .is_some_and(|tags| tags.iter().any(|tag| tag == name.0))
        })
    };
    let tags = TAGS.iter().filter(used).map(|(name, about)| {
        TagBuilder::new()
            .name(*name)
            .description(Some(*about))
            .build()
    });
    document.tags = Some(tags.collect());
    let versioned = headers::versioned_schemas(&document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            complete(path, &method, operation);
            headers::add(operation, &versioned);
            headers::add_of_every_answer(operation);
            if Deprecation::find(deprecations, &method, path).is_some() {
                operation.deprecated = Some(Deprecated::True);
            }
        }
    }
    links::add(&mut document);
    for item in document.paths.paths.values_mut() {
        for (method, operation) in operations_mut(item) {
            headers::add_location(&method, operation);
        }
    }
    let components = document.components.get_or_insert_default();
    add_problems(components);
    components.headers = headers::shared();
    add_security(components);
    shape::name_rows(components);
    shape::drop_unused(&mut document);
    document
}

/// Adds what every operation of its kind has: security and problems.
fn complete(path: &str, method: &Method, operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    let writes = method != Method::GET;
    let is_api = path.starts_with("/api/v1/");
    let parameters = operation.parameters.iter().flatten();
    let (mut if_match, mut if_match_required) = (false, false);
    for parameter in parameters {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "If-Match"
            && parameter.parameter_in == ParameterIn::Header
        {
            if_match = true;
            if_match_required = matches!(parameter.required, Required::True);
        }
    }
    if is_api && operation.security.is_none() {
        let bearer = SecurityRequirement::new("bearer", [""; 0]);
        let cookie = SecurityRequirement::new("access_cookie", [""; 0]);
        operation.security = Some(if writes {
            vec![bearer]
        } else {
            vec![bearer, cookie]
        });
    }
    let public = operation
        .security
        .as_ref()
        .is_some_and(|security| security.contains(&SecurityRequirement::default()));
    let signs_in = operation
        .tags
        .as_ref()
        .is_some_and(|tags| tags.iter().any(|tag| tag == "auth"));
    if is_api && *method == Method::POST && !signs_in {
        let key = idempotency_key();
        operation
            .parameters
            .get_or_insert_default()
            .push(key.into());
    }
    if is_api && writes && !public && !signs_in {
        let name = on_behalf_of();
        operation
            .parameters
            .get_or_insert_default()
            .push(name.into());
    }
    let is_counted = headers::is_counted(operation);
    let reads_changes = path.starts_with("/api/v1/changes");
    add_csv(operation);
    let statuses = [
        (400, is_api),
        (401, is_api && (!public || path.ends_with("/sign-in"))),
        (403, is_api && !public && !signs_in),
        (404, path.contains('{')),
        (408, has_body),
        (409, is_api && writes && !signs_in),
        (410, reads_changes),
        (412, if_match),
        (413, has_body),
        (415, has_body),
        (422, true),
        (428, if_match_required),
        (429, is_counted || (signs_in && has_body)),
        (500, true),
        (503, true),
    ];
    for (status, _) in statuses.into_iter().filter(|(_, applies)| *applies) {
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert_with(|| RefOr::Ref(Ref::from_response_name(response_name(status))));
    }
}

/// A list or report that is there as a file says so.
fn add_csv(operation: &mut Operation) {
    let mut parameters = operation.parameters.iter().flatten();
    let has_format = parameters
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == "format"));
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("200")
        && has_format
    {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let content = ContentBuilder::new().schema(Some(text)).build();
        response
            .content
            .entry("text/csv".to_owned())
            .or_insert_with(|| content.into());
    }
}

/// The header by which a POST may be sent again.
fn idempotency_key() -> Parameter {
    let about = "Names this request, so that it can be sent again after a lost answer: by the same \
        key it has no second effect and gets the first answer, marked `Idempotency-Replayed: true`. \
        The body must be the same. Kept for 48 hours.";
    header_parameter(IDEMPOTENCY_KEY, about, "^[!-~]{1,255}$", Required::False)
}

/// The header by which a trusted service says for whom it acts.
fn on_behalf_of() -> Parameter {
    let about = "The name of the person in another system for whom a trusted service acts \
        (percent-encoded UTF-8): the log of changes names both. Only with an API key of the scope \
        `act_on_behalf`; it widens nothing.";
    header_parameter(ON_BEHALF_OF, about, "^[!-~]{1,1000}$", Required::False)
}

fn response_name(status: u16) -> String {
    format!("Problem{status}")
}

/// One response per status, with the codes that go with it.
fn add_problems(components: &mut Components) {
    components
        .schemas
        .entry(Problem::name().into_owned())
        .or_insert_with(Problem::schema);
    let mut nested = Vec::new();
    Problem::schemas(&mut nested);
    for (name, schema) in nested {
        components.schemas.entry(name).or_insert(schema);
    }
    let mut codes: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in ErrorCode::ALL {
        codes.entry(code.status()).or_default().push(*code);
    }
    for (status, codes) in codes {
        let lines = codes
            .iter()
            .map(|code| format!("- `{}`: {}", code.code(), code.title(Locale::En)));
        let example = codes.first().and_then(|code| {
            serde_json::to_value(Problem::new(*code, Locale::En, "0190a5d0ac96774b")).ok()
        });
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name(Problem::name())))
            .example(example)
            .build();
        let mut response = ResponseBuilder::new()
            .description(lines.collect::<Vec<_>>().join("\n"))
            .content(PROBLEM_JSON, content);
        if matches!(status, 429 | 503) {
            response = response.header("Retry-After", headers::retry_after());
        }
        let mut response = response.build();
        // These are refused before anybody knows who asks.
        headers::refer(&mut response, !matches!(status, 401 | 408));
        components
            .responses
            .insert(response_name(status), response.into());
    }
}

fn add_security(components: &mut Components) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "The access token that signing in answers, which holds for ten minutes, or the API key \
             of a service.",
        ))
        .build();
    let cookie = |name: &str, about: &str| {
        RefOr::T(SecurityScheme::ApiKey(ApiKey::Cookie(
            ApiKeyValue::with_description(name, about),
        )))
    };
    components.security_schemes.extend([
        ("bearer".to_owned(), RefOr::T(SecurityScheme::Http(bearer))),
        (
            "access_cookie".to_owned(),
            cookie(
                crate::auth::cookies::ACCESS,
                "The same token as the page's cookie, for reading only.",
            ),
        ),
        (
            "refresh_cookie".to_owned(),
            cookie(
                crate::auth::cookies::REFRESH,
                "The refresh token; each works once.",
            ),
        ),
    ]);
}

/// Every operation with its path and method.
pub fn operations(document: &OpenApi) -> impl Iterator<Item = (&str, Method, &Operation)> {
    document.paths.paths.iter().flat_map(|(path, item)| {
        [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ]
        .into_iter()
        .filter_map(move |(method, operation)| Some((path.as_str(), method, operation.as_ref()?)))
    })
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// A path of the document with its methods, and whether each takes query parameters.
struct KnownPath {
    pattern: ResourceDef,
    methods: Vec<(Method, bool)>,
}

static KNOWN_PATHS: LazyLock<Vec<KnownPath>> = LazyLock::new(|| {
    let mut methods: BTreeMap<&str, Vec<(Method, bool)>> = BTreeMap::new();
    for (path, method, operation) in operations(&DOCUMENT) {
        let takes_query = operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| match parameter {
                RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
                RefOr::Ref(_) => true,
            });
        methods.entry(path).or_default().push((method, takes_query));
    }
    methods
        .into_iter()
        .map(|(path, methods)| KnownPath {
            pattern: ResourceDef::new(path),
            methods,
        })
        .collect()
});

/// The methods that the path knows; none for a path that is not in the document. A path that is
/// written out there (`/imports/preview`) is that one, and no id of another (`/imports/{id}`).
pub fn methods_of(path: &str) -> Vec<&'static Method> {
    let is_written_out = |known: &&KnownPath| known.pattern.pattern() == Some(path);
    let has_one = KNOWN_PATHS.iter().any(|known| is_written_out(&known));
    let known = KNOWN_PATHS.iter().filter(|known| {
        if has_one {
            is_written_out(known)
        } else {
            known.pattern.is_match(path)
        }
    });
    known
        .flat_map(|known| known.methods.iter().map(|(method, _)| method))
        .collect()
}

/// Whether the path and method are in the document without a query parameter.
pub fn takes_no_parameters(path: &str, method: &Method) -> bool {
    let mut operations = KNOWN_PATHS
        .iter()
        .filter(|known| known.pattern.is_match(path))
        .flat_map(|known| &known.methods)
        .filter(|(known, _)| known == method)
        .peekable();
    operations.peek().is_some() && operations.all(|(_, takes_query)| !takes_query)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_summary_tag_security_and_problems() {
        let document = document();
        assert!(operations(&document).count() > 0);
        for (path, method, operation) in operations(&document) {
            let what = format!("{method} {path}");
            assert!(
                operation.summary.as_ref().is_some_and(|s| !s.is_empty()),
                "{what} has no summary"
            );
            let tag = operation.tags.as_ref().and_then(|tags| tags.first());
            assert!(
                TAGS.iter()
                    .any(|(name, _)| Some(*name) == tag.map(String::as_str)),
                "{what} has no known tag"
            );
            assert!(operation.security.is_some(), "{what} has no security");
            assert!(
                operation.responses.responses.contains_key("500"),
                "{what} has no problems"
            );
        }
    }

    #[test]
    fn the_operations_of_the_table_are_marked_and_no_others() {
        let day = |text: &str| text.parse().unwrap();
        let entry = Deprecation {
            method: Method::GET,
            path: "/api/v1/tickets/{id}",
            since: day("2026-12-01"),
            sunset: day("2027-06-01"),
            successor: None,
            about: "/api/docs/",
        };
        let document = build(&[entry]);
        let marked = operations(&document)
            .filter(|(_, _, operation)| matches!(operation.deprecated, Some(Deprecated::True)));
        let marked: Vec<_> = marked.map(|(path, method, _)| (path, method)).collect();
        assert_eq!(marked, [("/api/v1/tickets/{id}", Method::GET)]);
    }

    #[test]
    fn the_document_is_3_1_and_every_reference_leads_somewhere() {
        let value: serde_json::Value = serde_json::from_str(json()).unwrap();
        assert!(value["openapi"].as_str().unwrap().starts_with("3.1."));
        assert_eq!(value["info"]["title"], "Rapport");
        let mut references = BTreeSet::new();
        shape::collect(&value, &mut references);
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(
                value.pointer(pointer).is_some(),
                "{reference} leads nowhere"
            );
        }
    }

    #[test]
    fn a_new_record_links_to_what_can_be_done_with_it_by_its_id_and_version() {
        let value: serde_json::Value = serde_json::from_str(json()).unwrap();
        let made = &value["paths"]["/api/v1/tickets"]["post"]["responses"]["201"];
        let link = &made["links"]["set_ticket_status"];
        assert_eq!(link["parameters"]["path.id"], "$response.body#/id");
        assert_eq!(
            link["parameters"]["header.If-Match"],
            "$response.header.ETag"
        );
        let get = &value["paths"]["/api/v1/tickets/{id}"]["get"]["responses"]["200"];
        assert!(get["links"]["update_ticket"].is_object());
        let contact = &value["paths"]["/api/v1/customers/{id}/contacts"]["post"];
        let links = &contact["responses"]["201"]["links"];
        assert!(links["update_contact"].is_object());
        assert!(links["get_customer"].is_null());
    }

    #[test]
    fn known_paths_tell_their_methods() {
        assert_eq!(methods_of("/api/v1/imports/preview"), [&Method::POST]);
        assert_eq!(
            methods_of("/api/v1/imports/import_01h455vb4pex5vsknk084sn02q"),
            [&Method::GET]
        );
        assert_eq!(methods_of("/api/v1/auth/sign-in"), [&Method::POST]);
        assert!(methods_of("/api/v1/nothing").is_empty());
        assert!(takes_no_parameters("/api/v1/auth/sign-in", &Method::POST));
        assert!(!takes_no_parameters("/api/v1/auth/sign-in", &Method::GET));
    }
}

//! Ticket types: configured codes.

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::ticket_types;
use rapport_persistence::writes::Writer;
use rapport_types::filters::{Fact, Field};
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, Problem};
use rapport_types::text::Code;
use rapport_types::ticket_types::{
    DefinitionBook, DefinitionRules, NewTicketType, TicketType, TypeDefinition, fields_schema,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{Faults, changed, check_replacement};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfNoneMatchHeader, Language, OptionalIfMatch, OptionalIfMatchHeader, RawPairs,
    SignedIn, ValidJson, created, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed, name_cells, position_order};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_ticket_types)
        .service(get_ticket_type)
        .service(get_ticket_type_schema)
        .service(get_ticket_type_version)
        .service(put_ticket_type);
}

impl Body for NewTicketType {
    const LIMIT: usize = 1 << 20;
}

impl Listed for TicketType {
    type Row = Self;
    const NAME: &'static str = "ticket-types";
    const FIELDS: &'static [Field] = &[ACTIVE];
    const ORDERS: &'static [&'static str] = &["position", "code"];
    const COLUMNS: &'static [&'static str] =
        &["code", "name_en", "name_zh_cn", "position", "active"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, order: &str) -> String {
        if order == "code" {
            self.code.to_string()
        } else {
            position_order(self.position)
        }
    }

    fn id(&self) -> String {
        self.code.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        if field == "active" {
            Fact::Boolean(self.active)
        } else {
            Fact::Null
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        vec![
            Cell::plain(Some(&self.code)),
            en,
            zh_cn,
            Cell::plain(Some(self.position)),
            Cell::plain(Some(self.active)),
        ]
    }
}

/// List ticket types
///
/// All ticket types, in the order of their positions.
#[utoipa::path(
    tag = "ticket types",
    params(ListParams<TicketType>),
    responses((status = 200, description = "A page of ticket types.", content((Page<TicketType> = "application/json"), (String = "text/csv"))))
)]
#[get("/ticket-types")]
async fn list_ticket_types(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    lists::reply(
        &request,
        pairs,
        configuration.ticket_types.values(),
        &configuration,
    )
}

/// Read a ticket type
///
/// One ticket type by its code.
#[utoipa::path(
    tag = "ticket types",
    params(("code" = Code, Path, description = "The ticket type's code."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The ticket type.", body = TicketType),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/ticket-types/{code}")]
async fn get_ticket_type(
    state: web::Data<AppState>,
    _caller: SignedIn,
    code: web::Path<Code>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let ticket_type = configuration
        .ticket_types
        .get(&*code)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(ticket_type, ticket_type.version, &request))
}

/// Read the fields of a ticket type
///
/// What may stand in `fields` of a ticket of this type that is opened now, as JSON Schema (2020-12).
/// Titles and descriptions are in the language asked for; `x-names` has both.
#[utoipa::path(
    tag = "ticket types",
    params(("code" = Code, Path, description = "The ticket type's code.")),
    responses((status = 200, description = "The schema.", body = serde_json::Value))
)]
#[get("/ticket-types/{code}/schema")]
async fn get_ticket_type_schema(
    state: web::Data<AppState>,
    _caller: SignedIn,
    code: web::Path<Code>,
    language: Language,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let ticket_type = configuration
        .ticket_types
        .get(&*code)
        .ok_or(ErrorCode::NotFound)?;
    Ok(HttpResponse::Ok().json(fields_schema(&ticket_type.fields, language.0)))
}

/// Read a version of a ticket type
///
/// The fields and pipelines that it brought, by the `definition_version` of a ticket or type; 0 has
/// none.
#[utoipa::path(
    tag = "ticket types",
    params(
        ("code" = Code, Path, description = "The ticket type's code."),
        ("version" = i64, Path, description = "The number of the version."),
        IfNoneMatchHeader,
    ),
    responses(
        (status = 200, description = "Fields and pipelines of that version.", body = TypeDefinition),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/ticket-types/{code}/versions/{version}")]
async fn get_ticket_type_version(
    state: web::Data<AppState>,
    _caller: SignedIn,
    path: web::Path<(Code, i64)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (code, version) = path.into_inner();
    let configuration = state.latest_configuration().await?;
    let known = configuration.ticket_types.contains_key(&code);
    let definition = configuration
        .definition(&code, version)
        .filter(|_| known)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(definition, definition.version, &request))
}

/// Whether fields and pipelines make sense, and what they name exists.
fn check_definition(given: &TicketType, current: &Configuration) -> Result<(), ApiError> {
    let others = || {
        current
            .ticket_types
            .values()
            .filter(|other| other.code != given.code)
    };
    let elsewhere = |code: &Code| {
        let mut fields = others().flat_map(|other| &other.fields);
        fields
            .find(|field| field.code == *code)
            .map(|field| field.kind)
    };
    let is_role = |role: &Code| current.roles.contains_key(role);
    let definition = given.definition();
    let mut faults = Faults::default();
    faults.extend(definition.faults(&DefinitionRules {
        is_role: &is_role,
        elsewhere: &elsewhere,
    }));
    faults.finish()
}

/// Make or replace a ticket type
///
/// A code that is new makes a ticket type, without `If-Match`; replacing one needs the version seen.
/// One that is not `active` stays on the tickets that have it and cannot be chosen for others.
/// Other fields or pipelines hold for tickets that are opened, or get the type, from then on; the
/// others go on by those they began with.
#[utoipa::path(
    tag = "ticket types",
    params(
        ("code" = Code, Path, description = "The ticket type's code."),
        OptionalIfMatchHeader,
    ),
    request_body(content = NewTicketType, example = json!({"names": {"en": "Inspection", "zh-CN": "巡检"}, "position": 10, "active": true})),
    responses(
        (status = 200, description = "Replaced.", body = TicketType),
        (status = 201, description = "Made.", body = TicketType),
        (status = 428, description = "The ticket type exists: send `If-Match`.", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/ticket-types/{code}")]
async fn put_ticket_type(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    code: web::Path<Code>,
    seen: OptionalIfMatch,
    new: ValidJson<NewTicketType>,
) -> Result<HttpResponse, ApiError> {
    let new = new.0;
    let code = code.into_inner();
    let (ticket_type, is_new) = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.ticket_types.get(&code);
                let given = given(code.clone(), new.clone(), before);
                check_replacement(before.map(|ticket_type| ticket_type.version), seen.0)?;
                check_definition(&given, current)?;
                let Some(before) = before else {
                    ticket_types::insert(writer, &given).await?;
                    return Ok((given.clone(), true));
                };
                Ok((
                    ticket_types::update(writer, before, given.clone()).await?,
                    false,
                ))
            },
        )
        .await?;
    Ok(if is_new {
        created(
            &ticket_type,
            ticket_type.version,
            &format!("/api/v1/ticket-types/{}", ticket_type.code),
        )
    } else {
        changed(&ticket_type, ticket_type.version)
    })
}

/// The type as it is to be; what is not said of fields and pipelines stays.
fn given(code: Code, new: NewTicketType, before: Option<&TicketType>) -> TicketType {
    let (fields, pipelines) = before
        .map(|before| (before.fields.clone(), before.pipelines.clone()))
        .unwrap_or_default();
    let fields = new.fields.unwrap_or(fields);
    let pipelines = new.pipelines.unwrap_or(pipelines);
    let is_plain = fields.is_empty() && pipelines.is_empty();
    TicketType {
        code,
        version: 1,
        names: new.names,
        position: new.position,
        active: new.active,
        definition_version: i64::from(!is_plain),
        fields,
        pipelines,
    }
}

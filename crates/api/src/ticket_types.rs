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
use rapport_types::ticket_types::{NewTicketType, TicketType};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{changed, check_replacement};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfNoneMatchHeader, OptionalIfMatch, OptionalIfMatchHeader, RawPairs, SignedIn,
    ValidJson, created, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed, name_cells, position_order};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_ticket_types)
        .service(get_ticket_type)
        .service(put_ticket_type);
}

impl Body for NewTicketType {
    const LIMIT: usize = 16_384;
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

/// Make or replace a ticket type
///
/// A code that is new makes a ticket type, without `If-Match`; replacing one needs the version seen.
/// One that is not `active` stays on the tickets that have it and cannot be chosen for others.
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
    let given = TicketType {
        code: code.into_inner(),
        version: 1,
        names: new.names,
        position: new.position,
        active: new.active,
    };
    let (ticket_type, is_new) = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.ticket_types.get(&given.code);
                check_replacement(before.map(|ticket_type| ticket_type.version), seen.0)?;
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

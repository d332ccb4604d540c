//! The list of tickets, also the rows behind a figure.

use actix_web::{HttpRequest, HttpResponse, get, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::{self, MetricRows};
use rapport_types::kpis::{Dimension, Part, find};
use rapport_types::page::{KeyKind, Page, Sort};
use rapport_types::permissions::ViewTickets;
use rapport_types::problem::FieldCode;
use rapport_types::tickets::TicketSummary;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{Allowed, Format, FormatParam, PagingParams, RawPairs};
use crate::lists::page;
use crate::records::{
    TicketListParams, all_as_csv, check_codes, check_cursor, context, q, scope_of,
};
use crate::reports::period::{rating_filter, take_period};
use crate::state::AppState;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_tickets);
}

const DEFAULT_SORT: Sort = Sort {
    field: "updated_at",
    descending: true,
};

/// List tickets
///
/// Tickets in your scope. `q` finds them by what they say and by their customer; exact matches
/// come first. With `metric`, `from` and `to` the list holds the rows behind a figure, counted by
/// the same predicate: reports give such addresses as `rows_url`.
#[utoipa::path(
    tag = "tickets",
    params(
        PagingParams, TicketListParams,
        FormatParam
    ),
    responses((status = 200, description = "A page of tickets.", body = Page<TicketSummary>))
)]
#[get("/tickets")]
async fn list_tickets(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let filter = pairs.filter(&configuration.ticket_fields);
    check_codes(&mut pairs, &filter, &configuration);
    let q = q(&mut pairs);
    let paging = pairs.paging(tickets::ORDERS, DEFAULT_SORT);
    if paging.sort.field == "next_due_at" && paging.sort.descending {
        pairs.fault("sort", FieldCode::InvalidValue);
    }
    let format = pairs.format();
    let team = filter.chosen("team").and_then(|team| team.parse().ok());
    let rows = take_rows(
        &mut pairs,
        &state,
        &configuration,
        team.unwrap_or(caller.scope_team_id),
    );
    pairs.finish()?;
    let filter =
        context(&caller, &configuration, &state).resolve(&configuration.ticket_fields, &filter);
    let query = tickets::Query {
        filter,
        rows,
        q,
        paging,
    };
    check_cursor(&query.paging, query.digest(), KeyKind::Integer)?;
    let scope = scope_of(&caller, &configuration);
    if format == Format::Csv {
        let paging = query.paging.clone();
        let load = async move |paging| {
            let query = tickets::Query {
                paging,
                ..query.clone()
            };
            let page = tickets::list(&state.db, &configuration, &scope, &query).await?;
            Ok::<_, ApiError>(page.map(|row| cells(&row, &caller, &configuration)))
        };
        return all_as_csv(&request, "tickets", paging, COLUMNS, load).await;
    }
    let asked = (&scope, &query, configuration.version);
    let make = async || {
        let found = tickets::list(&state.db, &configuration, &scope, &query).await?;
        Ok(page(&request, &found))
    };
    state.answer(&request, asked, make).await
}

/// Takes `metric` and what goes with it.
fn take_rows(
    pairs: &mut RawPairs,
    state: &AppState,
    configuration: &Configuration,
    team: rapport_types::ids::TeamId,
) -> Option<MetricRows> {
    let code = pairs.take("metric")?;
    let metric = find(&code);
    if metric.is_none() {
        pairs.fault("metric", FieldCode::UnknownCode);
    }
    let part = match pairs.take_one_of("part", &["numerator", "denominator", "excluded"]) {
        Some("numerator") => Part::Numerator,
        Some("excluded") => Part::Excluded,
        _ => Part::Denominator,
    };
    let by = pairs.take("by").map(|by| {
        let dimension = Dimension::from_code(&by);
        if dimension.is_none() {
            pairs.fault("by", FieldCode::InvalidValue);
        }
        dimension.unwrap_or(Dimension::Team)
    });
    let key = pairs.take("key");
    if by.is_some() != key.is_some() {
        pairs.fault("key", FieldCode::Required);
    }
    if let (Some(by), Some(key)) = (by, &key)
        && !by.has_key(key)
    {
        pairs.fault("key", FieldCode::InvalidValue);
    }
    let asked = take_period(pairs, state.clock.now(), configuration.zone);
    let rating_filter = rating_filter(pairs);
    Some(MetricRows {
        metric: metric?,
        part,
        period: asked.period,
        rating_filter,
        cut: by.zip(key),
        team,
    })
}

const COLUMNS: &[&str] = &[
    "number",
    "id",
    "subject",
    "type",
    "status",
    "priority",
    "channel",
    "customer_number",
    "customer",
    "team",
    "assignee",
    "opened_at",
    "updated_at",
    "resolved_at",
    "next_due_at",
    "first_response_seconds",
    "resolution_seconds",
    "reopened_count",
    "satisfaction_score",
];

fn cells(row: &TicketSummary, caller: &Caller, configuration: &Configuration) -> Vec<Cell> {
    let zone = configuration.zone;
    vec![
        Cell::plain(Some(row.number)),
        Cell::plain(Some(row.id)),
        Cell::text(&row.subject),
        Cell::plain(Some(&row.type_code)),
        Cell::plain(Some(row.status.code())),
        Cell::plain(Some(row.priority.code())),
        Cell::plain(Some(&row.channel)),
        Cell::plain(row.customer.as_ref().map(|customer| customer.number)),
        row.customer
            .as_ref()
            .map_or(Cell::Empty, |customer| Cell::text(&customer.name)),
        Cell::text(row.team.names.get(caller.locale)),
        row.assignee
            .as_ref()
            .map_or(Cell::Empty, |assignee| Cell::text(&assignee.name)),
        Cell::instant(Some(row.opened_at), zone),
        Cell::instant(Some(row.updated_at), zone),
        Cell::instant(row.resolved_at, zone),
        Cell::instant(row.next_due_at, zone),
        Cell::plain(row.first_response_seconds),
        Cell::plain(row.resolution_seconds),
        Cell::plain(Some(row.reopened_count)),
        Cell::plain(row.satisfaction_score),
    ]
}

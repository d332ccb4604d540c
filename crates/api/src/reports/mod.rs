//! The endpoints of reports.

mod cut;
mod figures;
pub mod period;
mod table;

use actix_web::{HttpResponse, get, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::reports::{TallyQuery, tallies};
use rapport_types::filters::Filter;
use rapport_types::ids::TeamId;
use rapport_types::kpis::{
    BreakdownReport, ComparedFigure, Dimension, Interval, MetricDef, MetricInfo, OverviewReport,
    Period, TrendPoint, TrendReport, buckets, find, registry,
};
use rapport_types::page::Page;
use rapport_types::permissions::ViewReports;
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::tickets::FIELDS;
use tokio::sync::SemaphorePermit;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::extract::{Allowed, Format, RawPairs, SignedIn, filter_params, one_of, parameter};
use crate::records::{check_codes, context, scope_of};
use crate::state::AppState;
use figures::{Links, change, figure};
use period::{Asked, rating_filter, take_period};

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_metrics)
        .service(get_overview_report)
        .service(get_breakdown_report)
        .service(get_trend_report);
}

/// What all reports are asked for.
struct ReportRequest {
    asked: Asked,
    filter: Filter,
    rating_filter: Filter,
    metrics: Vec<&'static MetricDef>,
    /// The team whose breakdown it is: the filter's, else the reader's scope.
    team: TeamId,
    /// How the rows behind a figure are found again.
    links: Links,
    format: Format,
}

/// Waits until another report may be counted: each takes a processor for a while and holds what it
/// counts, and those who work on tickets must not wait for it.
///
/// # Errors
/// Never, as long as the server runs.
async fn turn(state: &AppState) -> Result<SemaphorePermit<'_>, ApiError> {
    state.reports.acquire().await.map_err(ApiError::internal)
}

fn take_request(
    pairs: &mut RawPairs,
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
) -> ReportRequest {
    let asked = take_period(pairs, state.clock.now(), configuration.zone);
    let filter = pairs.filter(&configuration.ticket_fields);
    check_codes(pairs, &filter, configuration);
    let rating_filter = rating_filter(pairs);
    let metrics = match pairs.take("metrics") {
        None => registry().iter().collect(),
        Some(codes) => {
            let found: Vec<_> = codes.split(',').map(|code| find(code.trim())).collect();
            if found.iter().any(Option::is_none) {
                pairs.fault("metrics", FieldCode::UnknownCode);
            }
            found.into_iter().flatten().collect()
        }
    };
    let team = filter.chosen("team").and_then(|team| team.parse().ok());
    let filter =
        context(caller, configuration, state).resolve(&configuration.ticket_fields, &filter);
    ReportRequest {
        links: Links::new(&filter, &rating_filter, asked.zone),
        asked,
        filter,
        rating_filter,
        metrics,
        team: team.unwrap_or(caller.scope_team_id),
        format: pairs.format(),
    }
}

impl ReportRequest {
    fn query<'a>(&'a self, periods: &'a [Period], by: Option<Dimension>) -> TallyQuery<'a> {
        TallyQuery {
            metrics: &self.metrics,
            filter: &self.filter,
            rating_filter: &self.rating_filter,
            periods,
            by,
        }
    }
}

/// The parameters of all reports, for the document.
#[derive(Debug)]
struct ReportParams;

impl utoipa::IntoParams for ReportParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = |name: &str, about: &str| {
            parameter(name, about, ObjectBuilder::new().schema_type(Type::String))
        };
        let mut all = vec![
            text(
                "from",
                "The first day (`2026-05-01`) or instant of the period.",
            ),
            text(
                "to",
                "The first day or instant after the period; without both, the last 30 days.",
            ),
            text(
                "time_zone",
                "The IANA zone in which days begin; default the organisation's.",
            ),
            text(
                "metrics",
                "Codes of metrics, separated by commas; default all.",
            ),
            parameter(
                "exclude_agent_ratings",
                "`true` leaves out ratings that agents entered.",
                ObjectBuilder::new().schema_type(Type::Boolean),
            ),
            one_of(
                "format",
                "`csv` answers the figures as a file.",
                &["json", "csv"],
            ),
        ];
        all.extend(filter_params(FIELDS));
        all
    }
}

/// List metrics
///
/// The registry: what each figure means, in which unit, and whether more of it is good.
#[utoipa::path(tag = "reports", responses((status = 200, description = "All metrics.", body = Page<MetricInfo>)))]
#[get("/reports/metrics")]
async fn list_metrics(_caller: SignedIn, pairs: RawPairs) -> Result<HttpResponse, ApiError> {
    pairs.finish()?;
    let data: Vec<MetricInfo> = registry().iter().map(MetricInfo::from).collect();
    Ok(HttpResponse::Ok().json(Page::whole(data)))
}

/// Read the overview report
///
/// Every metric in the period and in the one before it, with numerator, denominator and the
/// address of the rows behind it.
#[utoipa::path(
    tag = "reports",
    params(ReportParams),
    responses((status = 200, description = "The figures.", body = OverviewReport))
)]
#[get("/reports/overview")]
async fn get_overview_report(
    state: web::Data<AppState>,
    caller: Allowed<ViewReports>,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let request = take_request(&mut pairs, &state, &caller, &configuration);
    pairs.finish()?;
    let periods = [
        request.asked.period,
        request.asked.period.previous(request.asked.zone),
    ];
    let scope = scope_of(&caller, &configuration);
    let _turn = turn(&state).await?;
    let found = tallies(
        &state.db,
        &configuration,
        &scope,
        &request.query(&periods, None),
    )
    .await?;
    let totals = cut::totals(found, request.metrics.len(), periods.len());
    let figures = request
        .metrics
        .iter()
        .zip(totals)
        .map(|(metric, mut by_period)| {
            let previous = figure(
                metric,
                by_period.pop().unwrap_or_default(),
                &request.links.rows(metric, periods[1]),
            );
            let current = figure(
                metric,
                by_period.pop().unwrap_or_default(),
                &request.links.rows(metric, periods[0]),
            );
            ComparedFigure {
                change: change(current.value, previous.value),
                current,
                previous,
            }
        })
        .collect();
    let report = OverviewReport {
        period: periods[0].into(),
        previous_period: periods[1].into(),
        time_zone: request.asked.zone.name().to_owned(),
        figures,
    };
    match request.format {
        Format::Csv => table::overview(&report, caller.locale),
        Format::Json => Ok(HttpResponse::Ok().json(report)),
    }
}

/// Read a breakdown report
///
/// The figures of the period, one row per value of a dimension. By team: one row per direct child
/// of the chosen team with its subtree, and one for the team itself, so that rows add up.
#[utoipa::path(
    tag = "reports",
    params(("by" = Dimension, Query, description = "What the report is cut by."), ReportParams),
    responses((status = 200, description = "The rows.", body = BreakdownReport))
)]
#[get("/reports/breakdown")]
async fn get_breakdown_report(
    state: web::Data<AppState>,
    caller: Allowed<ViewReports>,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let request = take_request(&mut pairs, &state, &caller, &configuration);
    let by = pairs.take("by");
    let dimension = by.as_deref().and_then(Dimension::from_code);
    if dimension.is_none() {
        pairs.fault(
            "by",
            if by.is_some() {
                FieldCode::InvalidValue
            } else {
                FieldCode::Required
            },
        );
    }
    pairs.finish()?;
    let by =
        dimension.ok_or_else(|| ApiError::from(Fault::in_parameter("by", FieldCode::Required)))?;
    let periods = [request.asked.period];
    let scope = scope_of(&caller, &configuration);
    let found = tallies(
        &state.db,
        &configuration,
        &scope,
        &request.query(&periods, Some(by)),
    )
    .await?;
    let rows = cut::rows(found, &request, by, &configuration);
    let report = BreakdownReport {
        by,
        period: periods[0].into(),
        time_zone: request.asked.zone.name().to_owned(),
        rows,
    };
    match request.format {
        Format::Csv => table::breakdown(&report, &request.metrics, caller.locale),
        Format::Json => Ok(HttpResponse::Ok().json(report)),
    }
}

/// Read a trend report
///
/// The figures per day, week or month of the period and of the one before it. At most 400 points.
#[utoipa::path(
    tag = "reports",
    params(("interval" = Option<Interval>, Query, description = "How long a point is; `day` by default."), ReportParams),
    responses((status = 200, description = "The points.", body = TrendReport))
)]
#[get("/reports/trend")]
async fn get_trend_report(
    state: web::Data<AppState>,
    caller: Allowed<ViewReports>,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let request = take_request(&mut pairs, &state, &caller, &configuration);
    let interval = pairs
        .take_one_of("interval", &["day", "week", "month"])
        .and_then(Interval::from_code);
    let interval = interval.unwrap_or_default();
    let zone = request.asked.zone;
    let periods = [request.asked.period, request.asked.period.previous(zone)];
    let points = periods.map(|period| buckets(period, interval, zone));
    if points.iter().any(Result::is_err) {
        pairs.fault("interval", FieldCode::InvalidPeriod);
    }
    pairs.finish()?;
    let [current, previous] = points.map(Result::unwrap_or_default);
    let all: Vec<Period> = current.iter().chain(&previous).copied().collect();
    let scope = scope_of(&caller, &configuration);
    let _turn = turn(&state).await?;
    let found = tallies(
        &state.db,
        &configuration,
        &scope,
        &request.query(&all, None),
    )
    .await?;
    let totals = cut::totals(found, request.metrics.len(), all.len());
    let mut points: Vec<TrendPoint> = all
        .iter()
        .map(|point| TrendPoint {
            from: point.from,
            to: point.to,
            figures: Vec::new(),
        })
        .collect();
    for (metric, by_point) in request.metrics.iter().zip(totals) {
        for ((tally, point), period) in by_point.into_iter().zip(&mut points).zip(&all) {
            point
                .figures
                .push(figure(metric, tally, &request.links.rows(metric, *period)));
        }
    }
    let previous_points = points.split_off(current.len());
    let report = TrendReport {
        interval,
        period: periods[0].into(),
        previous_period: periods[1].into(),
        time_zone: zone.name().to_owned(),
        points,
        previous_points,
    };
    match request.format {
        Format::Csv => table::trend(&report, &request.metrics),
        Format::Json => Ok(HttpResponse::Ok().json(report)),
    }
}

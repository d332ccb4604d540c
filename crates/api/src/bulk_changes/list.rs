//! The list of bulk changes.

use actix_web::{HttpRequest, HttpResponse, get, web};
use rapport_persistence::bulk_changes::{self as rows, BulkRun, Query};
use rapport_persistence::configuration::Configuration;
use rapport_types::bulk_changes::{BulkChange, BulkEntity, BulkState, FIELDS};
use rapport_types::filters::Filter;
use rapport_types::ids::UserId;
use rapport_types::page::{CSV_CAP, Cursor, KeyKind, MAX_LIMIT, Page, Sort, TotalMode};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::routes::ChangeRecords;
use super::views::{may_change, view};
use crate::csv::{self, Cell};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Format, PagingParams, RawPairs, filter_params, one_of, sort_parameter,
};
use crate::lists::page;
use crate::records::{check_cursor, context};
use crate::state::AppState;

const NEWEST: Sort = Sort {
    field: "created_at",
    descending: true,
};

/// The parameters of the list, for the document.
struct BulkChangeListParams;

impl utoipa::IntoParams for BulkChangeListParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`csv` answers all matching rows as a file.";
        let mut all = vec![
            sort_parameter(&["created_at"], "-created_at"),
            one_of("format", about, &["json", "csv"]),
        ];
        all.extend(filter_params(FIELDS));
        all
    }
}

/// List bulk changes
///
/// Your own ones of such records as you may change.
#[utoipa::path(
    tag = "bulk changes",
    params(PagingParams, BulkChangeListParams),
    responses((status = 200, description = "A page of bulk changes.", body = Page<BulkChange>))
)]
#[get("/bulk-changes")]
pub(super) async fn list_bulk_changes(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let filter = pairs.filter(FIELDS);
    check_codes(&mut pairs, &filter);
    let paging = pairs.paging(&["created_at"], NEWEST);
    let format = pairs.format();
    pairs.finish()?;
    let filter = context(&caller, &configuration, &state).resolve(FIELDS, &filter);
    let query = Query { filter, paging };
    check_cursor(&query.paging, query.digest(), KeyKind::Moment)?;
    let entities = BulkEntity::ALL.iter().copied();
    let entities: Vec<BulkEntity> = entities.filter(|one| may_change(&caller, *one)).collect();
    if format == Format::Csv {
        return as_csv(&state, &configuration, caller.id, &entities, query).await;
    }
    let found = rows::list(&state.db, &configuration, caller.id, &entities, &query).await?;
    Ok(page(&request, &found.map(|run| view(&run))))
}

/// Codes that no bulk change has are faults, not filters that find nothing.
fn check_codes(pairs: &mut RawPairs, filter: &Filter) {
    for condition in &filter.conditions {
        let is_known = |code: &String| match &*condition.field {
            "state" => BulkState::from_code(code).is_some(),
            "entity" => BulkEntity::from_code(code).is_some(),
            _ => true,
        };
        if !condition.values.iter().all(is_known) {
            pairs.fault(&condition.name(), FieldCode::UnknownCode);
        }
    }
}

const COLUMNS: &[&str] = &[
    "id",
    "entity",
    "state",
    "count",
    "done",
    "changed",
    "unchanged",
    "skipped",
    "refused",
    "created_at",
    "started_at",
    "ended_at",
];

/// All rows as a file; one person makes never very many in 90 days.
async fn as_csv(
    state: &AppState,
    configuration: &Configuration,
    owner: UserId,
    entities: &[BulkEntity],
    mut query: Query,
) -> Result<HttpResponse, ApiError> {
    if query.paging.after.is_some() {
        return Err(Fault::in_parameter("cursor", FieldCode::InvalidValue).into());
    }
    query.paging.limit = MAX_LIMIT;
    query.paging.total = TotalMode::None;
    let mut lines = Vec::new();
    loop {
        let found = rows::list(&state.db, configuration, owner, entities, &query).await?;
        lines.extend(found.data.iter().map(|run| cells(run, configuration)));
        if lines.len() as u64 > CSV_CAP {
            return Err(ErrorCode::UseExport.into());
        }
        let Some(next) = found.next_cursor else {
            return csv::reply("bulk-changes", COLUMNS, lines);
        };
        query.paging.after = Cursor::decode(&next);
    }
}

fn cells(run: &BulkRun, configuration: &Configuration) -> Vec<Cell> {
    let zone = configuration.zone;
    vec![
        Cell::plain(Some(run.id)),
        Cell::plain(Some(run.entity.code())),
        Cell::plain(Some(run.state.code())),
        Cell::plain(Some(run.count)),
        Cell::plain(Some(run.numbers.total())),
        Cell::plain(Some(run.numbers.changed)),
        Cell::plain(Some(run.numbers.unchanged)),
        Cell::plain(Some(run.numbers.skipped)),
        Cell::plain(Some(run.numbers.refused)),
        Cell::instant(Some(run.created_at), zone),
        Cell::instant(run.started_at, zone),
        Cell::instant(run.ended_at, zone),
    ]
}

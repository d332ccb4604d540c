//! What the lists of records (customers, tickets) share.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{TryStreamExt, stream};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::customers;
use rapport_persistence::error::StoreError;
use rapport_persistence::scope::Scope;
use rapport_types::customers::{CustomerKind, Lifecycle, Nature};
use rapport_types::filters::{Context, Filter};
use rapport_types::imports::{ImportEntity, ImportState, Severity};
use rapport_types::page::{
    BY_NUMBER, CSV_CAP, Cursor, KeyKind, MAX_LIMIT, Page, Paging, TotalMode,
};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::tickets::{Priority, Status};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::auth::caller::Caller;
use crate::csv::{self, Cell};
use crate::error::ApiError;
use crate::extract::{IfMatch, RawPairs, filter_params, one_of, parameter, sort_parameter};
use crate::middleware::RequestId;
use crate::state::AppState;

/// Longest text that somebody searches for, in characters.
const LONGEST_Q: usize = 200;

/// What the caller sees.
pub fn scope_of(caller: &Caller, configuration: &Configuration) -> Scope {
    Scope::of(caller.id, caller.scope_team_id, &configuration.team_tree)
}

/// What `me` and days mean for the caller now.
pub fn context(caller: &Caller, configuration: &Configuration, state: &AppState) -> Context {
    Context {
        me: Some(caller.id),
        now: state.clock.now(),
        zone: configuration.zone,
    }
}

/// Takes `q`; blank is as good as absent.
pub fn q(pairs: &mut RawPairs) -> Option<String> {
    let q = pairs.take("q")?;
    if q.chars().count() > LONGEST_Q {
        pairs.fault("q", FieldCode::TooLong);
    } else if q.contains('\0') {
        pairs.fault("q", FieldCode::InvalidText);
    }
    (!q.trim().is_empty()).then_some(q)
}

/// The cursor belongs to this filter and order and has such a key.
///
/// # Errors
/// 422 `invalid_cursor`.
pub fn check_cursor(paging: &Paging, digest: u64, kind: KeyKind) -> Result<(), ApiError> {
    match &paging.after {
        Some(cursor) if !cursor.fits(digest, kind) => Err(ErrorCode::InvalidCursor.into()),
        _ => Ok(()),
    }
}

/// The caller has seen the current version.
///
/// # Errors
/// 412 with the current version.
pub fn check_version(seen: IfMatch, current_version: i64) -> Result<(), ApiError> {
    if seen.0 == current_version {
        Ok(())
    } else {
        Err(StoreError::Stale { current_version }.into())
    }
}

/// All rows as CSV, read and sent page by page, so that a long list takes no more memory than a
/// short one. They come in the order of their numbers, which no change moves: a row that is changed
/// while the file is sent is neither left out nor sent twice. What was searched comes as searches
/// do: exact matches first, then the newest.
///
/// # Errors
/// 422 `use_export` when there are more than 10,000, and for a cursor: a file has no pages.
pub async fn all_as_csv(
    request: &HttpRequest,
    name: &str,
    mut paging: Paging,
    columns: &[&str],
    load: impl AsyncFn(Paging) -> Result<Page<Vec<Cell>>, ApiError> + 'static,
) -> Result<HttpResponse, ApiError> {
    if paging.after.is_some() {
        return Err(Fault::in_parameter("cursor", FieldCode::InvalidValue).into());
    }
    paging.limit = MAX_LIMIT;
    paging.total = TotalMode::Exact;
    paging.sort.field = BY_NUMBER;
    let first = load(paging.clone()).await?;
    if first.total.is_some_and(|total| total.count > CSV_CAP) {
        return Err(ErrorCode::UseExport.into());
    }
    paging.total = TotalMode::None;
    let next = following(&paging, first.next_cursor.as_deref());
    let rest = stream::try_unfold((load, next), |(load, next)| async move {
        let Some(paging) = next else { return Ok(None) };
        let page = load(paging.clone()).await?;
        let next = following(&paging, page.next_cursor.as_deref());
        let bytes = Bytes::from(csv::write_rows(page.data)?);
        Ok(Some((bytes, (load, next))))
    });
    let request_id = RequestId::of(request);
    let rest = rest.inspect_err(move |error: &ApiError| {
        // The status is sent already, so that nothing else tells of it.
        tracing::error!(request_id, cause = %error, "a file broke off");
    });
    Ok(csv::streamed(name, csv::write(columns, first.data)?, rest))
}

/// The page that begins at this cursor.
fn following(paging: &Paging, cursor: Option<&str>) -> Option<Paging> {
    let after = Some(Cursor::decode(cursor?)?);
    Some(Paging {
        after,
        ..paging.clone()
    })
}

fn q_parameter(about: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String);
    parameter("q", about, text.max_length(Some(LONGEST_Q)))
}

fn text_parameter(name: &str, about: &str) -> Parameter {
    parameter(name, about, ObjectBuilder::new().schema_type(Type::String))
}

/// `sort`, `q` and the filter of customers, for the document.
#[derive(Debug)]
pub struct CustomerListParams;

impl utoipa::IntoParams for CustomerListParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = vec![
            sort_parameter(customers::ORDERS, "-updated_at"),
            q_parameter(
                "Name, pinyin, initials, number, end of a telephone number, e-mail, external id; an organisation also by the names and numbers of its contacts.",
            ),
        ];
        all.extend(filter_params(rapport_types::customers::FIELDS));
        all
    }
}

/// What is due next can be asked for soonest first alone: what has no due time comes last.
const TICKET_ORDERS: &[&str] = &[
    "updated_at",
    "-updated_at",
    "opened_at",
    "-opened_at",
    "next_due_at",
];
const TICKET_SORT: &str = "The order, `-updated_at` by default; not used with `q`.";

/// `sort`, `q`, the filter of tickets and the rows behind a figure, for the document.
#[derive(Debug)]
pub struct TicketListParams;

impl utoipa::IntoParams for TicketListParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = vec![
            one_of("sort", TICKET_SORT, TICKET_ORDERS),
            q_parameter(
                "Subject, description, number; name, pinyin, initials or telephone number of the customer or of the contact who asks.",
            ),
            text_parameter(
                "metric",
                "The code of a metric: the rows behind its figure.",
            ),
            one_of(
                "part",
                "With `metric`: which rows behind its figure.",
                &["numerator", "denominator", "excluded"],
            ),
            text_parameter("by", "With `metric`: what the breakdown is cut by."),
            text_parameter("key", "With `by`: the key of the breakdown's row."),
            text_parameter(
                "from",
                "With `metric`: the first day or instant of the period.",
            ),
            text_parameter(
                "to",
                "With `metric`: the first day or instant after the period.",
            ),
            text_parameter("time_zone", "With `metric`: the zone in which days begin."),
            parameter(
                "exclude_agent_ratings",
                "With `metric`: `true` leaves out ratings that agents entered.",
                ObjectBuilder::new().schema_type(Type::Boolean),
            ),
        ];
        all.extend(filter_params(rapport_types::tickets::FIELDS));
        all
    }
}

/// Codes that no table knows are faults, not filters that find nothing.
pub fn check_codes(pairs: &mut RawPairs, filter: &Filter, configuration: &Configuration) {
    for condition in &filter.conditions {
        let mut values = condition.values.iter();
        if !values.all(|code| is_known_code(&condition.field, code, configuration)) {
            pairs.fault(&condition.name(), FieldCode::UnknownCode);
        }
    }
}

/// Whether a table knows the code that a filter asks this field for; other values are no codes.
pub fn is_known_code(field: &str, code: &str, configuration: &Configuration) -> bool {
    code == "none"
        || match field {
            "status" => Status::from_code(code).is_some(),
            "priority" => Priority::from_code(code).is_some(),
            "type" => configuration
                .ticket_types
                .keys()
                .any(|known| known.as_str() == code),
            "channel" | "source_channel" => configuration
                .channels
                .keys()
                .any(|known| known.as_str() == code),
            "kind" => CustomerKind::from_code(code).is_some(),
            "nature" => Nature::from_code(code).is_some(),
            "lifecycle" => Lifecycle::from_code(code).is_some(),
            "precision" => matches!(code, "instant" | "day"),
            "state" => ImportState::from_code(code).is_some(),
            "entity" => ImportEntity::from_code(code).is_some(),
            "severity" => Severity::ALL.iter().any(|known| known.code() == code),
            _ => true,
        }
}

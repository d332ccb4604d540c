//! The endpoint of what a bulk change refused.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::{TryStreamExt, stream};
use rapport_persistence::bulk_changes as rows;
use rapport_types::bulk_changes::{RecordFault, RecordFaultView};
use rapport_types::ids::BulkChangeId;
use rapport_types::locale::Locale;
use rapport_types::page::{Cursor, KeyKind, MAX_LIMIT, Page, Paging, Sort, TotalMode};
use rapport_types::problem::{Fault, FieldCode, FieldError};
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::routes::ChangeRecords;
use super::views::check_right;
use crate::csv::{self, Cell};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Format, Language, PagingParams, PathId, RawPairs, RequestId, one_of,
};
use crate::lists::page;
use crate::records::check_cursor;
use crate::state::AppState;

/// The order in which the records had their turns.
const BY_RECORD: Sort = Sort {
    field: "record",
    descending: false,
};

/// The form of the list, for the document.
struct ErrorFileParam;

impl utoipa::IntoParams for ErrorFileParam {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`csv` answers the error file: number, id, code, message and the faults of \
            every record that was refused.";
        vec![one_of("format", about, &["json", "csv"])]
    }
}

/// List what a bulk change refused
///
/// Every record that was refused, with the code and the faults that its single request would have
/// got, in the order of their turns and in your language. `format=csv` is the error file.
#[utoipa::path(
    tag = "bulk changes",
    params(
        ("id" = BulkChangeId, Path, description = "The bulk change's id."), PagingParams,
        ErrorFileParam
    ),
    responses((status = 200, description = "A page of faults.", body = Page<RecordFaultView>))
)]
#[get("/bulk-changes/{id}/faults")]
pub(super) async fn list_bulk_change_faults(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    language: Language,
    id: PathId<BulkChangeId>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let paging = pairs.paging(&[], BY_RECORD);
    let format = pairs.format();
    pairs.finish()?;
    let digest = rows::faults_digest(id.0, &paging);
    check_cursor(&paging, digest, KeyKind::Moment)?;
    let run = rows::get(&state.db, caller.id, id.0).await?;
    check_right(&caller, run.entity)?;
    if format == Format::Csv {
        return error_file(state, &request, id.0, paging, language.0);
    }
    let found = rows::faults(&state.db, id.0, &paging).await?;
    Ok(page(&request, &found.map(|fault| fault.view(language.0))))
}

/// All of them as a file, read and sent page by page.
fn error_file(
    state: web::Data<AppState>,
    request: &HttpRequest,
    run: BulkChangeId,
    mut paging: Paging,
    locale: Locale,
) -> Result<HttpResponse, ApiError> {
    if paging.after.is_some() {
        return Err(Fault::in_parameter("cursor", FieldCode::InvalidValue).into());
    }
    paging.limit = MAX_LIMIT;
    paging.total = TotalMode::None;
    let rest = stream::try_unfold(Some(paging), move |next| {
        let state = state.clone();
        async move {
            let Some(paging) = next else {
                return Ok::<_, ApiError>(None);
            };
            let found = rows::faults(&state.db, run, &paging).await?;
            let next = found.next_cursor.as_deref().and_then(Cursor::decode);
            let next = next.map(|after| Paging {
                after: Some(after),
                ..paging
            });
            let lines = found.data.iter().map(|fault| cells(fault, locale));
            Ok(Some((Bytes::from(csv::write_rows(lines)?), next)))
        }
    });
    let request_id = RequestId::of(request);
    let rest = rest.inspect_err(move |error: &ApiError| {
        // The status is sent already, so that nothing else tells of it.
        tracing::error!(request_id, cause = %error, "an error file broke off");
    });
    let header = csv::write(&["number", "id", "code", "message", "faults"], [])?;
    Ok(csv::streamed(&format!("{run}-faults"), header, rest))
}

fn cells(fault: &RecordFault, locale: Locale) -> Vec<Cell> {
    let fault = fault.view(locale);
    let told = |error: &FieldError| {
        let place = error.pointer.as_deref().unwrap_or_default();
        format!("{place}: {}", error.message)
    };
    let faults: Vec<String> = fault.errors.iter().map(told).collect();
    vec![
        Cell::plain(Some(fault.number)),
        Cell::plain(Some(&fault.id)),
        Cell::plain(Some(&fault.code)),
        Cell::text(&fault.message),
        Cell::text(faults.join("; ")),
    ]
}

//! The endpoint of what an import had to say.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::{TryStreamExt, stream};
use rapport_persistence::imports as rows;
use rapport_types::filters::Filter;
use rapport_types::ids::ImportId;
use rapport_types::imports::{FAULT_FIELDS, ImportFault, ImportFaultView};
use rapport_types::locale::Locale;
use rapport_types::page::{Cursor, KeyKind, MAX_LIMIT, Page, Paging, Sort, TotalMode};
use rapport_types::permissions::ImportRecords;
use rapport_types::problem::{Fault, FieldCode};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::views::sight_of;
use crate::csv::{self, Cell};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Format, Language, PagingParams, PathId, RawPairs, RequestId, filter_params, parameter,
};
use crate::lists::page;
use crate::records::{check_codes, check_cursor, context};
use crate::state::AppState;

/// The order of the file.
const AS_SAID: Sort = Sort {
    field: "place",
    descending: false,
};

/// The parameters of the list, for the document.
struct FaultListParams;

impl utoipa::IntoParams for FaultListParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let format = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["json", "csv"]));
        let mut all = vec![parameter(
            "format",
            "`csv` answers the error file: line, column, severity, code and message of everything \
             that matches.",
            format,
        )];
        all.extend(filter_params(FAULT_FIELDS));
        all
    }
}

/// List what an import said
///
/// Every rejection, warning and notice with its line and column, in the order of the file and in
/// your language; of very many the first 20,000. `format=csv` is the error file.
#[utoipa::path(
    tag = "imports",
    params(
        ("id" = ImportId, Path, description = "The import's id."), PagingParams, FaultListParams
    ),
    responses((status = 200, description = "A page of faults.", body = Page<ImportFaultView>))
)]
#[get("/imports/{id}/faults")]
pub(super) async fn list_import_faults(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    language: Language,
    id: PathId<ImportId>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let filter = pairs.filter(FAULT_FIELDS);
    check_codes(&mut pairs, &filter, &configuration);
    let paging = pairs.paging(&[], AS_SAID);
    let format = pairs.format();
    pairs.finish()?;
    let filter = context(&caller, &configuration, &state).resolve(FAULT_FIELDS, &filter);
    let digest = rows::faults_digest(id.0, &filter, &paging);
    check_cursor(&paging, digest, KeyKind::Integer)?;
    rows::get(&state.db, &sight_of(&caller, &configuration), id.0).await?;
    if format == Format::Csv {
        return error_file(state, &request, id.0, filter, paging, language.0).await;
    }
    let found = rows::faults(&state.db, &configuration, id.0, &filter, &paging).await?;
    let found = found.map(|fault| ImportFaultView::new(&fault, language.0));
    Ok(page(&request, &found))
}

/// All that matches as a file, read and sent page by page.
async fn error_file(
    state: web::Data<AppState>,
    request: &HttpRequest,
    import: ImportId,
    filter: Filter,
    mut paging: Paging,
    locale: Locale,
) -> Result<HttpResponse, ApiError> {
    if paging.after.is_some() {
        return Err(Fault::in_parameter("cursor", FieldCode::InvalidValue).into());
    }
    paging.limit = MAX_LIMIT;
    paging.total = TotalMode::None;
    let configuration = state.configuration().await?;
    let rest = stream::try_unfold(Some(paging), move |next| {
        let (state, configuration, filter) = (state.clone(), configuration.clone(), filter.clone());
        async move {
            let Some(paging) = next else {
                return Ok::<_, ApiError>(None);
            };
            let found = rows::faults(&state.db, &configuration, import, &filter, &paging).await?;
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
    let header = csv::write(&ImportFault::ERROR_FILE_HEADER, [])?;
    Ok(csv::streamed(&format!("{import}-faults"), header, rest))
}

fn cells(fault: &ImportFault, locale: Locale) -> Vec<Cell> {
    let [line, column, severity, code, message] = fault.error_file_row(locale);
    vec![
        Cell::plain(Some(line)),
        Cell::text(column),
        Cell::plain(Some(severity)),
        Cell::plain(Some(code)),
        Cell::text(message),
    ]
}

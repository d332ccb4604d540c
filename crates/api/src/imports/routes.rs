//! The endpoints of imports.

use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::imports::{self as rows, ImportRun, Query};
use rapport_persistence::writes::Writer;
use rapport_types::ids::{ImportFileId, ImportId, TeamId};
use rapport_types::imports::{
    FIELDS, FaultTally, Import, ImportFile, ImportNumbers, ImportState, ImportSummary, Mapping,
    NewImport, Position,
};
use rapport_types::page::{CSV_CAP, KeyKind, MAX_LIMIT, Page, Paging, Sort, TotalMode};
use rapport_types::permissions::ImportRecords;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_actix_web::service_config::ServiceConfig;

use super::reader::{Form, Records};
use super::run::{blocking, fit, identity, known_codes};
use super::views::{check_delimiter, sight_of, summary, whole};
use super::{faults, files, upload};
use crate::auth::caller::Caller;
use crate::csv::{self, Cell};
use crate::customers::team_fault;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, Format, Language, PagingParams, PathId, RawPairs, ValidJson, filter_params,
    one_of, parse, sort_parameter,
};
use crate::lists::page;
use crate::records::{check_codes, check_cursor, context};
use crate::replies::{GivenKey, REPLAYED, Reply};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(files::create_import_file)
        .service(files::get_import_file)
        .service(files::preview_import)
        .service(create_import)
        .service(list_imports)
        .service(get_import)
        .service(cancel_import)
        .service(faults::list_import_faults);
}

impl Body for NewImport {}

/// A whole import as a form, for the document.
#[derive(Debug, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct ImportForm {
    /// The file: CSV, also gzipped, in UTF-8 or GB18030.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What its columns mean.
    mapping: Mapping,
    /// The team that its records belong to, or below; default the team whose subtree the caller
    /// sees.
    team_id: Option<TeamId>,
    /// Read and judge everything, write no record.
    #[schema(default = false, required = false)]
    dry_run: bool,
}

/// Start an import
///
/// Of an uploaded file, or in one go with the file as a form. It goes on in the background:
/// original instants are kept, nobody is notified, clocks are computed from the original times.
/// Records that are there already stay as they are and count as imported, so that the same import
/// again changes nothing. What is missing of teams, categories and people is made: teams below the
/// import's team, people who cannot sign in.
#[utoipa::path(
    tag = "imports",
    request_body(content(
        (NewImport = "application/json", example = json!({
            "file_id": "import_file_01h455vb4pex5vsknk084sn02q", "dry_run": true,
            "mapping": {"source": "desk", "row_per": "ticket", "zone": "Asia/Shanghai", "key": "id",
                "date_formats": ["%Y-%m-%d %H:%M"],
                "ticket": {"opened_at": {"column": "opened"}, "type": {"default": "enquiry"},
                    "channel": {"default": "phone"}, "subject": {"columns": ["title"], "default": "Enquiry"}}}
        })),
        (ImportForm = "multipart/form-data"),
    )),
    responses((status = 201, description = "The import, which waits for its turn.", body = Import))
)]
#[post("/imports")]
async fn create_import(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    language: Language,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let mut payload = payload.into_inner();
    let configuration = state.configuration().await?;
    let mut caller = caller.caller;
    let (new, file) = if upload::is_form(&request) {
        // A key that is none is refused before the file is taken in.
        GivenKey::of(request.headers(), &[])?;
        let others = ["mapping", "team_id", "dry_run"];
        let form = upload::take(&state, &request, payload, &others).await?;
        let parts = json!(form.parts).to_string();
        let new = of_form(form.file.arriving.id, form.parts)?;
        let judged = files::judge(&state, &caller, form.file).await?;
        let body = format!("{} {parts}", judged.file.digest);
        let given = GivenKey::of(request.headers(), body.as_bytes())?;
        caller.request_key = given.map(|given| given.of_caller(caller.credential_id(), &request));
        if let Some(answer) = state.replay(&caller).await? {
            return Ok(answer);
        }
        (new, judged.keep(&state, &caller).await?)
    } else {
        let new = ValidJson::<NewImport>::from_request(&request, &mut payload).await?;
        let file = files::find(&state, &caller, &configuration, new.file_id).await?;
        (new.0, file)
    };
    let run = wanted(&state, &caller, &configuration, new, &file).await?;
    let work = async |writer: &mut Writer| {
        if !run.is_dry_run && rows::is_under_way(writer, &run.digest).await? {
            return Err(ApiError::from(ErrorCode::ImportRunning));
        }
        Ok(rows::insert(writer, &run).await?)
    };
    let reply = |(): &()| {
        let import = whole(&run, &configuration, language.0)?;
        Ok(Reply::created(&import)?.at(format!("/api/v1/imports/{}", run.id)))
    };
    let answer = state
        .write_once(&caller, run.started_at, work, reply)
        .await?;
    if !answer.headers().contains_key(REPLAYED) {
        // Its changes name the import: here stands which request it came with.
        tracing::info!(import = %run.id, request_id = caller.request_id, "an import was ordered");
    }
    state.imports.added.notify_one();
    Ok(answer)
}

/// The parts of a form as the body that they stand for.
fn of_form(
    file_id: ImportFileId,
    parts: std::collections::BTreeMap<String, String>,
) -> Result<NewImport, ApiError> {
    let mut body = Map::from_iter([("file_id".to_owned(), json!(file_id))]);
    for (name, text) in parts {
        let value = match &*name {
            "mapping" => serde_json::from_str(&text)
                .map_err(|_| Fault::at("/mapping", FieldCode::WrongType))?,
            "dry_run" => match &*text {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => return Err(Fault::at("/dry_run", FieldCode::WrongType).into()),
            },
            _ => Value::String(text),
        };
        body.insert(name, value);
    }
    parse(Value::Object(body).to_string().as_bytes())
}

/// The import that is wanted, checked.
async fn wanted(
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
    new: NewImport,
    file: &ImportFile,
) -> Result<ImportRun, ApiError> {
    check_delimiter(&new.mapping)?;
    let team = new.team_id.unwrap_or(caller.scope_team_id);
    if let Some(fault) = team_fault(team, caller, configuration) {
        return Err(fault.into());
    }
    let is_as_told = new.mapping.delimiter == file.delimiter;
    let header = if is_as_told {
        file.columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    } else {
        read_header(state, file, new.mapping.delimiter_byte()).await?
    };
    fit(&new.mapping, &header, &known_codes(configuration)).map_err(|faults| {
        let placed = faults
            .into_iter()
            .map(|fault| (new.mapping.pointer(&fault), fault));
        ApiError::new(ErrorCode::MappingDoesNotFit).with_import_faults(placed.collect())
    })?;
    let now = state.clock.now();
    Ok(ImportRun {
        id: ImportId::from_uuid(state.ids.next()),
        entity: new.mapping.entity(),
        digest: file.digest.clone(),
        file_name: file.name.clone(),
        file_id: Some(file.id),
        mapping: identity(team, &new.mapping),
        team_id: Some(team),
        is_dry_run: new.dry_run,
        position: Position::default(),
        row_count: is_as_told.then_some(file.records),
        numbers: ImportNumbers::default(),
        known: 0,
        rows_per_second: None,
        tally: FaultTally::default(),
        refusals: Vec::new(),
        state: ImportState::Queued,
        is_cancelling: false,
        started_by: Some(caller.id),
        started_at: now,
        updated_at: now,
        ended_at: None,
    })
}

async fn read_header(
    state: &AppState,
    file: &ImportFile,
    delimiter: u8,
) -> Result<Vec<String>, ApiError> {
    let (folder, id) = (state.imports.folder.clone(), file.id);
    let form = Form {
        encoding: file.encoding,
        ..Form::utf8(delimiter)
    };
    let read = move || Ok(Records::open(folder.open(id)?, form)?.header().to_vec());
    blocking(read).await?.map_err(|fault| {
        ApiError::new(ErrorCode::InvalidFile)
            .with_import_faults(vec![("/file_id".to_owned(), fault)])
    })
}

const NEWEST: Sort = Sort {
    field: "created_at",
    descending: true,
};

/// The parameters of the list, for the document.
struct ImportListParams;

impl utoipa::IntoParams for ImportListParams {
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

/// List imports
///
/// Your own ones; who manages the configuration sees those of the whole scope.
#[utoipa::path(
    tag = "imports",
    params(PagingParams, ImportListParams),
    responses((status = 200, description = "A page of imports.", body = Page<ImportSummary>))
)]
#[get("/imports")]
async fn list_imports(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let filter = pairs.filter(FIELDS);
    check_codes(&mut pairs, &filter, &configuration);
    let paging = pairs.paging(&["created_at"], NEWEST);
    let format = pairs.format();
    pairs.finish()?;
    let filter = context(&caller, &configuration, &state).resolve(FIELDS, &filter);
    let query = Query { filter, paging };
    check_cursor(&query.paging, query.digest(), KeyKind::Moment)?;
    let sight = sight_of(&caller, &configuration);
    if format == Format::Csv {
        return as_csv(&state, &configuration, &sight, query).await;
    }
    let found = rows::list(&state.db, &configuration, &sight, &query).await?;
    Ok(page(
        &request,
        &found.map(|run| summary(&run, &configuration)),
    ))
}

const COLUMNS: &[&str] = &[
    "id",
    "entity",
    "state",
    "dry_run",
    "file_name",
    "rows",
    "rows_done",
    "imported",
    "with_warnings",
    "rejected",
    "started_by",
    "created_at",
    "ended_at",
];

/// All rows as a file; a run takes a minute, so there are never very many.
async fn as_csv(
    state: &AppState,
    configuration: &Configuration,
    sight: &rows::Sight,
    query: Query,
) -> Result<HttpResponse, ApiError> {
    let mut query = Query {
        paging: Paging {
            limit: MAX_LIMIT,
            total: TotalMode::None,
            ..query.paging
        },
        ..query
    };
    let mut cells = Vec::new();
    loop {
        let found = rows::list(&state.db, configuration, sight, &query).await?;
        for run in &found.data {
            let run = summary(run, configuration);
            let zone = configuration.zone;
            cells.push(vec![
                Cell::plain(Some(run.id)),
                Cell::plain(Some(run.entity.code())),
                Cell::plain(Some(run.state.code())),
                Cell::plain(Some(run.dry_run)),
                Cell::text(&run.file_name),
                Cell::plain(run.rows),
                Cell::plain(Some(run.rows_done)),
                Cell::plain(Some(run.numbers.imported)),
                Cell::plain(Some(run.numbers.with_warnings)),
                Cell::plain(Some(run.numbers.rejected)),
                run.started_by
                    .as_ref()
                    .map_or(Cell::Empty, |user| Cell::text(user.name.as_str())),
                Cell::instant(Some(run.created_at), zone),
                Cell::instant(run.ended_at, zone),
            ]);
        }
        if cells.len() as u64 > CSV_CAP {
            return Err(ErrorCode::UseExport.into());
        }
        let Some(next) = found.next_cursor else {
            return csv::reply("imports", COLUMNS, cells);
        };
        query.paging.after = rapport_types::page::Cursor::decode(&next);
    }
}

/// Read an import
///
/// How it stands, how far it is, what it came to. Seen by who started it and by administrators.
#[utoipa::path(
    tag = "imports",
    params(("id" = ImportId, Path, description = "The import's id.")),
    responses((status = 200, description = "The import.", body = Import))
)]
#[get("/imports/{id}")]
async fn get_import(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    language: Language,
    id: PathId<ImportId>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let sight = sight_of(&caller, &configuration);
    let run = rows::get(&state.db, &sight, id.0).await?;
    Ok(HttpResponse::Ok().json(whole(&run, &configuration, language.0)?))
}

/// Cancel an import
///
/// One that waits is cancelled at once; one that is under way stops after the records at hand and
/// says `is_cancelling` until then. What it has stored stays.
#[utoipa::path(
    tag = "imports",
    params(("id" = ImportId, Path, description = "The import's id.")),
    responses((status = 200, description = "The import after that.", body = Import))
)]
#[post("/imports/{id}/cancel")]
async fn cancel_import(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    language: Language,
    id: PathId<ImportId>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let sight = sight_of(&caller, &configuration);
    let work = async |writer: &mut Writer| {
        let run = rows::get_locked(writer, &sight, id.0).await?;
        if run.state.is_over() {
            return Err(ApiError::from(ErrorCode::ImportOver));
        }
        Ok(rows::cancel(writer, &run).await?)
    };
    let reply = |run: &ImportRun| Reply::ok(&whole(run, &configuration, language.0)?);
    state
        .write_once(&caller, state.clock.now(), work, reply)
        .await
}

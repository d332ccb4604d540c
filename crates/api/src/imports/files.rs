//! The endpoints of uploaded files: before anybody says what their columns mean, and while people
//! try it out.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::SecondsFormat;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::error::StoreError;
use rapport_persistence::imports as rows;
use rapport_types::ids::ImportFileId;
use rapport_types::imports::{
    ImportEntity, ImportFile, ImportPreview, Known, NewPreview, ProposedMappings, entity_of,
    propose, source_of,
};
use rapport_types::permissions::ImportRecords;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::text::Code;

use super::folder::Arriving;
use super::preview::preview;
use super::reader::Form;
use super::run::{blocking, known_codes};
use super::survey::{Survey, survey};
use super::upload::{self, Uploaded};
use super::views::{check_delimiter, sight_of};
use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::extract::{Allowed, Body, Language, PathId, ValidJson};
use crate::state::AppState;

/// How many times its size a packed file may unpack to at most, by the limit on uploads.
const UNPACKED: u64 = 10;
/// What a source is called whose file has no Latin letters in its name.
const SOURCE: &str = "file";

impl Body for NewPreview {}

/// A form with a file, for the document.
#[derive(Debug, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) struct FileForm {
    /// The file: CSV, also gzipped, in UTF-8 or GB18030.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a file
///
/// A CSV file, also gzipped. Its encoding (UTF-8 with or without a mark, GB18030), its delimiter
/// and what its columns look like are told, together with mappings to start from. It is kept for
/// some days.
#[utoipa::path(
    tag = "imports",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file.", body = ImportFile))
)]
#[post("/import-files")]
pub(super) async fn create_import_file(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let form = upload::take(&state, &request, payload.into_inner(), &[]).await?;
    let judged = judge(&state, &caller, form.file).await?;
    let file = judged.keep(&state, &caller).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/v1/import-files/{}", file.id)))
        .json(file))
}

/// Read an uploaded file
///
/// Seen by who uploaded it and by administrators, until it expires.
#[utoipa::path(
    tag = "imports",
    params(("id" = ImportFileId, Path, description = "The file's id.")),
    responses((status = 200, description = "The file.", body = ImportFile))
)]
#[get("/import-files/{id}")]
pub(super) async fn get_import_file(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    id: PathId<ImportFileId>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let sight = sight_of(&caller, &configuration);
    let file = rows::get_file(&state.db, &sight, id.0, state.clock.now()).await?;
    Ok(HttpResponse::Ok().json(file))
}

/// Try a mapping
///
/// What it makes of the first ten records: the fields that would be stored and what is to be said
/// about each record. A mapping that does not fit the file is told in `faults`, each with its place.
#[utoipa::path(
    tag = "imports",
    request_body(content = NewPreview, example = json!({
        "file_id": "import_file_01h455vb4pex5vsknk084sn02q",
        "mapping": {"source": "desk", "row_per": "ticket", "zone": "Asia/Shanghai", "key": "id",
            "date_formats": ["%Y-%m-%d %H:%M"],
            "ticket": {"opened_at": {"column": "opened"}, "type": {"default": "enquiry"},
                "channel": {"default": "phone"}, "subject": {"columns": ["title"], "default": "Enquiry"}}}
    })),
    responses((status = 200, description = "The preview.", body = ImportPreview))
)]
#[post("/imports/preview")]
pub(super) async fn preview_import(
    state: web::Data<AppState>,
    caller: Allowed<ImportRecords>,
    language: Language,
    wanted: ValidJson<NewPreview>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let NewPreview { file_id, mapping } = wanted.0;
    let file = find(&state, &caller, &configuration, file_id).await?;
    check_delimiter(&mapping)?;
    let codes = known_codes(&configuration);
    let form = Form {
        encoding: file.encoding,
        ..Form::utf8(mapping.delimiter_byte())
    };
    let folder = state.imports.folder.clone();
    let locale = language.0;
    let preview: ImportPreview =
        blocking(move || preview(folder.open(file_id), form, &mapping, &codes, locale)).await?;
    Ok(HttpResponse::Ok().json(preview))
}

/// The file that a body names.
///
/// # Errors
/// 422 at `/file_id`.
pub(super) async fn find(
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
    id: ImportFileId,
) -> Result<ImportFile, ApiError> {
    let sight = sight_of(caller, configuration);
    let found = rows::get_file(&state.db, &sight, id, state.clock.now()).await;
    found.map_err(|error| match error {
        StoreError::NotFound => Fault::at("/file_id", FieldCode::UnknownRecord).into(),
        error => error.into(),
    })
}

/// A file that has arrived and was looked at.
#[derive(Debug)]
pub(super) struct Judged {
    /// What is known of it.
    pub(super) file: ImportFile,
    arriving: Arriving,
}

/// Looks at a file that has arrived.
///
/// # Errors
/// 422 `invalid_file` for one that cannot be imported.
pub(super) async fn judge(
    state: &AppState,
    caller: &Caller,
    uploaded: Uploaded,
) -> Result<Judged, ApiError> {
    let configuration = state.configuration().await?;
    let Uploaded {
        arriving,
        name,
        size,
    } = uploaded;
    let limit = state.config.upload_bytes.saturating_mul(UNPACKED);
    let (learnt, arriving) = blocking(move || {
        let learnt = survey(|| arriving.open(), limit);
        (learnt, arriving)
    })
    .await?;
    let learnt = learnt.map_err(|fault| {
        ApiError::new(ErrorCode::InvalidFile).with_import_faults(vec![("/file".to_owned(), fault)])
    })?;
    let id = arriving.id;
    let file = about(state, caller, &configuration, id, name, size, learnt)?;
    Ok(Judged { file, arriving })
}

impl Judged {
    /// Keeps the file until it expires.
    ///
    /// # Errors
    /// The disk, or the database.
    pub(super) async fn keep(
        self,
        state: &AppState,
        caller: &Caller,
    ) -> Result<ImportFile, ApiError> {
        let Self { file, arriving } = self;
        blocking(move || arriving.keep())
            .await?
            .map_err(ApiError::internal)?;
        rows::insert_file(&state.db, caller.team_id, &file).await?;
        Ok(file)
    }
}

fn about(
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
    id: ImportFileId,
    name: String,
    size: u64,
    learnt: Survey,
) -> Result<ImportFile, ApiError> {
    let now = state.clock.now();
    let source = match source_of(&name) {
        Some(source) => source,
        None => Code::try_from(SOURCE).map_err(ApiError::internal)?,
    };
    let known = Known {
        source,
        delimiter: char::from(learnt.delimiter),
        locale: caller.locale,
        zone: configuration.settings.time_zone.as_str().to_owned(),
        now: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        types: in_use(
            configuration
                .ticket_types
                .values()
                .filter(|kind| kind.active)
                .map(|kind| (kind.position, &kind.code)),
        ),
        channels: in_use(
            configuration
                .channels
                .values()
                .filter(|channel| channel.active)
                .map(|channel| (channel.position, &channel.code)),
        ),
    };
    let columns = learnt.columns;
    Ok(ImportFile {
        id,
        name,
        size,
        digest: learnt.inspection.digest,
        encoding: learnt.inspection.encoding,
        delimiter: known.delimiter,
        records: learnt.inspection.records,
        rows: learnt.rows,
        entity: entity_of(&columns),
        mappings: ProposedMappings {
            tickets: propose(&columns, ImportEntity::Tickets, &known),
            customers: propose(&columns, ImportEntity::Customers, &known),
        },
        columns,
        uploaded_by: caller.id,
        uploaded_at: now,
        expires_at: now + state.config.upload_kept,
    })
}

/// Codes by their positions.
fn in_use<'c>(codes: impl Iterator<Item = (i64, &'c Code)>) -> Vec<Code> {
    let mut codes: Vec<(i64, &Code)> = codes.collect();
    codes.sort();
    codes.into_iter().map(|(_, code)| code.clone()).collect()
}

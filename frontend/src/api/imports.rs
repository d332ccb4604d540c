//! Imports: files, what a mapping makes of them, runs and what they had to say.

use rapport_types::ids::{ImportFileId, ImportId};
use rapport_types::imports::{
    Import, ImportFaultView, ImportFile, ImportPreview, ImportSummary, NewImport, NewPreview,
};
use rapport_types::page::Page;

use super::ApiError;
use super::upload::{self, GiveUp};
use crate::links::with_query;

/// Uploads a file; none when it was given up on the way.
///
/// # Errors
/// As every write; the refusal says what is wrong with the file.
pub async fn upload(
    file: &web_sys::File,
    give_up: &GiveUp,
    progress: impl Fn(f64, f64) + Clone + 'static,
) -> Result<Option<ImportFile>, ApiError> {
    upload::send("/import-files", file, give_up, progress).await
}

/// An uploaded file.
///
/// # Errors
/// As every read; not found once it was removed.
pub async fn file(id: ImportFileId) -> Result<ImportFile, ApiError> {
    let reply = super::get(&format!("/import-files/{id}")).await?;
    Ok(reply.value)
}

/// What a mapping makes of the first records of a file.
///
/// # Errors
/// As every write; a mapping that does not fit is no error but an answer.
pub async fn preview(question: &NewPreview) -> Result<ImportPreview, ApiError> {
    let reply = super::post("/imports/preview", question).await?;
    Ok(reply.value)
}

/// Starts an import, or a dry run.
///
/// # Errors
/// As every write.
pub async fn start(import: &NewImport) -> Result<Import, ApiError> {
    let reply = super::post("/imports", import).await?;
    Ok(reply.value)
}

/// A page of imports.
///
/// # Errors
/// As every read.
pub async fn list(pairs: &[(&str, &str)]) -> Result<Page<ImportSummary>, ApiError> {
    let reply = super::get(&with_query("/imports", pairs)).await?;
    Ok(reply.value)
}

/// One import.
///
/// # Errors
/// As every read.
pub async fn import(id: ImportId) -> Result<Import, ApiError> {
    let reply = super::get(&format!("/imports/{id}")).await?;
    Ok(reply.value)
}

/// Asks an import to stop.
///
/// # Errors
/// As every write; it may be over by then.
pub async fn cancel(id: ImportId) -> Result<Import, ApiError> {
    let path = format!("/imports/{id}/cancel");
    let body = super::write(gloo_net::http::Method::POST, &path, None, None).await?;
    Ok(super::parse(body)?.value)
}

/// The path of what an import had to say, of one severity.
pub fn faults_path(id: ImportId, severity: &str, limit: &str) -> String {
    with_query(
        &format!("/imports/{id}/faults"),
        &[("severity", severity), ("limit", limit)],
    )
}

/// The first things that an import had to say.
///
/// # Errors
/// As every read.
pub async fn faults(path: &str) -> Result<Page<ImportFaultView>, ApiError> {
    let reply = super::get(path).await?;
    Ok(reply.value)
}

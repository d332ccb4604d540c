//! Bulk changes: drafts, what they would do, and what they came to.

use rapport_types::bulk_changes::{BulkChange, BulkPreview, NewBulkChange, RecordFaultView};
use rapport_types::ids::BulkChangeId;
use rapport_types::page::Page;

use super::ApiError;
use crate::links::with_query;

/// Drafts a bulk change: which records it is for is fixed and counted, and nothing is changed.
///
/// # Errors
/// As every write.
pub async fn draft(new: &NewBulkChange) -> Result<BulkChange, ApiError> {
    let reply = super::post("/bulk-changes", new).await?;
    Ok(reply.value)
}

/// A page of the reader's own bulk changes, newest first.
///
/// # Errors
/// As every read.
pub async fn list(pairs: &[(&str, &str)]) -> Result<Page<BulkChange>, ApiError> {
    let reply = super::get(&with_query("/bulk-changes", pairs)).await?;
    Ok(reply.value)
}

/// One bulk change.
///
/// # Errors
/// As every read.
pub async fn bulk_change(id: BulkChangeId) -> Result<BulkChange, ApiError> {
    let reply = super::get(&format!("/bulk-changes/{id}")).await?;
    Ok(reply.value)
}

/// What it would do now to its first records.
///
/// # Errors
/// As every read.
pub async fn preview(id: BulkChangeId) -> Result<BulkPreview, ApiError> {
    let reply = super::get(&format!("/bulk-changes/{id}/preview")).await?;
    Ok(reply.value)
}

/// Starts a draft of this version.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when it is another version by now.
pub async fn start(id: BulkChangeId, version: i64) -> Result<BulkChange, ApiError> {
    let reply = super::act(&format!("/bulk-changes/{id}/start"), None, version).await?;
    Ok(reply.value)
}

/// Stops it, or gives up a draft.
///
/// # Errors
/// As every write; it may be over by then.
pub async fn cancel(id: BulkChangeId) -> Result<BulkChange, ApiError> {
    let path = format!("/bulk-changes/{id}/cancel");
    let body = super::write(gloo_net::http::Method::POST, &path, None, None).await?;
    Ok(super::parse(body)?.value)
}

/// The path of what it refused.
pub fn faults_path(id: BulkChangeId, limit: &str) -> String {
    with_query(&format!("/bulk-changes/{id}/faults"), &[("limit", limit)])
}

/// The first records that it refused.
///
/// # Errors
/// As every read.
pub async fn faults(path: &str) -> Result<Page<RecordFaultView>, ApiError> {
    let reply = super::get(path).await?;
    Ok(reply.value)
}

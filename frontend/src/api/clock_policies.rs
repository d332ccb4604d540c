//! Clock policies: the list in force, what another one would do, and the versions.

use rapport_types::clocks::{ClockPolicies, NewClockPolicies, PoliciesDraft, PoliciesPreview};
use rapport_types::page::Page;
use rapport_types::records::RecordVersion;

use super::{ApiError, Reply};

/// The list in force.
///
/// # Errors
/// As every read.
pub async fn policies() -> Result<Reply<ClockPolicies>, ApiError> {
    super::get("/clock-policies").await
}

/// Puts another list in force in the place of the version `etag`.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when somebody else was faster.
pub async fn replace(
    list: &NewClockPolicies,
    etag: &str,
) -> Result<Reply<ClockPolicies>, ApiError> {
    super::put("/clock-policies", list, Some(etag)).await
}

/// What a list would do.
///
/// # Errors
/// As every write.
pub async fn preview(draft: &PoliciesDraft) -> Result<Reply<PoliciesPreview>, ApiError> {
    super::post("/clock-policies/preview", draft).await
}

/// The latest versions, newest first.
///
/// # Errors
/// As every read.
pub async fn versions() -> Result<Vec<RecordVersion>, ApiError> {
    super::get::<Page<RecordVersion>>("/clock-policies/versions?sort=-version&limit=100&total=none")
        .await
        .map(|reply| reply.value.data)
}

/// The list of a version.
///
/// # Errors
/// As every read.
pub async fn version(version: i64) -> Result<ClockPolicies, ApiError> {
    super::get(&format!("/clock-policies/versions/{version}"))
        .await
        .map(|reply| reply.value)
}

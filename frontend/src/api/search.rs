//! The palette's records: customers and tickets for a few characters.

use rapport_types::search::SearchResults;

use super::ApiError;
use crate::links::with_query;

/// The best matches of each kind, at most `limit` of each.
///
/// # Errors
/// As every read.
pub async fn search(text: &str, limit: u32) -> Result<SearchResults, ApiError> {
    let path = with_query("/search", &[("q", text), ("limit", &limit.to_string())]);
    super::get::<SearchResults>(&path)
        .await
        .map(|reply| reply.value)
}

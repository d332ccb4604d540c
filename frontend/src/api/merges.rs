//! Customers that are one: whom to merge, the merge, those that were, and undoing one.

use rapport_types::customers::{
    Customer, CustomerMerge, LikelyDuplicate, MergeRecord, MergeUndone,
};
use rapport_types::ids::{CustomerId, CustomerMergeId};
use rapport_types::page::Page;

use super::{ApiError, Reply};

/// The customers that may be the same as this one, the likeliest first.
///
/// # Errors
/// As every read.
pub async fn duplicates(id: CustomerId) -> Result<Vec<LikelyDuplicate>, ApiError> {
    let reply = super::get::<Page<_>>(&format!("/customers/{id}/duplicates")).await?;
    Ok(reply.value.data)
}

/// The merges into a customer, newest first.
///
/// # Errors
/// As every read.
pub async fn merges(id: CustomerId) -> Result<Vec<MergeRecord>, ApiError> {
    let reply = super::get::<Page<_>>(&format!("/customers/{id}/merges")).await?;
    Ok(reply.value.data)
}

/// Merges another customer into the one of this version.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when somebody has changed one of both.
pub async fn merge(
    id: CustomerId,
    version: i64,
    merge: &CustomerMerge,
) -> Result<Reply<Customer>, ApiError> {
    let path = format!("/customers/{id}/merge");
    super::act(&path, Some(super::json(merge)?), version).await
}

/// Parts both again; `version` is that of the customer that had stayed.
///
/// # Errors
/// As every write; the refusal says why it can no longer be undone.
pub async fn undo(
    id: CustomerId,
    version: i64,
    merge: CustomerMergeId,
) -> Result<Reply<MergeUndone>, ApiError> {
    super::act(
        &format!("/customers/{id}/merges/{merge}/undo"),
        None,
        version,
    )
    .await
}

//! Customers: finding, reading, adding, changing one field at a time, removing.

use rapport_types::customers::{Customer, CustomerSummary, CustomerView, TimelineEntry};
use rapport_types::ids::CustomerId;
use rapport_types::page::Page;
use serde_json::{Map, Value};

use super::{ApiError, Reply};
use crate::links::with_query;

/// The path of a page of customers: filters, order and cursor as the API spells them.
pub fn list_path(pairs: &[(&str, &str)]) -> String {
    with_query("/customers", pairs)
}

/// A page of customers.
///
/// # Errors
/// As every read.
pub async fn list(path: &str) -> Result<Page<CustomerSummary>, ApiError> {
    super::get(path).await.map(|reply| reply.value)
}

/// One customer with the names of what it refers to.
///
/// # Errors
/// As every read.
pub async fn customer(id: CustomerId) -> Result<Reply<CustomerView>, ApiError> {
    let (reply, included) = super::get_with_names(&format!("/customers/{id}")).await?;
    Ok(Reply {
        value: CustomerView {
            customer: reply.value,
            included,
        },
        etag: reply.etag,
    })
}

/// Adds a customer. The members go as they were typed: the API says what is wrong with each.
///
/// # Errors
/// As every write.
pub async fn add(members: &Map<String, Value>) -> Result<Reply<Customer>, ApiError> {
    super::post("/customers", members).await
}

/// Changes the given members of a customer whose version is `etag`.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when somebody else was faster.
pub async fn change(
    id: CustomerId,
    members: &Map<String, Value>,
    etag: &str,
) -> Result<Reply<Customer>, ApiError> {
    super::patch(&format!("/customers/{id}"), members, etag).await
}

/// Removes a customer whose version is `etag`.
///
/// # Errors
/// As every write; `in_use` while tickets refer to it.
pub async fn remove(id: CustomerId, etag: &str) -> Result<(), ApiError> {
    super::delete(&format!("/customers/{id}"), etag).await
}

/// A page of what happened around a customer, newest first; an empty cursor is the first page.
///
/// # Errors
/// As every read.
pub async fn timeline(id: CustomerId, cursor: &str) -> Result<Page<TimelineEntry>, ApiError> {
    let path = with_query(
        &format!("/customers/{id}/timeline"),
        &[("limit", "50"), ("total", "none"), ("cursor", cursor)],
    );
    super::get(&path).await.map(|reply| reply.value)
}

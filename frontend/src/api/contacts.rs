//! Contacts: who speaks for an organisation, and for whom a person speaks.

use rapport_types::contacts::ContactSummary;
use rapport_types::ids::{ContactId, CustomerId};
use rapport_types::page::Page;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::ApiError;

/// All contacts of an organisation, the one to ask first before the others; none of a person.
///
/// # Errors
/// As every read.
pub async fn of_organisation(id: CustomerId) -> Result<Vec<ContactSummary>, ApiError> {
    list(&format!("/customers/{id}/contacts")).await
}

/// The organisations for which a person speaks.
///
/// # Errors
/// As every read.
pub async fn organisations_of(id: CustomerId) -> Result<Vec<ContactSummary>, ApiError> {
    list(&format!("/customers/{id}/organisations")).await
}

/// There are at most 200 of either, so that one page holds them.
async fn list(path: &str) -> Result<Vec<ContactSummary>, ApiError> {
    super::get::<Page<ContactSummary>>(&format!("{path}?limit=500&total=none"))
        .await
        .map(|reply| reply.value.data)
}

/// Adds a contact. The members go as they were typed: the API says what is wrong with each.
///
/// # Errors
/// As every write.
pub async fn add(organisation: CustomerId, members: &Map<String, Value>) -> Result<(), ApiError> {
    let path = format!("/customers/{organisation}/contacts");
    // The list is loaded again, so that nobody has to read what came back.
    super::post::<_, IgnoredAny>(&path, members).await.map(drop)
}

/// Changes the given members of a contact of this version.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when somebody else was faster.
pub async fn change(
    id: ContactId,
    version: i64,
    members: &Map<String, Value>,
) -> Result<(), ApiError> {
    let path = format!("/contacts/{id}");
    super::patch::<_, IgnoredAny>(&path, members, &etag(version))
        .await
        .map(drop)
}

/// Removes a contact of this version.
///
/// # Errors
/// As every write.
pub async fn remove(id: ContactId, version: i64) -> Result<(), ApiError> {
    super::delete(&format!("/contacts/{id}"), &etag(version)).await
}

fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

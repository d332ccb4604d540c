//! Reading and changing the configuration. What a form holds goes as it was typed: the API says what
//! is wrong with each member.
//!
//! ```ignore
//! let saving = use_saving();
//! saving.send_then(Write::patch(path, members, version), move |record| …);
//! ```

use gloo_net::http::Method;
use rapport_types::api_keys::ApiKeySummary;
use rapport_types::calendars::Calendar;
use rapport_types::ids::UserId;
use rapport_types::roles::Role;
use rapport_types::settings::Settings;
use rapport_types::users::{Holdings, User};
use serde_json::{Map, Value};

use super::submission::{Submission, use_submission};
use super::tickets::whole;
use super::{ApiError, Reply};

/// One write.
#[derive(Debug, Clone)]
pub struct Write {
    method: Method,
    path: String,
    body: Option<Value>,
    version: Option<i64>,
}

impl Write {
    /// Adds a record.
    pub fn post(path: impl Into<String>, members: Map<String, Value>) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(Value::Object(members)),
            version: None,
        }
    }

    /// Changes the given members of a record that has this version.
    pub fn patch(path: impl Into<String>, members: Map<String, Value>, version: i64) -> Self {
        Self {
            method: Method::PATCH,
            version: Some(version),
            ..Self::post(path, members)
        }
    }

    /// Makes a record, or replaces the one that has this version.
    pub fn put(path: impl Into<String>, members: Map<String, Value>, version: Option<i64>) -> Self {
        Self {
            method: Method::PUT,
            version,
            ..Self::post(path, members)
        }
    }

    /// Removes a record that has this version, or what has none.
    pub fn delete(path: impl Into<String>, version: Option<i64>) -> Self {
        Self {
            method: Method::DELETE,
            path: path.into(),
            body: None,
            version,
        }
    }
}

/// Sending such writes; what comes back is the record as it is then.
pub type Saving = Submission<Write, Value>;

/// Prepares them.
pub fn use_saving() -> Saving {
    use_submission(send)
}

/// Sends one.
///
/// # Errors
/// As every write.
pub async fn send(write: Write) -> Result<Value, ApiError> {
    let body = write.body.as_ref().map(super::json).transpose()?;
    let etag = write.version.map(|version| format!("\"{version}\""));
    let answer = super::write(write.method, &write.path, body, etag.as_deref()).await?;
    super::parse::<Value>(answer).map(|reply| reply.value)
}

/// One user, with roles and scope.
///
/// # Errors
/// As every read.
pub async fn user(id: UserId) -> Result<User, ApiError> {
    super::get(&format!("/users/{id}")).await.map(value)
}

/// What a user holds.
///
/// # Errors
/// As every read.
pub async fn holdings(id: UserId) -> Result<Holdings, ApiError> {
    super::get(&format!("/users/{id}/holdings"))
        .await
        .map(value)
}

/// The API keys of a service, with their last use.
///
/// # Errors
/// As every read.
pub async fn api_keys(service: UserId) -> Result<Vec<ApiKeySummary>, ApiError> {
    whole(&format!("/users/{service}/api-keys")).await
}

/// All roles.
///
/// # Errors
/// As every read.
pub async fn roles() -> Result<Vec<Role>, ApiError> {
    whole("/roles").await
}

/// All calendars.
///
/// # Errors
/// As every read.
pub async fn calendars() -> Result<Vec<Calendar>, ApiError> {
    whole("/calendars").await
}

/// The settings of the organisation.
///
/// # Errors
/// As every read.
pub async fn settings() -> Result<Settings, ApiError> {
    super::get("/settings").await.map(value)
}

fn value<T>(reply: Reply<T>) -> T {
    reply.value
}

//! The typed client of `/api/v1`. Nothing else in the page fetches.
//!
//! ```ignore
//! let reply = api::get::<Ticket>(&format!("/tickets/{id}")).await?;   // reply.value, reply.etag
//! api::patch::<_, Ticket>(&path, &patch, &etag).await?;               // If-Match
//! ```
//!
//! Every call carries the access token and the reader's language, asks once for a new token after
//! a 401 (all callers share that one question), and ends after 30 s. A GET that finds no network
//! waits for it and goes on by itself; a write answers [`ApiError::Offline`] and stays in the form.
//!
//! In components use [`query::use_query`] to load and [`submission::use_submission`] to send.

pub mod auth;
pub mod configuration;
pub mod customers;
pub mod download;
pub mod error;
pub mod query;
pub mod reports;
pub mod search;
pub mod submission;
pub mod tickets;

mod connection;
mod token;

use gloo_net::http::{Method, Request, Response};
use gloo_timers::callback::Timeout;
use rapport_types::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, Headers, RequestInit};

pub use connection::online;
pub use error::ApiError;
pub use token::set_language;

/// The root of the API.
pub const ROOT: &str = "/api/v1";
/// How long a call may take, in milliseconds.
const TIMEOUT_MS: u32 = 30_000;

/// What a call brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<T> {
    /// The body.
    pub value: T,
    /// The version of the record, to send back as If-Match.
    pub etag: Option<String>,
}

/// Reads. `path` starts below `/api/v1`, query string included.
///
/// # Errors
/// The API's refusal, or that the answer did not come or could not be read; never
/// [`ApiError::Offline`], because a read waits for the network.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<Reply<T>, ApiError> {
    loop {
        match call(&Call {
            method: Method::GET,
            path,
            body: None,
            etag: None,
        })
        .await
        {
            Err(ApiError::Offline) => connection::wait().await,
            answer => return answer,
        }
    }
}

/// Creates or acts.
///
/// # Errors
/// The API's refusal, or that the answer did not come or could not be read.
pub async fn post<B: Serialize, T: DeserializeOwned>(
    path: &str,
    body: &B,
) -> Result<Reply<T>, ApiError> {
    call(&Call {
        method: Method::POST,
        path,
        body: Some(json(body)?),
        etag: None,
    })
    .await
}

/// Changes a record whose version is `etag` (JSON Merge Patch).
///
/// # Errors
/// As [`post`]; [`ApiError::is_stale`] when somebody else was faster.
pub async fn patch<B: Serialize, T: DeserializeOwned>(
    path: &str,
    body: &B,
    etag: &str,
) -> Result<Reply<T>, ApiError> {
    call(&Call {
        method: Method::PATCH,
        path,
        body: Some(json(body)?),
        etag: Some(etag),
    })
    .await
}

/// Sets; with `etag` only when the record still has that version.
///
/// # Errors
/// As [`patch`].
pub async fn put<B: Serialize, T: DeserializeOwned>(
    path: &str,
    body: &B,
    etag: Option<&str>,
) -> Result<Reply<T>, ApiError> {
    call(&Call {
        method: Method::PUT,
        path,
        body: Some(json(body)?),
        etag,
    })
    .await
}

/// Removes a record whose version is `etag`.
///
/// # Errors
/// As [`patch`].
pub async fn delete(path: &str, etag: &str) -> Result<(), ApiError> {
    call::<()>(&Call {
        method: Method::DELETE,
        path,
        body: None,
        etag: Some(etag),
    })
    .await
    .map(|_| ())
}

/// One call as it may be sent a second time.
struct Call<'a> {
    method: Method,
    path: &'a str,
    body: Option<String>,
    etag: Option<&'a str>,
}

fn json<B: Serialize>(body: &B) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|error| ApiError::Unreadable {
        detail: error.to_string(),
    })
}

/// Sends, and once more with a new token after a 401.
async fn call<T: DeserializeOwned>(call: &Call<'_>) -> Result<Reply<T>, ApiError> {
    let used = token::current();
    let response = send(call).await?;
    if response.status() != 401 {
        return read(response).await;
    }
    if token::current() != used {
        // Another call has renewed it in the meantime.
        return read(send(call).await?).await;
    }
    match token::renew().await {
        token::Renewal::Renewed => read(send(call).await?).await,
        token::Renewal::Refused => read(response).await,
        token::Renewal::Failed(error) => Err(error),
    }
}

/// Sends exactly once.
async fn send(call: &Call<'_>) -> Result<Response, ApiError> {
    let abort = AbortController::new().ok();
    let request = request(call, abort.as_ref()).map_err(|error| ApiError::Unreadable {
        detail: format!("{error:?}"),
    })?;
    // Dropped, and so taken back, when the answer is there.
    let late = std::rc::Rc::new(std::cell::Cell::new(false));
    let flag = late.clone();
    let _timer = Timeout::new(TIMEOUT_MS, move || {
        flag.set(true);
        if let Some(abort) = &abort {
            abort.abort();
        }
    });
    match request.send().await {
        Ok(response) => {
            connection::reached();
            Ok(response)
        }
        Err(_) if late.get() => Err(ApiError::Timeout),
        Err(_) => {
            connection::lost();
            Err(ApiError::Offline)
        }
    }
}

/// The browser's own request: gloo-net's builder appends an empty parameter to a query string.
fn request(call: &Call<'_>, abort: Option<&AbortController>) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    headers.set("Accept-Language", &token::language())?;
    if let Some(token) = token::current() {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    if let Some(etag) = call.etag {
        headers.set("If-Match", etag)?;
    }
    let options = RequestInit::new();
    options.set_method(call.method.as_str());
    if let Some(body) = &call.body {
        headers.set("Content-Type", "application/json")?;
        options.set_body(&JsValue::from_str(body));
    }
    options.set_headers(&headers);
    options.set_signal(abort.map(AbortController::signal).as_ref());
    let url = format!("{ROOT}{}", call.path);
    web_sys::Request::new_with_str_and_init(&url, &options).map(Request::from)
}

/// The body as `T`, or the problem it holds. An empty body reads as `()`.
async fn read<T: DeserializeOwned>(response: Response) -> Result<Reply<T>, ApiError> {
    let unreadable = |detail: String| ApiError::Unreadable { detail };
    let etag = response.headers().get("ETag");
    let (ok, status) = (response.ok(), response.status());
    let text = response
        .text()
        .await
        .map_err(|error| unreadable(error.to_string()))?;
    if ok {
        let text = if text.is_empty() { "null" } else { &text };
        return serde_json::from_str(text)
            .map(|value| Reply { value, etag })
            .map_err(|error| unreadable(error.to_string()));
    }
    match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => Err(ApiError::Problem(Box::new(problem))),
        Err(_) => Err(unreadable(format!("HTTP {status}"))),
    }
}

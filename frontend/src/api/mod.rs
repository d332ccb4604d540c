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
//! A POST that got no answer and is sent again unchanged is not done twice. After a 429 nothing is
//! loaded again by itself for as long as the server says.
//!
//! In components use [`query::use_query`] to load and [`submission::use_submission`] to send.

pub mod administration;
pub mod approvals;
pub mod auth;
pub mod bulk_changes;
pub mod calendars;
pub mod clock_policies;
pub mod configuration;
pub mod contacts;
pub mod customers;
pub mod download;
pub mod error;
pub mod handing_over;
pub mod imports;
pub mod live;
pub mod merges;
pub mod query;
pub mod reports;
pub mod search;
pub mod submission;
pub mod tickets;
pub mod upload;

mod connection;
mod rest;
mod token;
mod unanswered;

use std::cell::{Cell, RefCell};

use futures::future::LocalBoxFuture;
use gloo_net::http::{Method, Request, Response};
use gloo_timers::callback::Timeout;
use rapport_types::problem::{ErrorCode, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::{AbortController, Headers, RequestInit};

pub use connection::online;
pub use error::ApiError;
use rest::Rest;
pub use token::set_language;
use unanswered::Unanswered;

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
    parse(read_waiting(path).await?)
}

/// Reads a record and the names that `?include=names` adds to it. Each is decoded from the whole
/// body: a decoder for both at once would be another one for every member of the record.
///
/// # Errors
/// As [`get`].
pub async fn get_with_names<T, N>(path: &str) -> Result<(Reply<T>, Option<N>), ApiError>
where
    T: DeserializeOwned,
    N: DeserializeOwned,
{
    let body = read_waiting(&format!("{path}?include=names")).await?;
    let Included { included } = decode(&body.text)?;
    Ok((parse(body)?, included))
}

/// What `include` adds to a record.
#[derive(Deserialize)]
struct Included<N> {
    included: Option<N>,
}

/// Creates or acts.
///
/// # Errors
/// The API's refusal, or that the answer did not come or could not be read.
pub async fn post<B: Serialize, T: DeserializeOwned>(
    path: &str,
    body: &B,
) -> Result<Reply<T>, ApiError> {
    parse(write(Method::POST, path, Some(json(body)?), None).await?)
}

/// Acts on a record of this version.
async fn act<T: DeserializeOwned>(
    path: &str,
    body: Option<String>,
    version: i64,
) -> Result<Reply<T>, ApiError> {
    let etag = format!("\"{version}\"");
    parse(write(Method::POST, path, body, Some(&etag)).await?)
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
    parse(write(Method::PATCH, path, Some(json(body)?), Some(etag)).await?)
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
    parse(write(Method::PUT, path, Some(json(body)?), etag).await?)
}

/// Removes a record whose version is `etag`.
///
/// # Errors
/// As [`patch`].
pub async fn delete(path: &str, etag: &str) -> Result<(), ApiError> {
    write(Method::DELETE, path, None, Some(etag))
        .await
        .map(|_| ())
}

/// One call as it may be sent a second time.
struct Call<'a> {
    method: Method,
    path: &'a str,
    body: Option<String>,
    etag: Option<&'a str>,
    key: Option<String>,
}

fn json<B: Serialize>(body: &B) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|error| ApiError::Unreadable {
        detail: error.to_string(),
    })
}

/// An answer before anybody knows its type. What follows is written once and not for every type,
/// which keeps the program small.
struct Body {
    text: String,
    etag: Option<String>,
}

/// A read that waits for the network.
fn read_waiting(path: &str) -> LocalBoxFuture<'_, Result<Body, ApiError>> {
    Box::pin(async move {
        let call = Call {
            method: Method::GET,
            path,
            body: None,
            etag: None,
            key: None,
        };
        loop {
            match exchange(&call).await {
                Err(ApiError::Offline) => connection::wait().await,
                answer => return answer,
            }
        }
    })
}

fn write<'a>(
    method: Method,
    path: &'a str,
    body: Option<String>,
    etag: Option<&'a str>,
) -> LocalBoxFuture<'a, Result<Body, ApiError>> {
    Box::pin(async move {
        let key = match method {
            Method::POST => key(path, body.as_deref()),
            _ => None,
        };
        let call = Call {
            method,
            path,
            body,
            etag,
            key,
        };
        let answer = exchange(&call).await;
        let tells_outcome = match &answer {
            Ok(_) => true,
            Err(ApiError::Problem(problem)) => {
                unanswered::tells_outcome(problem.status, &problem.code)
            }
            Err(_) => false,
        };
        if let Some(key) = &call.key
            && tells_outcome
        {
            UNANSWERED.with_borrow_mut(|sent| sent.forget(key));
        }
        answer
    })
}

thread_local! {
    static UNANSWERED: RefCell<Unanswered> = const { RefCell::new(Unanswered::new()) };
    static REST: Cell<Rest> = const { Cell::new(Rest::new()) };
}

/// How long nothing is to be loaded again by itself, in milliseconds.
fn rest_ms() -> u32 {
    REST.get().left_ms(crate::format::now().timestamp_millis())
}

/// The key that a POST goes by; none when the browser has no random numbers. 128 random bits, since
/// browsers have `randomUUID` on secure origins only.
fn key(path: &str, body: Option<&str>) -> Option<String> {
    let make = || {
        let mut bytes = [0; 16];
        let crypto = web_sys::window()?.crypto().ok()?;
        crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    };
    let now_ms = crate::format::now().timestamp_millis();
    UNANSWERED.with_borrow_mut(|sent| sent.key(path, body, now_ms, make))
}

/// Sends, and once more with a new token after a 401.
async fn exchange(call: &Call<'_>) -> Result<Body, ApiError> {
    let used = token::current();
    let response = send(call).await?;
    if response.status() != 401 {
        return read(response).await;
    }
    // Unless another call has renewed it in the meantime.
    if token::current() == used {
        match token::renew().await {
            token::Renewal::Renewed => {}
            token::Renewal::Refused => return read(response).await,
            token::Renewal::Failed(error) => return Err(error),
        }
    }
    read(send(call).await?).await
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
    if let Some(key) = &call.key {
        headers.set("Idempotency-Key", key)?;
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

/// The body, or the problem it holds.
async fn read(response: Response) -> Result<Body, ApiError> {
    let etag = response.headers().get("ETag");
    let retry_after = response.headers().get("Retry-After");
    let text = response
        .text()
        .await
        .map_err(|error| ApiError::Unreadable {
            detail: error.to_string(),
        })?;
    if response.ok() {
        return Ok(Body { text, etag });
    }
    Err(match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => {
            if problem.code == ErrorCode::TooManyRequests.code() {
                let now_ms = crate::format::now().timestamp_millis();
                REST.set(REST.get().asked(retry_after.as_deref(), now_ms));
            }
            ApiError::Problem(Box::new(problem))
        }
        Err(_) => ApiError::Unreadable {
            detail: format!("HTTP {}", response.status()),
        },
    })
}

/// The body as `T`. An empty one reads as `()`.
fn parse<T: DeserializeOwned>(body: Body) -> Result<Reply<T>, ApiError> {
    let text = if body.text.is_empty() {
        "null"
    } else {
        &body.text
    };
    Ok(Reply {
        value: decode(text)?,
        etag: body.etag,
    })
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| ApiError::Unreadable {
        detail: error.to_string(),
    })
}

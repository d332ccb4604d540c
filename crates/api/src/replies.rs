//! Answers that are given once per `Idempotency-Key`: a request that is sent again by the same key
//! has no second effect and gets the first answer, marked `Idempotency-Replayed: true`.
//!
//! A key belongs to one credential (API key, else person), method and path. It is stored as a digest, and so is the body: the
//! body's digest begins with the key, so that by what is stored a password in a body can be searched
//! for only where the key can be guessed.

use std::fmt::Display;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use rapport_persistence::configuration::{Configuration, change_within};
use rapport_persistence::writes::replies::{self, Replied, RequestKey};
use rapport_persistence::writes::{Writer, write};
use rapport_types::problem::{Fault, FieldCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::auth::caller::Caller;
use crate::auth::tokens::hex;
use crate::error::ApiError;
use crate::extract::etag;
use crate::state::AppState;

/// The header that names a request.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The header of an answer that was given before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key.
const LONGEST: usize = 255;

/// The key that a request gives itself, with the digest of its body.
#[derive(Debug, Clone)]
pub struct GivenKey {
    key: String,
    body: String,
}

impl GivenKey {
    /// The key of a request with this body; none when it gives itself none.
    ///
    /// # Errors
    /// 422 when it is not one text of 1 to 255 visible ASCII characters.
    pub fn of(headers: &HeaderMap, body: &[u8]) -> Result<Option<Self>, ApiError> {
        let mut given = headers.get_all(IDEMPOTENCY_KEY);
        let Some(first) = given.next() else {
            return Ok(None);
        };
        let key = first.to_str().ok().filter(|key| {
            (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        });
        match (key, given.next()) {
            (Some(key), None) => Ok(Some(Self {
                key: key.to_owned(),
                body: digest(&[key.as_bytes(), body]),
            })),
            _ => Err(Fault::in_parameter(IDEMPOTENCY_KEY, FieldCode::InvalidValue).into()),
        }
    }

    /// The key as one of this credential at this address.
    pub fn of_caller(self, credential: Uuid, request: &HttpRequest) -> RequestKey {
        let parts = [
            credential.to_string(),
            request.method().to_string(),
            request.path().to_owned(),
            self.key,
        ];
        RequestKey {
            request: digest(&parts.each_ref().map(String::as_bytes)),
            body: self.body,
        }
    }
}

/// A digest of parts, none of which can be taken for the end of the one before.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// An answer that can be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    status: u16,
    etag: Option<String>,
    location: Option<String>,
    body: String,
}

impl Reply {
    /// 200 with a body.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON.
    pub fn ok(body: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self {
            status: StatusCode::OK.as_u16(),
            etag: None,
            location: None,
            body: serde_json::to_string(body).map_err(ApiError::internal)?,
        })
    }

    /// 201 with what is new.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON.
    pub fn created(body: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self {
            status: StatusCode::CREATED.as_u16(),
            ..Self::ok(body)?
        })
    }

    /// 207 with what became of each of many.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON.
    pub fn multi_status(body: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self {
            status: StatusCode::MULTI_STATUS.as_u16(),
            ..Self::ok(body)?
        })
    }

    /// 201 with a new record, its `ETag` and its `Location` below `/api/v1`.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON.
    pub fn record(
        record: &impl Serialize,
        version: i64,
        (feature, id): (&str, impl Display),
    ) -> Result<Self, ApiError> {
        let location = format!("/api/v1/{feature}/{id}");
        Ok(Self::created(record)?.with_version(version).at(location))
    }

    /// The same with the `ETag` of a version.
    pub fn with_version(mut self, version: i64) -> Self {
        self.etag = Some(etag(version).1);
        self
    }

    /// The same with the address of what is new.
    pub fn at(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }

    /// Adds the member `secret` to the body.
    fn show(&mut self, secret: &str) -> Result<(), ApiError> {
        let mut body: Map<String, Value> =
            serde_json::from_str(&self.body).map_err(ApiError::internal)?;
        body.insert("secret".to_owned(), secret.into());
        self.body = serde_json::to_string(&body).map_err(ApiError::internal)?;
        Ok(())
    }

    fn into_response(self, is_replay: bool) -> Result<HttpResponse, ApiError> {
        let status = StatusCode::from_u16(self.status).map_err(ApiError::internal)?;
        let mut response = HttpResponse::build(status);
        response.content_type("application/json");
        if let Some(etag) = self.etag {
            response.insert_header((header::ETAG, etag));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        if is_replay {
            response.insert_header((REPLAYED, "true"));
        }
        Ok(response.body(self.body))
    }
}

fn respond(replied: &Replied) -> Result<HttpResponse, ApiError> {
    let reply: Reply = serde_json::from_str(&replied.text).map_err(ApiError::internal)?;
    reply.into_response(replied.is_replay)
}

fn text(reply: &Reply) -> Result<String, ApiError> {
    serde_json::to_string(reply).map_err(ApiError::internal)
}

impl AppState {
    /// Writes in the caller's name and answers, once per key. `reply` is a pure function of what `work` returns.
    ///
    /// # Errors
    /// What `work` refuses or the database says; 422 when the key belongs to another body.
    pub async fn write_once<T>(
        &self,
        caller: &Caller,
        now: DateTime<Utc>,
        work: impl AsyncFn(&mut Writer) -> Result<T, ApiError>,
        reply: impl Fn(&T) -> Result<Reply, ApiError>,
    ) -> Result<HttpResponse, ApiError> {
        let context = caller.write_context(now);
        let Some(key) = &caller.request_key else {
            let value = write(&self.db, context, work).await?;
            return reply(&value)?.into_response(false);
        };
        let replied = write(&self.db, context, async |writer: &mut Writer| {
            replies::once(writer, key, &work, |value| text(&reply(value)?)).await
        })
        .await?;
        respond(&replied)
    }

    /// [`AppState::change_configuration`] that answers, once per key of the caller.
    ///
    /// # Errors
    /// As [`AppState::write_once`].
    pub async fn configure_once<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFn(&mut Writer, &Configuration) -> Result<T, ApiError>,
        reply: impl Fn(&T) -> Result<Reply, ApiError>,
    ) -> Result<HttpResponse, ApiError> {
        let (reply, is_replay) = self.configured(caller, work, reply).await?;
        reply.into_response(is_replay)
    }

    /// [`AppState::configure_once`] whose first answer alone shows a secret, as the member
    /// `secret`: it is in no stored reply.
    ///
    /// # Errors
    /// As [`AppState::write_once`].
    pub async fn configure_once_showing<T>(
        &self,
        caller: &Caller,
        secret: &str,
        work: impl AsyncFn(&mut Writer, &Configuration) -> Result<T, ApiError>,
        reply: impl Fn(&T) -> Result<Reply, ApiError>,
    ) -> Result<HttpResponse, ApiError> {
        let (mut reply, is_replay) = self.configured(caller, work, reply).await?;
        if !is_replay {
            reply.show(secret)?;
        }
        reply.into_response(is_replay)
    }

    async fn configured<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFn(&mut Writer, &Configuration) -> Result<T, ApiError>,
        reply: impl Fn(&T) -> Result<Reply, ApiError>,
    ) -> Result<(Reply, bool), ApiError> {
        let Some(key) = &caller.request_key else {
            let value = self.change_configuration(caller, work).await?;
            return Ok((reply(&value)?, false));
        };
        let context = caller.write_context(self.clock.now());
        let replied = write(&self.db, context, async |writer: &mut Writer| {
            let work = async |writer: &mut Writer| change_within(writer, &work).await;
            replies::once(writer, key, work, |value| text(&reply(value)?)).await
        })
        .await;
        self.configuration_changed();
        let replied = replied?;
        let reply = serde_json::from_str(&replied.text).map_err(ApiError::internal)?;
        Ok((reply, replied.is_replay))
    }

    /// The answer that the caller's request got before.
    ///
    /// # Errors
    /// 422 when the key belongs to another body, or what the database says.
    pub async fn replay(&self, caller: &Caller) -> Result<Option<HttpResponse>, ApiError> {
        let Some(key) = &caller.request_key else {
            return Ok(None);
        };
        let found = replies::find(&self.db, key).await?;
        let replay = found.map(|text| Replied {
            text,
            is_replay: true,
        });
        replay.as_ref().map(respond).transpose()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use rapport_types::problem::ErrorCode;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            let name = HeaderName::from_static("idempotency-key");
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_key_is_one_visible_text_of_at_most_255_characters() {
        assert!(GivenKey::of(&headers(&[]), b"{}").unwrap().is_none());
        let longest = "k".repeat(LONGEST);
        for good in ["7", "550e8400-e29b-41d4-a716-446655440000", &longest] {
            assert!(GivenKey::of(&headers(&[good]), b"{}").unwrap().is_some());
        }
        let longer = format!("{longest}k");
        for bad in [&["a", "b"][..], &[""], &["a b"], &["键"], &[&longer]] {
            let refused = GivenKey::of(&headers(bad), b"{}").unwrap_err();
            assert_eq!(refused.code(), ErrorCode::Invalid, "{bad:?}");
        }
    }

    #[test]
    fn a_request_is_its_caller_method_path_and_key() {
        let key = |user: u128, path: &str, key: &str, body: &[u8]| {
            let request = TestRequest::post().uri(path).to_http_request();
            let given = GivenKey::of(&headers(&[key]), body).unwrap().unwrap();
            given.of_caller(Uuid::from_u128(user), &request)
        };
        let first = key(1, "/a", "k", b"{}");
        assert_eq!(first, key(1, "/a?x=1", "k", b"{}"));
        for other in [
            key(2, "/a", "k", b"{}"),
            key(1, "/b", "k", b"{}"),
            key(1, "/a", "l", b"{}"),
        ] {
            assert_ne!(first.request, other.request);
        }
        let other_body = key(1, "/a", "k", b"{ }");
        assert_eq!(first.request, other_body.request);
        assert_ne!(first.body, other_body.body);
    }

    #[test]
    fn an_answer_is_the_same_after_it_was_stored() {
        let reply = Reply::record(&"工单", 3, ("tickets", 7)).unwrap();
        let stored: Reply = serde_json::from_str(&text(&reply).unwrap()).unwrap();
        assert_eq!(stored, reply);
        let response = stored.into_response(true).unwrap();
        assert_eq!(response.status(), 201);
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header("etag"), "\"3\"");
        assert_eq!(header("location"), "/api/v1/tickets/7");
        assert_eq!(header("idempotency-replayed"), "true");
    }
}

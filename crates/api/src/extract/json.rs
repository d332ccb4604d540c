//! JSON bodies: well formed or refused, with all faults at once.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::StreamExt;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use serde::de::DeserializeOwned;

use super::faults::all_faults;
use crate::error::ApiError;
use crate::middleware::EARLY;
use crate::state::AppState;

/// Deepest nesting of a body.
const DEPTH: usize = 64;

/// A type that comes as a body.
pub trait Body: DeserializeOwned {
    /// Most bytes.
    const LIMIT: usize = 1 << 20;
    /// Members that exist on the record but change through an operation of their own: they are
    /// refused with `use_operation` where other unknown members are `unknown_field`.
    const OPERATIONS: &'static [&'static str] = &[];

    /// The rules across members; [`super::validation_faults`] translates those of `validator`.
    fn check(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// A body of type `T`, checked.
///
/// 408 when it does not arrive in time, 415 for another media type than `application/json` (or `application/merge-patch+json`), 413
/// above [`Body::LIMIT`], 400 for what is not JSON or nested deeper than 64, 422 with up to 20
/// faults for what does not fit `T` or breaks its rules.
#[derive(Debug, Clone)]
pub struct ValidJson<T>(pub T);

impl<T: Body + 'static> FromRequest for ValidJson<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        // Only what was taken in whole has an `Idempotency-Key`.
        const { assert!(T::LIMIT <= EARLY) };
        let acceptable = is_json(request);
        let payload = payload.take();
        let state = request.app_data::<web::Data<AppState>>();
        let patience = state.map_or(Duration::MAX, |state| state.config.client_body);
        Box::pin(async move {
            if !acceptable {
                return Err(ErrorCode::UnsupportedMediaType.into());
            }
            let read = tokio::time::timeout(patience, read(payload, T::LIMIT));
            let bytes = read.await.map_err(|_| ErrorCode::RequestTimeout)??;
            parse(&bytes).map(Self)
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let Some(media_type) = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}

async fn read(mut payload: dev::Payload, limit: usize) -> Result<Bytes, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| ApiError::new(ErrorCode::BadRequest).because(error))?;
        if bytes.len() + chunk.len() > limit {
            return Err(ErrorCode::TooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads a body; see [`ValidJson`] for the refusals.
pub(crate) fn parse<T: Body>(bytes: &[u8]) -> Result<T, ApiError> {
    if deeper_than(bytes, DEPTH) {
        return Err(ApiError::new(ErrorCode::InvalidJson).detail("The body is nested too deeply."));
    }
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        // Serde would take a list for a structure.
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
        let code = if value.is_null() {
            FieldCode::NotNull
        } else {
            FieldCode::WrongType
        };
        return Err(Fault::at("", code).into());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize::<_, T>(&mut deserializer);
    let body = match parsed {
        Ok(body) => {
            deserializer.end().map_err(|error| not_json(&error))?;
            body
        }
        // Whether it is JSON, the tree decides: the parser calls a list in the place of a code a
        // fault of the syntax.
        Err(error) => {
            let value = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
            return Err(ApiError::invalid(all_faults::<T>(value, &error)));
        }
    };
    let faults = body.check();
    if faults.is_empty() {
        Ok(body)
    } else {
        Err(ApiError::invalid(faults))
    }
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let place = format!("Line {}, column {}.", error.line(), error.column());
    ApiError::new(ErrorCode::InvalidJson).detail(place)
}

/// Whether arrays and objects are nested deeper than `most`; brackets in strings do not count.
fn deeper_than(bytes: &[u8], most: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > most {
                    return true;
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

impl<T> std::ops::Deref for ValidJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The code of a member that is unknown to the type.
pub(super) fn unknown_member<T: Body>(pointer: &str) -> FieldCode {
    if T::OPERATIONS
        .iter()
        .any(|member| pointer.strip_prefix('/') == Some(*member))
    {
        FieldCode::UseOperation
    } else {
        FieldCode::UnknownField
    }
}

#[cfg(test)]
mod tests {
    use rapport_types::ids::TeamId;
    use rapport_types::patch::Patch;
    use rapport_types::problem::Place;
    use rapport_types::text::{Code, NameText};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Level {
        Low,
        High,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Inner {
        seconds: u32,
        level: Level,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Outer {
        name: NameText,
        team_id: TeamId,
        level: Level,
        inner: Inner,
        #[serde(default)]
        tags: Vec<Code>,
        #[serde(default)]
        note: Patch<NameText>,
        #[serde(default)]
        opened_at: Option<chrono::DateTime<chrono::Utc>>,
        #[serde(default)]
        born_on: Option<chrono::NaiveDate>,
    }

    impl Body for Outer {
        const OPERATIONS: &'static [&'static str] = &["status"];

        fn check(&self) -> Vec<Fault> {
            if self.name.as_str() == "nobody" {
                vec![Fault::at("/name", FieldCode::Inactive)]
            } else {
                vec![]
            }
        }
    }

    const GOOD: &str = r#""name":"a","team_id":"team_01h455vb4pex5vsknk084sn02q","level":"low","inner":{"seconds":1,"level":"high"}"#;

    fn faults(body: &str) -> Vec<(String, &'static str)> {
        let error = parse::<Outer>(body.as_bytes()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Invalid, "{body}");
        let place = |fault: &Fault| match &fault.place {
            Place::Pointer(pointer) => pointer.clone(),
            Place::Parameter(name) => name.clone(),
        };
        let mut faults: Vec<_> = error
            .faults()
            .iter()
            .map(|f| (place(f), f.code.code()))
            .collect();
        faults.sort();
        faults
    }

    fn expected(faults: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        faults
            .iter()
            .map(|(pointer, code)| ((*pointer).to_owned(), *code))
            .collect()
    }

    #[test]
    fn a_good_body_is_read() {
        let body = parse::<Outer>(format!("{{{GOOD},\"note\":null}}").as_bytes()).unwrap();
        assert_eq!(body.note, Patch::Null);
        assert_eq!(body.inner.level, Level::High);
    }

    #[test]
    fn what_is_not_json_is_400() {
        let deep = "[".repeat(100_000);
        let nested = format!("{{{GOOD},\"note\":{}{}}}", "[".repeat(65), "]".repeat(65));
        for body in [
            "",
            "{",
            "{\"name\":}",
            "[1,2",
            "\u{feff}{}",
            "{}x",
            "nul",
            &deep,
            &nested,
        ] {
            let error = parse::<Outer>(body.as_bytes()).unwrap_err();
            assert_eq!(
                error.code(),
                ErrorCode::InvalidJson,
                "{}",
                &body[..body.len().min(20)]
            );
        }
        let trailing = format!("{{{GOOD}}} {{}}");
        assert_eq!(
            parse::<Outer>(trailing.as_bytes()).unwrap_err().code(),
            ErrorCode::InvalidJson
        );
        let error = parse::<Outer>(b"{\"name\":\"\xff\"}").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidJson);
    }

    #[test]
    fn all_missing_members_are_told_at_once() {
        assert_eq!(
            faults("{}"),
            expected(&[
                ("/inner", "required"),
                ("/level", "required"),
                ("/name", "required"),
                ("/team_id", "required")
            ])
        );
    }

    #[test]
    fn each_bad_member_is_told_with_its_pointer_and_code() {
        let body = r#"{"name":"  ","team_id":"ticket_01h455vb4pex5vsknk084sn02q","level":"middle",
            "inner":{"seconds":-1,"level":7,"x/y":1},"tags":["good","Bad","fine","Worse"],
            "note":"\u0000","opened_at":"yesterday","born_on":"2026-02-31","status":"open","colour":"red"}"#;
        assert_eq!(
            faults(body),
            expected(&[
                ("/born_on", "invalid_day"),
                ("/colour", "unknown_field"),
                ("/inner/level", "wrong_type"),
                ("/inner/seconds", "out_of_range"),
                ("/inner/x~1y", "unknown_field"),
                ("/level", "invalid_value"),
                ("/name", "required"),
                ("/note", "invalid_text"),
                ("/opened_at", "invalid_instant"),
                ("/status", "use_operation"),
                ("/tags/1", "invalid_code"),
                ("/tags/3", "invalid_code"),
                ("/team_id", "invalid_id"),
            ])
        );
    }

    #[test]
    fn null_wrong_types_and_repetition_have_codes_of_their_own() {
        assert_eq!(faults("7"), expected(&[("", "wrong_type")]));
        assert_eq!(faults("[]"), expected(&[("", "wrong_type")]));
        assert_eq!(faults("null"), expected(&[("", "not_null")]));
        assert_eq!(faults("[\"a\", 1]"), expected(&[("", "wrong_type")]));
        let body = GOOD.replace("\"a\"", "null").replace("\"low\"", "[]");
        assert_eq!(
            faults(&format!("{{{body}}}")),
            expected(&[("/level", "wrong_type"), ("/name", "not_null")])
        );
        assert_eq!(
            faults(&format!("{{{GOOD},\"name\":\"b\"}}")),
            expected(&[("/name", "duplicate")])
        );
    }

    #[test]
    fn rules_across_members_are_checked_last_and_faults_end_at_twenty() {
        let body = format!("{{{}}}", GOOD.replace("\"a\"", "\"nobody\""));
        assert_eq!(faults(&body), expected(&[("/name", "inactive")]));
        let tags = vec!["\"BAD\""; 50].join(",");
        assert_eq!(faults(&format!("{{{GOOD},\"tags\":[{tags}]}}")).len(), 20);
    }
}

//! Answers that are asked for again before anything has changed.
//!
//! Many people look at the same lists, and a page asks again for what it shows. As long as no
//! record has changed, the bytes of an answer are the same for everybody of the same scope, so
//! that they are made once.
//!
//! Only a process that has the database for itself knows of every change, so this is for SQLite.
//! There, too, a command line may write beside the server: an answer is kept for a second at most.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use rapport_persistence::database::Kind;

use crate::error::ApiError;
use crate::state::AppState;

/// How long an answer is kept, in case another process writes to the same file.
const KEEP: Duration = Duration::from_secs(1);
/// Most bytes of all answers together.
const ROOM: usize = 8 << 20;

/// The answers that were given a moment ago.
#[derive(Debug, Default)]
pub struct Answers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The generation of the database that all of them show.
    generation: u64,
    answers: HashMap<String, Answer>,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Answer {
    headers: HeaderMap,
    body: Bytes,
    made: Instant,
}

impl Answers {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: &str, generation: u64, now: Instant) -> Option<Answer> {
        let kept = self.lock();
        let answer = kept.answers.get(key)?;
        let is_current = kept.generation == generation && now < answer.made + KEEP;
        is_current.then(|| answer.clone())
    }

    fn keep(&self, key: String, generation: u64, answer: Answer) {
        let mut kept = self.lock();
        let size = key.len() + answer.body.len();
        if kept.generation != generation || kept.bytes + size > ROOM {
            *kept = Kept {
                generation,
                ..Kept::default()
            };
        }
        kept.bytes += size;
        if let Some(before) = kept.answers.insert(key, answer) {
            kept.bytes = kept.bytes.saturating_sub(size.min(before.body.len()));
        }
    }
}

impl AppState {
    /// The answer to `request`, from a moment ago when nothing has changed since. `asked` is all
    /// that decides on it besides the request's path and query: what the caller sees, and what
    /// `me` and days meant.
    ///
    /// # Errors
    /// What `make` returns.
    pub(crate) async fn answer(
        &self,
        request: &HttpRequest,
        asked: impl Debug,
        make: impl AsyncFnOnce() -> Result<HttpResponse, ApiError>,
    ) -> Result<HttpResponse, ApiError> {
        if self.db.kind != Kind::Sqlite || request.headers().contains_key(IF_NONE_MATCH) {
            return make().await;
        }
        let key = format!("{} {asked:?}", request.uri());
        let generation = self.db.generation();
        if let Some(answer) = self.answers.find(&key, generation, Instant::now()) {
            let mut response = HttpResponse::Ok().body(answer.body);
            *response.headers_mut() = answer.headers;
            return Ok(response);
        }
        let (response, body) = make().await?.into_parts();
        if response.status() != StatusCode::OK {
            return Ok(response.set_body(body));
        }
        match body.try_into_bytes() {
            Ok(body) => {
                let answer = Answer {
                    headers: response.headers().clone(),
                    body: body.clone(),
                    made: Instant::now(),
                };
                self.answers.keep(key, generation, answer);
                Ok(response.set_body(body).map_into_boxed_body())
            }
            Err(body) => Ok(response.set_body(body)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(bytes: usize, made: Instant) -> Answer {
        Answer {
            headers: HeaderMap::new(),
            body: Bytes::from(vec![b'x'; bytes]),
            made,
        }
    }

    #[test]
    fn an_answer_lasts_until_something_changes_or_a_second_has_passed() {
        let answers = Answers::default();
        let now = Instant::now();
        answers.keep("list".into(), 1, answer(10, now));
        assert!(answers.find("list", 1, now).is_some());
        assert!(answers.find("other", 1, now).is_none());
        assert!(answers.find("list", 2, now).is_none());
        assert!(answers.find("list", 1, now + KEEP).is_none());
    }

    #[test]
    fn what_is_kept_is_bounded_and_of_one_generation() {
        let answers = Answers::default();
        let now = Instant::now();
        for number in 0..100 {
            answers.keep(format!("{number}"), 1, answer(ROOM / 10, now));
            assert!(answers.lock().bytes <= ROOM);
        }
        answers.keep("new".into(), 2, answer(10, now));
        assert_eq!(answers.lock().answers.len(), 1);
        answers.keep("new".into(), 2, answer(10, now));
        assert!(answers.lock().bytes < 30);
    }
}

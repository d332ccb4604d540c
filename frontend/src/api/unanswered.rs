//! What was sent by POST and got no answer: nobody knows whether the server did it. Sent again
//! unchanged it goes by the same `Idempotency-Key`, so that it is not done twice.

/// How long an unanswered request is taken for the same one, in milliseconds. What is typed once
/// more later is meant once more.
const FRESH_MS: i64 = 10 * 60_000;
/// Most that are remembered; the oldest are forgotten first.
const MOST: usize = 16;

/// A request that is under way, or was given up without an answer.
#[derive(Debug)]
struct Sent {
    path: String,
    body: Option<String>,
    key: String,
    at_ms: i64,
}

/// The requests whose outcome is unknown.
#[derive(Debug, Default)]
pub struct Unanswered(Vec<Sent>);

impl Unanswered {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The key of a request that is sent now: the one that the same request went by a moment ago,
    /// or a new one, which `make` makes if it can.
    pub fn key(
        &mut self,
        path: &str,
        body: Option<&str>,
        now_ms: i64,
        make: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        self.0.retain(|sent| now_ms - sent.at_ms < FRESH_MS);
        let known = self
            .0
            .iter()
            .find(|sent| sent.path == path && sent.body.as_deref() == body);
        if let Some(known) = known {
            return Some(known.key.clone());
        }
        let key = make()?;
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Sent {
            path: path.to_owned(),
            body: body.map(str::to_owned),
            key: key.clone(),
            at_ms: now_ms,
        });
        Some(key)
    }

    /// Forgets a request that was answered.
    pub fn forget(&mut self, key: &str) {
        self.0.retain(|sent| sent.key != key);
    }

    /// Forgets all, with what people typed.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Whether a refusal tells that the request was not done, now or when it was sent before. A server
/// that fails may have done it; one that refuses before it looks for the first answer (sign in,
/// wait, slow down, still at work) says nothing about the first time.
pub fn tells_outcome(status: u16, code: &str) -> bool {
    status < 500 && !matches!(status, 401 | 403 | 408 | 429) && code != "request_in_progress"
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: Option<&str> = Some("{\"subject\":\"空调不制冷\"}");

    fn key(sent: &mut Unanswered, body: Option<&str>, now_ms: i64, new: &str) -> String {
        sent.key("/tickets", body, now_ms, || Some(new.to_owned()))
            .unwrap()
    }

    #[test]
    fn the_same_request_keeps_its_key_until_it_is_answered_and_no_other_gets_it() {
        let mut sent = Unanswered::new();
        assert_eq!(key(&mut sent, BODY, 0, "a"), "a");
        assert_eq!(key(&mut sent, BODY, 1, "b"), "a");
        assert_eq!(key(&mut sent, Some("{}"), 1, "b"), "b");
        assert_eq!(key(&mut sent, None, 1, "c"), "c");
        let other = sent.key("/customers", BODY, 1, || Some("d".to_owned()));
        assert_eq!(other.as_deref(), Some("d"));
        sent.forget("a");
        assert_eq!(key(&mut sent, BODY, 2, "e"), "e");
        assert_eq!(key(&mut sent, Some("{}"), 2, "f"), "b");
        assert_eq!(sent.key("/users", None, 2, || None), None);
    }

    #[test]
    fn what_is_sent_much_later_or_after_signing_out_is_meant_anew() {
        let mut sent = Unanswered::new();
        key(&mut sent, BODY, 0, "a");
        assert_eq!(key(&mut sent, BODY, FRESH_MS - 1, "b"), "a");
        assert_eq!(key(&mut sent, BODY, FRESH_MS, "b"), "b");
        sent.clear();
        assert_eq!(key(&mut sent, BODY, FRESH_MS, "c"), "c");
    }

    #[test]
    fn of_many_the_oldest_are_forgotten() {
        let mut sent = Unanswered::new();
        let body = |number: usize| format!("{{\"number\":{number}}}");
        for number in 0..=MOST {
            key(&mut sent, Some(&body(number)), 0, &number.to_string());
        }
        assert_eq!(key(&mut sent, Some(&body(1)), 0, "new"), "1");
        assert_eq!(key(&mut sent, Some(&body(0)), 0, "new"), "new");
    }

    #[test]
    fn only_an_answer_about_the_request_itself_tells_its_outcome() {
        for (status, code, tells) in [
            (422, "invalid", true),
            (404, "not_found", true),
            (409, "taken", true),
            (422, "idempotency_key_reused", true),
            (409, "request_in_progress", false),
            (401, "session_expired", false),
            (403, "password_change_needed", false),
            (408, "request_timeout", false),
            (429, "too_many_attempts", false),
            (500, "internal", false),
            (503, "overloaded", false),
        ] {
            assert_eq!(tells_outcome(status, code), tells, "{status} {code}");
        }
    }
}

//! What was sent by POST and got no answer: nobody knows whether the server did it. Sent again
//! unchanged it goes by the same `Idempotency-Key`, so that it is not done twice.

use std::cell::RefCell;

use super::ApiError;

/// A request that is under way, or was given up without an answer.
struct Sent {
    path: String,
    body: Option<String>,
    key: String,
}

/// Most that are remembered; the oldest are forgotten first.
const MOST: usize = 16;

thread_local! {
    static SENT: RefCell<Vec<Sent>> = const { RefCell::new(Vec::new()) };
}

/// The key of a request: the one that the same request went by before, or a new one. None when the
/// browser has no random numbers.
pub(super) fn key(path: &str, body: Option<&str>) -> Option<String> {
    SENT.with_borrow_mut(|sent| {
        let known = sent
            .iter()
            .find(|sent| sent.path == path && sent.body.as_deref() == body);
        if let Some(known) = known {
            return Some(known.key.clone());
        }
        let key = fresh()?;
        if sent.len() >= MOST {
            sent.remove(0);
        }
        sent.push(Sent {
            path: path.to_owned(),
            body: body.map(str::to_owned),
            key: key.clone(),
        });
        Some(key)
    })
}

/// Forgets a request whose outcome `answer` tells.
pub(super) fn note<T>(key: &str, answer: &Result<T, ApiError>) {
    let is_known = match answer {
        Ok(_) => true,
        Err(ApiError::Problem(problem)) => problem.status < 500,
        Err(_) => false,
    };
    if is_known {
        SENT.with_borrow_mut(|sent| sent.retain(|sent| sent.key != key));
    }
}

/// A key that nobody has used: 128 random bits. `randomUUID` would not do, since browsers have it
/// on secure origins only.
fn fresh() -> Option<String> {
    let mut bytes = [0; 16];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

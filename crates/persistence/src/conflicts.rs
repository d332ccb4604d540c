//! Transactions that meet: which errors say so, and how long to wait before the same is tried again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use crate::error::StoreError;

/// How often a transaction that was broken off for another one is tried again.
pub(crate) const TRIES_AGAIN: u32 = 4;
/// The longest wait before the first of these; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// What a closure of [`write`](crate::writes::write) may fail with.
pub trait WriteError: From<StoreError> {
    /// Whether the database broke the transaction off for another one ([`StoreError::Conflict`]).
    fn is_conflict(&self) -> bool;
}

impl WriteError for StoreError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

/// Waits before the try of this number, each time for another while: those that met would meet
/// again if all waited equally long.
pub(crate) async fn pause(number: u32) {
    let longest = FIRST_PAUSE * (1 << number.min(TRIES_AGAIN));
    // A fresh hasher is seeded at random, which is all that is asked for here.
    let share = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
    tokio::time::sleep(longest.mul_f64(share)).await;
}

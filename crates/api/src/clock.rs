//! The one place that reads the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time: the system's, or one that a test sets. Clones of a set clock move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until somebody moves it.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(
            now.timestamp_micros(),
        ))))
    }

    /// The time, cut to microseconds: PostgreSQL keeps no more.
    #[allow(clippy::disallowed_methods, reason = "this is the place that may")]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Source::System => Utc::now().timestamp_micros(),
            Source::Set(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Sets a clock made by [`Clock::at`]; the system's clock stays as it is.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Source::Set(micros) = &self.0 {
            micros.store(now.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Moves a clock made by [`Clock::at`]; the system's clock stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_whole_microseconds_and_set_clocks_move_together() {
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1_000, 0);
        let clock = Clock::at("2026-05-31T08:00:00.123456789Z".parse().unwrap());
        assert_eq!(clock.now().to_rfc3339(), "2026-05-31T08:00:00.123456+00:00");
        let other = clock.clone();
        clock.advance(TimeDelta::seconds(2));
        assert_eq!(other.now().to_rfc3339(), "2026-05-31T08:00:02.123456+00:00");
    }
}

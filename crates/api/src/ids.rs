//! New ids: UUIDv7 by the state's clock, rising within a process.

use std::sync::Mutex;

use uuid::{ContextV7, Timestamp, Uuid};

use crate::clock::Clock;

/// Makes ids.
#[derive(Debug)]
pub struct Ids {
    clock: Clock,
    context: Mutex<ContextV7>,
}

impl Ids {
    /// Ids whose time is the clock's.
    pub const fn new(clock: Clock) -> Self {
        Self {
            clock,
            context: Mutex::new(ContextV7::new()),
        }
    }

    /// The next id, greater than the one before as long as the clock does not go back:
    /// `TicketId::from_uuid(state.ids.next())`.
    pub fn next(&self) -> Uuid {
        let now = self.clock.now();
        let seconds = now.timestamp().unsigned_abs();
        // A poisoned lock only means that another thread panicked while it counted.
        let context = self
            .context
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(
            &*context,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_carry_the_clocks_time() {
        let clock = Clock::at("2026-05-31T08:00:00Z".parse().unwrap());
        let ids = Ids::new(clock.clone());
        let made: Vec<Uuid> = (0..1_000).map(|_| ids.next()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        let (seconds, _) = made[0].get_timestamp().unwrap().to_unix();
        assert_eq!(seconds, clock.now().timestamp().unsigned_abs());
    }
}

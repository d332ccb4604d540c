//! Tells which step of several runs, and since when.

use std::io::{Write, stdout};
use std::time::{Duration, Instant};

/// Announces the steps of one command with the time since its start.
pub(crate) struct Progress {
    started: Instant,
    total: usize,
    announced: usize,
}

impl Progress {
    /// A command of `total` steps that starts now.
    pub(crate) fn new(total: usize) -> Self {
        Self {
            started: Instant::now(),
            total,
            announced: 0,
        }
    }

    /// Says that the next step begins.
    pub(crate) fn step(&mut self, title: &str) {
        self.announced += 1;
        println!(
            "\n[{}/{}] {title} ({} since the start)",
            self.announced,
            self.total,
            clock(self.started.elapsed())
        );
        // Cargo writes to standard error: without this its lines come before the title.
        drop(stdout().flush());
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Minutes and seconds, as on a stopwatch.
pub(crate) fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_shows_minutes_and_two_digits_of_seconds() {
        assert_eq!(clock(Duration::from_secs(9)), "0:09");
        assert_eq!(clock(Duration::from_secs(754)), "12:34");
    }
}

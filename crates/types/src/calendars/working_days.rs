//! Counting working days.

use chrono::{DateTime, Utc};

use super::OpenHours;
use super::open_hours::HORIZON;
use super::segments::DAY;

impl OpenHours {
    /// The same local time on the `n`-th working day after `start`; nothing when ten years do not
    /// hold so many. A working day is a local day with at least one open instant.
    ///
    /// A start outside the hours moves to the next opening first. The result is brought into that
    /// day's hours: before them or in a break to the next opening of the day, after them to its
    /// closing. A local time that does not exist on that day stands for the transition, one that
    /// comes twice for its first occurrence. With `n` zero it is the start, moved to an opening.
    pub fn nth_working_day_due(&self, start: DateTime<Utc>, n: u32) -> Option<DateTime<Utc>> {
        let opening = self.next_open_micros(start.timestamp_micros())?;
        if n == 0 {
            return DateTime::from_timestamp_micros(opening);
        }
        let (first_day, time) = self.local(opening);
        let mut left = n;
        for day in first_day + 1..first_day + HORIZON / DAY {
            let slots = self.slots(day);
            if slots.is_empty() {
                continue;
            }
            let hours = self.instants(day, slots);
            let Some((_, closing)) = hours.last() else {
                continue;
            };
            left -= 1;
            if left > 0 {
                continue;
            }
            let same_time = self
                .instants(day, &[(time, DAY)])
                .first()
                .map(|(from, _)| *from);
            let due = same_time
                .and_then(|at| {
                    hours
                        .iter()
                        .find(|(_, to)| *to > at)
                        .map(|(from, _)| at.max(*from))
                })
                .unwrap_or(*closing);
            return DateTime::from_timestamp_micros(due);
        }
        None
    }
}

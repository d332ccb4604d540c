//! Why it is open or closed: a stretch of time cut where the calendar gives another answer.

use chrono::{DateTime, NaiveDate, Utc};

use super::segments::{DAY, SECOND, segment};
use super::{LocalTime, OpenHours, Slot, Span, Why};
use crate::text::LabelText;

/// Time within one local day that is open by one slot, or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    /// The local day.
    pub on: NaiveDate,
    /// Why that day is as it is.
    pub why: Why,
    /// What the day is called.
    pub name: Option<LabelText>,
    /// The slot that it is open by; none while it is closed.
    pub slot: Option<Slot>,
}

impl OpenHours {
    /// The time from `from` to `to` without gap or overlap, each stretch with its reason. The open
    /// ones add up to [`Self::open_time_between`].
    pub fn explain(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        let limit = to.timestamp_micros();
        let mut at = from.timestamp_micros();
        while at < limit {
            let segment = segment(self.zone, at, limit);
            while at < segment.end {
                let day = (at + segment.offset).div_euclid(DAY);
                let midnight = day * DAY - segment.offset;
                let day_end = (midnight + DAY).min(segment.end);
                let slot = self
                    .slots(day)
                    .iter()
                    .find(|(_, closes)| midnight + closes > at);
                let (end, open) = match slot {
                    Some((opens, _)) if midnight + opens > at => (midnight + opens, None),
                    Some(slot @ (_, closes)) => (midnight + closes, Some(slot)),
                    None => (day_end, None),
                };
                let end = end.min(day_end);
                if let Some(stretch) = self.stretch((at, end), day, open) {
                    add(&mut found, stretch);
                }
                at = end;
            }
        }
        found
    }

    fn stretch(&self, (from, to): Span, day: i64, open: Option<&Span>) -> Option<Stretch> {
        let (why, name) = match self.reasons.binary_search_by_key(&day, |(on, ..)| *on) {
            Ok(index) => (self.reasons[index].1, self.reasons[index].2.clone()),
            Err(_) => (Why::Week, None),
        };
        Some(Stretch {
            from: DateTime::from_timestamp_micros(from)?,
            to: DateTime::from_timestamp_micros(to)?,
            on: NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?,
            why,
            name,
            slot: open.and_then(written),
        })
    }
}

/// Adds a stretch; one that only goes on, as where the offset was looked at anew, is no second one.
fn add(found: &mut Vec<Stretch>, next: Stretch) {
    match found.last_mut() {
        Some(last) if last.to == next.from && last.on == next.on && last.slot == next.slot => {
            last.to = next.to;
        }
        _ => found.push(next),
    }
}

/// A slot as it is written in the calendar.
fn written((from, to): &Span) -> Option<Slot> {
    let time = |micros: &i64| {
        let minutes = u16::try_from(micros / (60 * SECOND)).ok()?;
        LocalTime::from_minutes(minutes)
    };
    Some(Slot {
        from: time(from)?,
        to: time(to)?,
    })
}

//! Stretches of time in which a zone's offset from UTC does not change.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::Span;

/// Microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;
/// Microseconds of a day on a clock without transitions.
pub(super) const DAY: i64 = 86_400 * SECOND;

/// How far apart the offset is looked at. In the time zone database no two transitions since 1970
/// that lead back to the same offset are nearer than 6 days 23 hours, so none is overlooked.
const PROBE: i64 = 6 * DAY;
/// Longest segment, so that a search which ends soon does not look far ahead.
const LONGEST: i64 = 5 * PROBE;

/// Time up to `end` with one offset; both in microseconds, `offset` positive east of Greenwich.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) end: i64,
    pub(super) offset: i64,
}

/// The offset of `zone` at an instant, in microseconds.
pub(super) fn offset_at(zone: Tz, at: i64) -> i64 {
    offset_seconds(zone, at.div_euclid(SECOND)) * SECOND
}

/// The offset of `zone` at a second since 1970.
pub(super) fn offset_seconds(zone: Tz, second: i64) -> i64 {
    // Beyond the years that chrono can name no zone has an offset; nothing gets there.
    DateTime::from_timestamp(second, 0).map_or(0, |at| {
        i64::from(
            zone.offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc(),
        )
    })
}

/// The segment of a zone that begins at `at`; it ends at `limit` at the latest.
pub(super) fn segment(zone: Tz, at: i64, limit: i64) -> Segment {
    segment_by(&|second| offset_seconds(zone, second), at, limit)
}

/// The same by the offsets alone: seconds at a second since 1970, positive east of Greenwich.
pub(super) fn segment_by(offset_of: &impl Fn(i64) -> i64, at: i64, limit: i64) -> Segment {
    let first = at.div_euclid(SECOND);
    let offset = offset_of(first);
    let limit = limit.min(at + LONGEST);
    let mut same = first;
    let mut end = at;
    while end < limit {
        let probe = (end + PROBE).min(limit);
        let mut other = probe.div_euclid(SECOND) + i64::from(probe.rem_euclid(SECOND) > 0);
        if offset_of(other) == offset {
            same = other;
            end = probe;
            continue;
        }
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if offset_of(middle) == offset {
                same = middle;
            } else {
                other = middle;
            }
        }
        end = (other * SECOND).min(limit);
        break;
    }
    Segment {
        end,
        offset: offset * SECOND,
    }
}

/// The instants of one local day since 1970 whose time lies in `slots`, in order.
pub(super) fn instants_by(offset_of: &impl Fn(i64) -> i64, day: i64, slots: &[Span]) -> Vec<Span> {
    let (mut at, limit) = around(day);
    let mut found = Vec::with_capacity(slots.len());
    while at < limit {
        let segment = segment_by(offset_of, at, limit);
        let midnight = day * DAY - segment.offset;
        for (from, to) in slots {
            let span = ((midnight + from).max(at), (midnight + to).min(segment.end));
            if span.0 < span.1 {
                found.push(span);
            }
        }
        at = segment.end;
    }
    found
}

/// Instants between which a local day lies in every zone: none has ever been 16 hours away from
/// Greenwich.
pub(super) const fn around(day: i64) -> (i64, i64) {
    let margin = 16 * 3_600 * SECOND;
    (day * DAY - margin, (day + 1) * DAY + margin)
}

//! Stretches of time in which a zone's offset from UTC does not change.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

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

fn offset_seconds(zone: Tz, second: i64) -> i64 {
    // Beyond the years that chrono can name no zone has an offset; nothing gets there.
    DateTime::from_timestamp(second, 0).map_or(0, |at| {
        i64::from(
            zone.offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc(),
        )
    })
}

/// The segment that begins at `at`; it ends at `limit` at the latest.
pub(super) fn segment(zone: Tz, at: i64, limit: i64) -> Segment {
    let first = at.div_euclid(SECOND);
    let offset = offset_seconds(zone, first);
    let limit = limit.min(at + LONGEST);
    let mut same = first;
    let mut end = at;
    while end < limit {
        let probe = (end + PROBE).min(limit);
        let mut other = probe.div_euclid(SECOND) + i64::from(probe.rem_euclid(SECOND) > 0);
        if offset_seconds(zone, other) == offset {
            same = other;
            end = probe;
            continue;
        }
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if offset_seconds(zone, middle) == offset {
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

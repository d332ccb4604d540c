//! The period and the other parameters that all reports share.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rapport_types::filters::{Filter, Op, start_of_day};
use rapport_types::instants::{given_day, given_instant};
use rapport_types::kpis::Period;
use rapport_types::problem::FieldCode;

use crate::extract::RawPairs;

/// Days of a period when none is named.
const DEFAULT_DAYS: u64 = 30;

/// A period and the zone in which it was cut.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The period.
    pub period: Period,
    /// The zone.
    pub zone: Tz,
}

/// Takes `from` (inclusive), `to` (exclusive) and `time_zone`: days or instants; the last 30 days
/// when neither is given.
pub fn take_period(pairs: &mut RawPairs, now: DateTime<Utc>, default_zone: Tz) -> Asked {
    let zone = pairs
        .take_parsed("time_zone", FieldCode::InvalidTimeZone)
        .unwrap_or(default_zone);
    let default = Period::last_days(DEFAULT_DAYS, now, zone);
    let (from, to) = (
        take_instant(pairs, "from", zone),
        take_instant(pairs, "to", zone),
    );
    let period = Period::new(from.unwrap_or(default.from), to.unwrap_or(default.to))
        .unwrap_or_else(|_| {
            pairs.fault("to", FieldCode::InvalidPeriod);
            default
        });
    Asked { period, zone }
}

fn take_instant(pairs: &mut RawPairs, name: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = pairs.take(name)?;
    let instant = match (text.parse(), text.parse()) {
        (Ok(day), _) => given_day(day).map(|day| start_of_day(day, zone)),
        (_, Ok(at)) => given_instant(at).map(Some),
        (Err(_), Err(_)) => Err(FieldCode::InvalidInstant),
    };
    let instant = instant.and_then(|at| at.ok_or(FieldCode::InvalidInstant));
    instant.map_err(|code| pairs.fault(name, code)).ok()
}

/// Takes `exclude_agent_ratings`: the filter of ratings.
pub fn rating_filter(pairs: &mut RawPairs) -> Filter {
    match pairs.take_parsed("exclude_agent_ratings", FieldCode::WrongType) {
        Some(true) => Filter::of("rating_source", Op::Not, &["agent"]),
        _ => Filter::default(),
    }
}

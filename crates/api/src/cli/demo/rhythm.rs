//! When tickets are opened: by the hour of the day and the day of the week, a little more each
//! month.

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::random::Random;

/// How much is asked in each hour of a local day.
const HOURS: [f64; 24] = [
    0.06, 0.03, 0.02, 0.02, 0.02, 0.05, 0.15, 0.4, 1.3, 3.2, 3.8, 3.2, 1.8, 2.3, 3.4, 3.3, 3.0,
    2.2, 1.4, 1.3, 1.2, 0.8, 0.3, 0.12,
];

/// How much is asked on each day of the week, from Monday.
const WEEKDAYS: [f64; 7] = [1.3, 1.15, 1.08, 1.02, 0.98, 0.52, 0.4];

/// How much more is asked at the end than at the beginning.
const GROWTH: f64 = 0.22;

/// China keeps one time all over the country and all through the year.
pub(super) const LOCAL: TimeDelta = TimeDelta::hours(8);

/// `count` instants from `since` to `now`, in order.
pub(super) fn openings(
    count: usize,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    random: &mut Random,
) -> Vec<DateTime<Utc>> {
    let hour = TimeDelta::hours(1);
    let all = (now - since).num_seconds() as f64;
    let mut slots = Vec::new();
    let mut total = 0.0;
    let mut at = since;
    let mut of_day = 1.0;
    while at < now {
        let local = (at + LOCAL).naive_utc();
        let hour_of_day = (local.and_utc().timestamp() / 3_600 % 24) as usize;
        if hour_of_day == 0 || slots.is_empty() {
            of_day = 0.85 + 0.3 * random.unit();
        }
        let length = (now - at).min(hour);
        let growth = 1.0 + GROWTH * (at - since).num_seconds() as f64 / all;
        let weekday = WEEKDAYS[local.weekday().num_days_from_monday() as usize];
        total +=
            HOURS[hour_of_day] * weekday * growth * of_day * length.num_seconds() as f64 / 3_600.0;
        slots.push((total, at, length));
        at += hour;
    }
    // One in each of as many equal shares: in order without sorting, and no two days alike.
    let mut next = 0;
    (0..count)
        .map(|index| {
            let wanted = total * (index as f64 + random.unit()) / count as f64;
            while next + 1 < slots.len() && slots[next].0 < wanted {
                next += 1;
            }
            let before = if next == 0 { 0.0 } else { slots[next - 1].0 };
            let (upto, at, length) = slots[next];
            let share = ((wanted - before) / (upto - before).max(f64::EPSILON)).clamp(0.0, 1.0);
            at + TimeDelta::seconds((length.num_seconds() as f64 * share) as i64)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_in_order_and_follow_the_week_and_the_day() {
        let now: DateTime<Utc> = "2026-05-31T10:20:00Z".parse().unwrap();
        let since = now - TimeDelta::days(182);
        let openings = openings(12_000, since, now, &mut Random::new(1));
        assert_eq!(openings.len(), 12_000);
        assert!(openings.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(openings[0] >= since && openings[11_999] <= now);
        let local = |at: &DateTime<Utc>| (*at + LOCAL).naive_utc();
        let share = |wanted: &dyn Fn(chrono::NaiveDateTime) -> bool| {
            openings.iter().filter(|at| wanted(local(at))).count() as f64 / 12_000.0
        };
        let sundays = share(&|at| at.weekday() == chrono::Weekday::Sun);
        let mondays = share(&|at| at.weekday() == chrono::Weekday::Mon);
        assert!(
            (0.04..0.09).contains(&sundays) && (0.17..0.24).contains(&mondays),
            "{sundays} {mondays}"
        );
        let nights = share(&|at| at.and_utc().timestamp() / 3_600 % 24 < 6);
        assert!(nights < 0.02, "{nights}");
        let later = openings
            .iter()
            .filter(|at| **at > since + TimeDelta::days(91))
            .count();
        assert!((6_100..6_600).contains(&later), "{later}");
    }
}

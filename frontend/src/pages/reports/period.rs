//! The periods that can be picked, and the days they mean.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A period that follows the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preset {
    Today,
    Yesterday,
    Last7Days,
    Last30Days,
    ThisWeek,
    LastWeek,
    ThisMonth,
    LastMonth,
    ThisQuarter,
}

impl Preset {
    /// All of them, in the order of the list.
    pub(super) const ALL: [Self; 9] = [
        Self::Today,
        Self::Yesterday,
        Self::Last7Days,
        Self::Last30Days,
        Self::ThisWeek,
        Self::LastWeek,
        Self::ThisMonth,
        Self::LastMonth,
        Self::ThisQuarter,
    ];

    /// The name in the URL.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Last7Days => "last_7_days",
            Self::Last30Days => "last_30_days",
            Self::ThisWeek => "this_week",
            Self::LastWeek => "last_week",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
            Self::ThisQuarter => "this_quarter",
        }
    }

    /// The one with this name.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.code() == code)
    }

    /// The first day, and the first one after it. A period that is not over ends with today, so
    /// that it is compared with as many days before and not with days that are still to come.
    pub(super) fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let tomorrow = later(today, 1);
        let monday = today.week(Weekday::Mon).first_day();
        let first = today.with_day(1).unwrap_or(today);
        match self {
            Self::Today => (today, tomorrow),
            Self::Yesterday => (earlier(today, 1), today),
            Self::Last7Days => (earlier(today, 6), tomorrow),
            Self::Last30Days => (earlier(today, 29), tomorrow),
            Self::ThisWeek => (monday, tomorrow),
            Self::LastWeek => (earlier(monday, 7), monday),
            Self::ThisMonth => (first, tomorrow),
            Self::LastMonth => {
                let last = earlier(first, 1);
                (last.with_day(1).unwrap_or(last), first)
            }
            Self::ThisQuarter => {
                let month = (today.month0() / 3) * 3 + 1;
                (
                    NaiveDate::from_ymd_opt(today.year(), month, 1).unwrap_or(first),
                    tomorrow,
                )
            }
        }
    }
}

/// So many days later.
pub(super) fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// So many days earlier.
pub(super) fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_period_means_its_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, preset, from, to) in [
            ("2026-05-13", Preset::Today, "2026-05-13", "2026-05-14"),
            ("2026-05-13", Preset::Yesterday, "2026-05-12", "2026-05-13"),
            ("2026-05-13", Preset::Last7Days, "2026-05-07", "2026-05-14"),
            ("2026-03-01", Preset::Last30Days, "2026-01-31", "2026-03-02"),
            ("2026-05-13", Preset::ThisWeek, "2026-05-11", "2026-05-14"),
            ("2026-05-11", Preset::ThisWeek, "2026-05-11", "2026-05-12"),
            ("2026-05-17", Preset::LastWeek, "2026-05-04", "2026-05-11"),
            ("2026-05-31", Preset::ThisMonth, "2026-05-01", "2026-06-01"),
            ("2026-01-31", Preset::LastMonth, "2025-12-01", "2026-01-01"),
            (
                "2026-12-31",
                Preset::ThisQuarter,
                "2026-10-01",
                "2027-01-01",
            ),
        ] {
            assert_eq!(
                preset.days(day(today)),
                (day(from), day(to)),
                "{preset:?} on {today}"
            );
            assert_eq!(Preset::from_code(preset.code()), Some(preset));
        }
    }
}

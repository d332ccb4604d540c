//! How much time a clock allows, as a number and a unit.

use rapport_types::clocks::{Target, TargetSeconds, Time, WorkingDays};
use rapport_types::locale::Locale as Language;

use crate::i18n::td_string;
use crate::preferences::text_locale;

/// What the number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
    BusinessSeconds,
    BusinessMinutes,
    BusinessHours,
    WorkingDays,
}

impl Unit {
    const ALL: [Self; 8] = [
        Self::Seconds,
        Self::Minutes,
        Self::Hours,
        Self::Days,
        Self::BusinessSeconds,
        Self::BusinessMinutes,
        Self::BusinessHours,
        Self::WorkingDays,
    ];

    /// Those to choose from, and `also` the one that is chosen: seconds come from elsewhere only.
    pub(super) fn choices(also: Self) -> impl Iterator<Item = Self> {
        let is_usual = |unit: &Self| !matches!(unit, Self::Seconds | Self::BusinessSeconds);
        Self::ALL
            .into_iter()
            .filter(move |unit| is_usual(unit) || *unit == also)
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::BusinessSeconds => "business_seconds",
            Self::BusinessMinutes => "business_minutes",
            Self::BusinessHours => "business_hours",
            Self::WorkingDays => "working_days",
        }
    }

    pub(super) fn from_code(code: &str) -> Self {
        let found = Self::ALL.into_iter().find(|unit| unit.code() == code);
        found.unwrap_or(Self::Hours)
    }

    pub(super) fn name(self, locale: Language) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Seconds => td_string!(text, clock_policies.unit.seconds),
            Self::Minutes => td_string!(text, clock_policies.unit.minutes),
            Self::Hours => td_string!(text, clock_policies.unit.hours),
            Self::Days => td_string!(text, clock_policies.unit.days),
            Self::BusinessSeconds => td_string!(text, clock_policies.unit.business_seconds),
            Self::BusinessMinutes => td_string!(text, clock_policies.unit.business_minutes),
            Self::BusinessHours => td_string!(text, clock_policies.unit.business_hours),
            Self::WorkingDays => td_string!(text, clock_policies.unit.working_days),
        }
    }

    /// Seconds of one; none for working days.
    const fn seconds(self) -> Option<u32> {
        match self {
            Self::Seconds | Self::BusinessSeconds => Some(1),
            Self::Minutes | Self::BusinessMinutes => Some(60),
            Self::Hours | Self::BusinessHours => Some(3_600),
            Self::Days => Some(86_400),
            Self::WorkingDays => None,
        }
    }

    const fn time(self) -> Time {
        match self {
            Self::Seconds | Self::Minutes | Self::Hours | Self::Days => Time::Elapsed,
            Self::BusinessSeconds
            | Self::BusinessMinutes
            | Self::BusinessHours
            | Self::WorkingDays => Time::Business,
        }
    }
}

/// A target as it is shown: the largest unit of which it holds a whole number; a day is 24 hours.
pub(super) fn shown(target: Target, time: Time) -> (String, Unit) {
    let seconds = match target {
        Target::WorkingDays(days) => return (days.get().to_string(), Unit::WorkingDays),
        Target::Seconds(seconds) => seconds.get(),
    };
    let (whole_days, units) = match time {
        Time::Elapsed => (
            seconds % 86_400 == 0 && seconds > 86_400,
            [Unit::Hours, Unit::Minutes, Unit::Seconds],
        ),
        Time::Business => (
            false,
            [
                Unit::BusinessHours,
                Unit::BusinessMinutes,
                Unit::BusinessSeconds,
            ],
        ),
    };
    if whole_days {
        return ((seconds / 86_400).to_string(), Unit::Days);
    }
    let fits = |unit: &Unit| unit.seconds().is_some_and(|length| seconds % length == 0);
    let unit = units.into_iter().find(fits).unwrap_or(Unit::Seconds);
    ((seconds / unit.seconds().unwrap_or(1)).to_string(), unit)
}

/// What a number and a unit say; none when that is no target. Halves of an hour are fine.
pub(super) fn read(number: &str, unit: Unit) -> Option<(Target, Time)> {
    let number = number.trim();
    let target = match unit.seconds() {
        None => Target::WorkingDays(WorkingDays::try_from(number.parse::<u32>().ok()?).ok()?),
        Some(length) => {
            let seconds = (number.parse::<f64>().ok()? * f64::from(length)).round();
            let most = f64::from(TargetSeconds::MAX);
            // Nothing and NaN are outside as well.
            if !(1.0..=most).contains(&seconds) {
                return None;
            }
            Target::Seconds(TargetSeconds::try_from(seconds as u32).ok()?)
        }
    };
    Some((target, unit.time()))
}

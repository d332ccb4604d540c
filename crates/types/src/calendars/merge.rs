//! Bringing the days of a file into a calendar.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{CalendarDay, DayKind};

/// What happens to the days that the calendar has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// They stay as they are; only days that it does not name are added.
    Keep,
    /// Those of the years that the file speaks of give way to the file's. The own hours of a day
    /// that is open in both stay.
    ReplaceYears,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// The calendar's days then, in order.
    pub days: Vec<CalendarDay>,
    /// How many days the calendar did not name before.
    pub added_count: usize,
    /// How many it says something else of.
    pub changed_count: usize,
    /// How many it no longer names.
    pub removed_count: usize,
    /// The days of which calendar and file say the opposite, whoever wins.
    pub conflicts: Vec<Conflict>,
}

/// A day of which calendar and file say the opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// The day.
    pub on: NaiveDate,
    /// What the calendar says.
    pub present: DayKind,
    /// What the file says.
    pub found: DayKind,
}

/// The days of a calendar together with those that were found in a file.
pub fn merge_days(present: &[CalendarDay], found: &[CalendarDay], how: Merge) -> Merged {
    let before: BTreeMap<NaiveDate, &CalendarDay> =
        present.iter().map(|day| (day.on, day)).collect();
    let years: BTreeSet<i32> = match how {
        Merge::Keep => BTreeSet::new(),
        Merge::ReplaceYears => found.iter().map(|day| day.on.year()).collect(),
    };
    let mut after: BTreeMap<NaiveDate, CalendarDay> = present
        .iter()
        .filter(|day| !years.contains(&day.on.year()))
        .map(|day| (day.on, day.clone()))
        .collect();
    let mut merged = Merged::default();
    for day in found {
        let known = before.get(&day.on).copied();
        if let Some(known) = known
            && known.kind != day.kind
        {
            merged.conflicts.push(Conflict {
                on: day.on,
                present: known.kind,
                found: day.kind,
            });
        }
        match (known, how) {
            (Some(_), Merge::Keep) => {}
            (Some(known), Merge::ReplaceYears) => {
                let day = replaced(known, day);
                merged.changed_count += usize::from(day != *known);
                after.insert(day.on, day);
            }
            (None, _) => {
                merged.added_count += usize::from(after.insert(day.on, day.clone()).is_none());
            }
        }
    }
    merged.removed_count = before.keys().filter(|on| !after.contains_key(on)).count();
    merged.days = after.into_values().collect();
    merged
}

/// The day as the file has it, with what only the calendar knows of it.
fn replaced(known: &CalendarDay, found: &CalendarDay) -> CalendarDay {
    let mut day = found.clone();
    if known.kind == DayKind::Open && day.kind == DayKind::Open && day.slots.is_empty() {
        day.slots.clone_from(&known.slots);
    }
    if known.kind == day.kind && day.name.is_none() {
        day.name.clone_from(&known.name);
    }
    day
}

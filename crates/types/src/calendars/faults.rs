//! What can be wrong with the rules of a calendar.

use std::collections::HashSet;

use chrono::{Datelike, Weekday};
use chrono_tz::Tz;

use super::{CalendarRules, DayKind, Slot};

/// Most days that may differ from the week: more than five years of nothing else.
const MOST_DAYS: usize = 2_000;
/// Most slots of one day.
const MOST_SLOTS: usize = 24;
/// Years a day may lie in.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1970..=2200;

/// One fault of a calendar's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarFault {
    /// Where it lies.
    pub place: Place,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// What is wrong with a calendar's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Not an IANA time zone.
    UnknownZone,
    /// More than 2,000 days.
    TooManyDays,
    /// More than 24 slots in a day.
    TooManySlots,
    /// A slot that ends when or before it begins.
    EmptySlot,
    /// A slot that begins before the one above it ends.
    SlotsOutOfOrder,
    /// A closed day with slots.
    ClosedWithSlots,
    /// An open day without slots in a calendar whose Monday has none to take.
    OpenWithoutHours,
    /// A day that stands in the list twice; this is the second.
    DayTwice,
    /// A day outside the years 1970 to 2200.
    DayOutOfRange,
    /// Not one open minute in the whole calendar.
    NeverOpen,
}

/// The member of the rules that a fault is about; indexes count from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `time_zone`.
    Zone,
    /// `week`.
    Week,
    /// The slots of a weekday.
    Weekday(Weekday),
    /// One slot of a weekday.
    WeekdaySlot(Weekday, usize),
    /// `days`.
    Days,
    /// One day of the list.
    Day(usize),
    /// The slots of a day.
    DaySlots(usize),
    /// One slot of a day.
    DaySlot(usize, usize),
}

impl Place {
    /// The JSON pointer from the calendar's own object.
    pub fn pointer(self) -> String {
        let name = |weekday| match weekday {
            Weekday::Mon => "monday",
            Weekday::Tue => "tuesday",
            Weekday::Wed => "wednesday",
            Weekday::Thu => "thursday",
            Weekday::Fri => "friday",
            Weekday::Sat => "saturday",
            Weekday::Sun => "sunday",
        };
        match self {
            Self::Zone => "/time_zone".to_owned(),
            Self::Week => "/week".to_owned(),
            Self::Weekday(weekday) => format!("/week/{}", name(weekday)),
            Self::WeekdaySlot(weekday, slot) => format!("/week/{}/{slot}", name(weekday)),
            Self::Days => "/days".to_owned(),
            Self::Day(day) => format!("/days/{day}"),
            Self::DaySlots(day) => format!("/days/{day}/slots"),
            Self::DaySlot(day, slot) => format!("/days/{day}/slots/{slot}"),
        }
    }
}

impl CalendarRules {
    /// The time zone, if there is one of that name.
    pub fn zone(&self) -> Option<Tz> {
        self.time_zone.parse().ok()
    }

    /// Everything that is wrong with them, in the order of the members; empty when they are good.
    pub fn faults(&self) -> Vec<CalendarFault> {
        self.faults_in(self.zone().is_some())
    }

    /// The same for who knows the zones from elsewhere: a browser has no need of their table.
    pub fn faults_in(&self, is_known_zone: bool) -> Vec<CalendarFault> {
        let mut faults = Vec::new();
        let mut add = |place, kind| faults.push(CalendarFault { place, kind });
        if !is_known_zone {
            add(Place::Zone, FaultKind::UnknownZone);
        }
        let mut weekday = Weekday::Mon;
        for _ in 0..7 {
            check_slots(self.week.slots(weekday), &mut |slot, kind| {
                add(
                    slot.map_or(Place::Weekday(weekday), |i| Place::WeekdaySlot(weekday, i)),
                    kind,
                );
            });
            weekday = weekday.succ();
        }
        if self.days.len() > MOST_DAYS {
            add(Place::Days, FaultKind::TooManyDays);
            return faults;
        }
        let mut seen = HashSet::new();
        for (index, day) in self.days.iter().enumerate() {
            if !YEARS.contains(&day.on.year()) {
                add(Place::Day(index), FaultKind::DayOutOfRange);
            }
            if !seen.insert(day.on) {
                add(Place::Day(index), FaultKind::DayTwice);
            }
            match day.kind {
                DayKind::Closed if !day.slots.is_empty() => {
                    add(Place::DaySlots(index), FaultKind::ClosedWithSlots);
                }
                DayKind::Open if day.slots.is_empty() && self.week.monday.is_empty() => {
                    add(Place::Day(index), FaultKind::OpenWithoutHours);
                }
                DayKind::Closed | DayKind::Open => {}
            }
            check_slots(&day.slots, &mut |slot, kind| {
                add(
                    slot.map_or(Place::DaySlots(index), |i| Place::DaySlot(index, i)),
                    kind,
                );
            });
        }
        let opens_some_weekday = {
            let mut weekday = Weekday::Mon;
            (0..7).any(|_| {
                let open = !self.week.slots(weekday).is_empty();
                weekday = weekday.succ();
                open
            })
        };
        if !opens_some_weekday && self.days.iter().all(|day| day.kind == DayKind::Closed) {
            faults.push(CalendarFault {
                place: Place::Week,
                kind: FaultKind::NeverOpen,
            });
        }
        faults
    }
}

/// Reports the faults of one day's slots with the index of the slot; none is the day itself.
fn check_slots(slots: &[Slot], report: &mut dyn FnMut(Option<usize>, FaultKind)) {
    if slots.len() > MOST_SLOTS {
        report(None, FaultKind::TooManySlots);
        return;
    }
    for (index, slot) in slots.iter().enumerate() {
        if slot.from >= slot.to {
            report(Some(index), FaultKind::EmptySlot);
        }
        if index > 0 && slot.from < slots[index - 1].to {
            report(Some(index), FaultKind::SlotsOutOfOrder);
        }
    }
}

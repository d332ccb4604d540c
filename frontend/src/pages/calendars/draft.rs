//! A calendar as it is being edited. It is read by the API's own rules at every key, so that what is
//! wrong stands at the slot before anything is sent.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use leptos::prelude::*;
use rapport_types::calendars::{
    Calendar, CalendarDay, CalendarPatch, CalendarRules, FaultKind, NewCalendar, Place, Week,
};
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use serde::{Deserialize, Serialize};

use super::slots::{Slots, TypedSlots};
use super::zone::Zone;

/// The weekdays in their order.
pub(super) const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// What is being edited.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) en: RwSignal<String>,
    pub(super) zh_cn: RwSignal<String>,
    pub(super) zone: RwSignal<Option<String>>,
    pub(super) week: [Slots; 7],
    /// In order.
    pub(super) days: RwSignal<Vec<CalendarDay>>,
}

/// The same as it is kept and compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) en: String,
    pub(super) zh_cn: String,
    pub(super) zone: Option<String>,
    pub(super) week: Vec<TypedSlots>,
    pub(super) days: Vec<CalendarDay>,
}

/// A part of a calendar that is saved as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Names,
    Zone,
    Week,
    Days,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::Names, Self::Zone, Self::Week, Self::Days];
}

/// What is wrong with a draft; no kind is a text that is no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DraftFault {
    pub(super) place: Place,
    pub(super) kind: Option<FaultKind>,
}

/// The draft as the rules read it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    /// The rules; none while a text is no time of day.
    pub(super) rules: Option<CalendarRules>,
    /// Everything that is wrong with them.
    pub(super) faults: Vec<DraftFault>,
}

impl Checked {
    /// The first fault at a place.
    pub(super) fn fault_at(&self, place: Place) -> Option<DraftFault> {
        self.faults.iter().find(|it| it.place == place).copied()
    }
}

impl Draft {
    /// One that holds this.
    pub(super) fn new(typed: &Typed) -> Self {
        let draft = Self {
            en: RwSignal::new(String::new()),
            zh_cn: RwSignal::new(String::new()),
            zone: RwSignal::new(None),
            week: WEEKDAYS.map(|_| Slots::new()),
            days: RwSignal::new(Vec::new()),
        };
        draft.fill(typed);
        draft
    }

    /// Puts it there.
    pub(super) fn fill(self, typed: &Typed) {
        self.en.set(typed.en.clone());
        self.zh_cn.set(typed.zh_cn.clone());
        self.zone.set(typed.zone.clone());
        for (slots, typed) in self.week.into_iter().zip(&typed.week) {
            slots.fill(typed);
        }
        self.days.set(typed.days.clone());
    }

    /// What stands there; tracked.
    pub(super) fn typed(self) -> Typed {
        Typed {
            en: self.en.get(),
            zh_cn: self.zh_cn.get(),
            zone: self.zone.get(),
            week: self.week.iter().map(|slots| slots.typed()).collect(),
            days: self.days.get(),
        }
    }

    /// The slots of a weekday.
    pub(super) fn slots(self, weekday: Weekday) -> Slots {
        self.week[weekday.num_days_from_monday() as usize]
    }

    /// The entry of a day; tracked.
    pub(super) fn day(self, on: NaiveDate) -> Option<CalendarDay> {
        self.days
            .with(|days| days.iter().find(|day| day.on == on).cloned())
    }

    /// Sets the entry of a day, or takes it away.
    pub(super) fn set_day(self, on: NaiveDate, entry: Option<CalendarDay>) {
        self.days.update(|days| {
            days.retain(|day| day.on != on);
            days.extend(entry);
            days.sort_by_key(|day| day.on);
        });
    }

    /// What the rules say; tracked.
    pub(super) fn checked(self) -> Checked {
        let (mut week, mut unreadable) = (Week::default(), Vec::new());
        for weekday in WEEKDAYS {
            match self.slots(weekday).read() {
                Ok(slots) => *slots_of(&mut week, weekday) = slots,
                Err(lines) => {
                    unreadable.extend(lines.into_iter().map(|line| DraftFault {
                        place: Place::WeekdaySlot(weekday, line),
                        kind: None,
                    }));
                }
            }
        }
        if !unreadable.is_empty() {
            return Checked {
                rules: None,
                faults: unreadable,
            };
        }
        let rules = CalendarRules {
            time_zone: self.zone.get().unwrap_or_default(),
            week,
            days: self.days.get(),
        };
        let is_known_zone = Zone::of(&rules.time_zone).is_some();
        let faults = rules
            .faults_in(is_known_zone)
            .into_iter()
            .map(|fault| DraftFault {
                place: fault.place,
                kind: Some(fault.kind),
            });
        Checked {
            faults: faults.collect(),
            rules: Some(rules),
        }
    }

    /// The names; none while both are empty or one is too long.
    pub(super) fn names(self) -> Option<Names> {
        let names = [
            (Locale::En, self.en.get()),
            (Locale::ZhCn, self.zh_cn.get()),
        ];
        let given = names
            .into_iter()
            .filter(|(_, name)| !name.trim().is_empty())
            .map(|(locale, name)| (locale.tag().to_owned(), name));
        Names::try_from(given.collect::<BTreeMap<_, _>>()).ok()
    }

    /// The calendar to add, when nothing is wrong with it.
    pub(super) fn to_add(self) -> Option<NewCalendar> {
        let rules = untrack(|| self.checked()).rules?;
        Some(NewCalendar {
            names: untrack(|| self.names())?,
            time_zone: rules.time_zone,
            week: rules.week,
            days: rules.days,
        })
    }

    /// The change from what it was, when nothing is wrong with it: the parts that differ.
    pub(super) fn to_change(self, from: &Typed) -> Option<CalendarPatch> {
        let rules = untrack(|| self.checked()).rules?;
        let names = untrack(|| self.names())?;
        let mine = untrack(|| self.typed());
        let differs = |part| from.differs(&mine, part);
        Some(CalendarPatch {
            names: differs(Part::Names).then_some(names),
            time_zone: differs(Part::Zone).then_some(rules.time_zone),
            week: differs(Part::Week).then_some(rules.week),
            days: differs(Part::Days).then_some(rules.days),
            active: None,
        })
    }
}

impl Typed {
    /// A calendar as the editor shows it.
    pub(super) fn of(calendar: &Calendar) -> Self {
        let names = BTreeMap::from(calendar.names.clone());
        let name = |locale: Locale| names.get(locale.tag()).cloned().unwrap_or_default();
        let mut days = calendar.days.clone();
        days.sort_by_key(|day| day.on);
        Self {
            en: name(Locale::En),
            zh_cn: name(Locale::ZhCn),
            zone: Some(calendar.time_zone.clone()),
            week: WEEKDAYS
                .iter()
                .map(|weekday| TypedSlots::of(calendar.week.slots(*weekday)))
                .collect(),
            days,
        }
    }

    /// A calendar to begin with: Monday to Friday, nine to six.
    pub(super) fn office(zone: String) -> Self {
        let day = |weekday: Weekday| {
            let is_open = weekday.num_days_from_monday() < 5;
            TypedSlots(
                is_open
                    .then(|| ("09:00".to_owned(), "18:00".to_owned()))
                    .into_iter()
                    .collect(),
            )
        };
        Self {
            en: String::new(),
            zh_cn: String::new(),
            zone: Some(zone),
            week: WEEKDAYS.into_iter().map(day).collect(),
            days: Vec::new(),
        }
    }

    /// Whether a part is another one there.
    pub(super) fn differs(&self, other: &Self, part: Part) -> bool {
        match part {
            Part::Names => (&self.en, &self.zh_cn) != (&other.en, &other.zh_cn),
            Part::Zone => self.zone != other.zone,
            Part::Week => self.week != other.week,
            Part::Days => self.days != other.days,
        }
    }

    /// The same with one part of another one.
    pub(super) fn take(&mut self, other: &Self, part: Part) {
        match part {
            Part::Names => {
                self.en.clone_from(&other.en);
                self.zh_cn.clone_from(&other.zh_cn);
            }
            Part::Zone => self.zone.clone_from(&other.zone),
            Part::Week => self.week.clone_from(&other.week),
            Part::Days => self.days.clone_from(&other.days),
        }
    }
}

fn slots_of(week: &mut Week, weekday: Weekday) -> &mut Vec<rapport_types::calendars::Slot> {
    match weekday {
        Weekday::Mon => &mut week.monday,
        Weekday::Tue => &mut week.tuesday,
        Weekday::Wed => &mut week.wednesday,
        Weekday::Thu => &mut week.thursday,
        Weekday::Fri => &mut week.friday,
        Weekday::Sat => &mut week.saturday,
        Weekday::Sun => &mut week.sunday,
    }
}

//! What calendars say, in words.

use chrono::{Datelike, NaiveDate, Weekday};
use rapport_types::calendars::{
    CalendarDay, FaultKind, LineFault, LineFaultKind, Place, Slot, Week, Why,
};
use rapport_types::locale::Locale as Language;
use rapport_types::problem::{Fault, FieldCode};

use super::draft::{DraftFault, Part, WEEKDAYS};
use crate::api::calendars::User;
use crate::format;
use crate::i18n::td_string;
use crate::preferences::text_locale;

/// The short name of a weekday.
pub(super) fn weekday(weekday: Weekday, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match weekday {
        Weekday::Mon => td_string!(text, calendars.weekday.monday),
        Weekday::Tue => td_string!(text, calendars.weekday.tuesday),
        Weekday::Wed => td_string!(text, calendars.weekday.wednesday),
        Weekday::Thu => td_string!(text, calendars.weekday.thursday),
        Weekday::Fri => td_string!(text, calendars.weekday.friday),
        Weekday::Sat => td_string!(text, calendars.weekday.saturday),
        Weekday::Sun => td_string!(text, calendars.weekday.sunday),
    }
}

/// A day with its weekday: "Thu, 1 Oct 2026".
pub(super) fn full_day(on: NaiveDate, locale: Language) -> String {
    let text = text_locale(locale);
    td_string!(
        text,
        calendars.full_day,
        day = format::date(on, locale),
        weekday = weekday(on.weekday(), locale)
    )
}

/// "09:00–12:00, 13:00–18:00", or that it is closed.
pub(super) fn slots(slots: &[Slot], locale: Language) -> String {
    let text = text_locale(locale);
    if slots.is_empty() {
        return td_string!(text, calendars.closed).to_owned();
    }
    let all: Vec<String> = slots
        .iter()
        .map(|slot| format!("{}–{}", slot.from, slot.to))
        .collect();
    all.join(td_string!(text, calendars.comma))
}

/// The open weekdays with their hours, equal ones that follow each other together.
pub(super) fn week(week: &Week, locale: Language) -> String {
    let text = text_locale(locale);
    let mut groups: Vec<(Weekday, Weekday, &[Slot])> = Vec::new();
    for weekday in WEEKDAYS {
        let slots = week.slots(weekday);
        match groups.last_mut() {
            Some((_, last, same)) if *same == slots => *last = weekday,
            _ => groups.push((weekday, weekday, slots)),
        }
    }
    let open = groups.into_iter().filter(|(_, _, hours)| !hours.is_empty());
    let said = open.map(|(first, last, hours)| {
        let days = if first == last {
            weekday(first, locale).to_owned()
        } else {
            td_string!(
                text,
                calendars.weekday.span,
                first = weekday(first, locale),
                last = weekday(last, locale)
            )
        };
        format!("{days} {}", slots(hours, locale))
    });
    said.collect::<Vec<_>>()
        .join(td_string!(text, calendars.semicolon))
}

/// Why a day is as it is, with its name.
pub(super) fn why(why: Why, name: Option<&str>, locale: Language) -> String {
    let text = text_locale(locale);
    let reason = match why {
        Why::Week => td_string!(text, calendars.why.week),
        Why::Closed => td_string!(text, calendars.why.closed),
        Why::OwnHours => td_string!(text, calendars.why.own_hours),
        Why::MondaysHours => td_string!(text, calendars.why.mondays_hours),
    };
    match name {
        Some(name) => td_string!(text, calendars.why.named, name = name, reason = reason),
        None => reason.to_owned(),
    }
}

/// What is wrong, at its place.
pub(super) fn fault(fault: DraftFault, locale: Language) -> String {
    let text = text_locale(locale);
    let Some(kind) = fault.kind else {
        return td_string!(text, calendars.fault.no_time).to_owned();
    };
    let said = match kind {
        FaultKind::EmptySlot => td_string!(text, calendars.fault.empty_slot),
        FaultKind::SlotsOutOfOrder => td_string!(text, calendars.fault.out_of_order),
        FaultKind::OpenWithoutHours => td_string!(text, calendars.fault.open_without_hours),
        FaultKind::NeverOpen => td_string!(text, calendars.fault.never_open),
        // The API's own words.
        _ => {
            let at = rapport_types::calendars::CalendarFault {
                place: fault.place,
                kind,
            };
            let code: FieldCode = Fault::from(at).code;
            code.message(locale)
        }
    };
    said.to_owned()
}

/// What is wrong together with where, for the place above the buttons.
pub(super) fn placed_fault(it: DraftFault, days: &[CalendarDay], locale: Language) -> String {
    let text = text_locale(locale);
    let day = |at: usize| days.get(at).map(|day| format::date(day.on, locale));
    let place = match it.place {
        Place::Zone => Some(td_string!(text, calendars.zone).to_owned()),
        Place::Weekday(at) | Place::WeekdaySlot(at, _) => Some(weekday(at, locale).to_owned()),
        Place::Day(at) | Place::DaySlots(at) | Place::DaySlot(at, _) => day(at),
        Place::Week | Place::Days => None,
    };
    let said = fault(it, locale);
    match place {
        Some(place) => td_string!(text, calendars.fault.at, place = place, fault = said),
        None => said,
    }
}

/// What is wrong with a line of a file.
pub(super) fn line_fault(fault: &LineFault, locale: Language) -> String {
    let text = text_locale(locale);
    let said = match fault.kind {
        LineFaultKind::NotADay => td_string!(text, calendars.line.not_a_day),
        LineFaultKind::DayOutOfRange => td_string!(text, calendars.line.out_of_range),
        LineFaultKind::UnknownKind => td_string!(text, calendars.line.unknown_kind),
        LineFaultKind::Contradicts => td_string!(text, calendars.line.contradicts),
        LineFaultKind::TooManyLines => td_string!(text, calendars.line.too_many),
    };
    let place = td_string!(text, calendars.line.number, n = fault.line);
    if fault.cell.is_empty() {
        td_string!(text, calendars.fault.at, place = place, fault = said)
    } else {
        let said = td_string!(
            text,
            calendars.line.cell,
            fault = said,
            cell = fault.cell.clone()
        );
        td_string!(text, calendars.fault.at, place = place, fault = said)
    }
}

/// A part of a calendar.
pub(super) fn part(part: Part, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match part {
        Part::Names => td_string!(text, calendars.part.names),
        Part::Zone => td_string!(text, calendars.zone),
        Part::Week => td_string!(text, calendars.part.week),
        Part::Days => td_string!(text, calendars.part.days),
    }
}

/// The same in a list, where there is little room.
pub(super) fn user_in_brief(user: &User, locale: Language) -> String {
    let text = text_locale(locale);
    match user {
        User::Organisation => td_string!(text, calendars.used.default).to_owned(),
        User::Team(name) => name.clone(),
        User::Policy(_) => self::user(user, locale),
    }
}

/// What uses a calendar.
pub(super) fn user(user: &User, locale: Language) -> String {
    let text = text_locale(locale);
    match user {
        User::Organisation => td_string!(text, calendars.used.organisation).to_owned(),
        User::Team(name) => td_string!(text, calendars.used.team, name = name.clone()),
        User::Policy(name) => td_string!(text, calendars.used.policy, name = name.clone()),
    }
}

//! A mapping of tickets, whole ones or told by their events.

use super::super::files::{ColumnKind, FileColumn};
use super::super::mapping::{
    CustomerSource, EventSource, InstantSource, KeyKind, Mapping, RowPer, Source, TextSource,
    TextStyle, TicketSource,
};
use super::values::{self, translated, translated_to};
use super::{Known, Left, agent, frame, instant, is_moment, is_text, team, words};
use crate::locale::Locale;
use crate::text::Code;

/// What stands for a subject where the file has none.
const fn stand_in(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Imported ticket",
        Locale::ZhCn => "导入的工单",
    }
}

pub(super) fn propose(left: &mut Left<'_>, known: &Known) -> Mapping {
    let key = left.key(&words::TICKET_KEY);
    let key_name = key.map_or_else(String::new, |column| column.name.clone());
    left.strike(&key_name);
    let event = key
        .filter(|key| key.repeats > 0)
        .and_then(|_| event(left, known));
    let row_per = if event.is_some() {
        RowPer::Event
    } else {
        RowPer::Ticket
    };
    let mut mapping = frame(left.all, known, row_per, &key_name);
    let zone = &known.zone;
    let opened_at = left.take(&words::OPENED_AT, is_moment).map_or_else(
        || InstantSource {
            default: Some(known.now.clone()),
            ..InstantSource::default()
        },
        |column| instant(column, zone),
    );
    let mut moment = |names| {
        left.take(names, is_moment)
            .map(|column| instant(column, zone))
    };
    let first_responded_at = moment(&words::FIRST_RESPONDED_AT);
    let resolved_at = moment(&words::RESOLVED_AT);
    let closed_at = moment(&words::CLOSED_AT);
    let is_event = event.is_some();
    let mut ticket = TicketSource {
        opened_at,
        first_responded_at,
        // Whoever notes only when it was over notes when it was resolved.
        resolved_at: resolved_at.or_else(|| closed_at.clone()),
        closed_at: closed_at.clone().filter(|_| !is_event),
        status: if is_event { None } else { status(left) },
        priority: left.closed_set(&words::PRIORITY, |column| {
            translated(column, values::PRIORITIES, values::PRIORITY_SCALE, "normal")
        }),
        kind: kind(left, known),
        channel: channel(left, known),
        subject: TextSource::default(),
        description: None,
        category: category(left),
        rating: rating(left),
        rated_at: None,
    };
    mapping.customer = customer(left);
    mapping.agent = agent(left);
    mapping.team = team(left);
    ticket.subject = subject(left, &ticket.category, known.locale);
    let (filled, empty) = left.rest();
    ticket.description = Some(filled)
        .filter(|columns| !columns.is_empty())
        .map(|columns| TextSource {
            columns,
            style: TextStyle::Labelled,
            default: None,
        });
    mapping.ignore = empty;
    if is_event
        && let Some(column) = closed_at.and_then(|at| at.column)
        && ticket
            .resolved_at
            .as_ref()
            .and_then(|at| at.column.as_ref())
            != Some(&column)
    {
        mapping.ignore.push(column);
    }
    mapping.event = event;
    mapping.ticket = Some(ticket);
    mapping
}

/// The events of a log: a status after each change, and when it was.
fn event(left: &mut Left<'_>, known: &Known) -> Option<EventSource> {
    let at = left.find(&words::UPDATED_AT, |column| {
        is_moment(column) && !column.formats.is_empty()
    })?;
    let place = left.find(&words::STATUS, is_text)?;
    let status = translated(&left.all[place], values::STATUSES, &[], "open")?;
    left.left[at] = false;
    left.left[place] = false;
    Some(EventSource {
        at: instant(&left.all[at], &known.zone),
        status,
    })
}

/// The status, from a column or else from the instants.
fn status(left: &mut Left<'_>) -> Option<Source> {
    left.closed_set(&words::STATUS, |column| {
        translated(column, values::STATUSES, &[], "open")
    })
    .or_else(|| Some(constant("open")))
}

fn constant(code: &str) -> Source {
    Source {
        default: Some(code.to_owned()),
        ..Source::default()
    }
}

/// The code when it is in use, else the usual one.
fn usable<'c>(wanted: &'c str, in_use: &'c [Code]) -> &'c str {
    let usual = in_use.first().map_or(wanted, Code::as_str);
    in_use
        .iter()
        .find(|code| code.as_str() == wanted)
        .map_or(usual, Code::as_str)
}

fn kind(left: &mut Left<'_>, known: &Known) -> Source {
    let all = left.all;
    let speaks_of = |word: &str| {
        all.iter()
            .any(|column| words::plain(&column.name).contains(word))
    };
    let wanted = if speaks_of("complaint") || speaks_of("投诉") {
        "complaint"
    } else if speaks_of("incident") || speaks_of("报修") {
        "repair"
    } else {
        "enquiry"
    };
    let usual = usable(wanted, &known.types);
    // What kind of ticket it is may be its category as well: the column stays.
    let place = left.find(&words::TYPE, |column| {
        translated_to(column, values::TYPES, &known.types, usual).is_some()
    });
    place
        .and_then(|place| {
            left.left[place] = false;
            translated_to(&left.all[place], values::TYPES, &known.types, usual)
        })
        .unwrap_or_else(|| constant(usual))
}

fn channel(left: &mut Left<'_>, known: &Known) -> Source {
    let usual = usable("phone", &known.channels);
    left.closed_set(&words::CHANNEL, |column| {
        translated_to(column, values::CHANNELS, &known.channels, usual)
    })
    .unwrap_or_else(|| constant(usual))
}

/// The levels of the category.
fn category(left: &mut Left<'_>) -> Vec<String> {
    let columns = left.take_all(&words::CATEGORY, is_text);
    columns.iter().map(|column| column.name.clone()).collect()
}

fn subject(left: &mut Left<'_>, category: &[String], locale: Locale) -> TextSource {
    let own = left.take(&words::SUBJECT, is_text);
    TextSource {
        columns: own.map_or_else(|| category.to_vec(), |column| vec![column.name.clone()]),
        style: TextStyle::Joined,
        default: Some(stand_in(locale).to_owned()),
    }
}

/// A column that holds nothing but 1 to 5.
fn rating(left: &mut Left<'_>) -> Option<String> {
    let is_score = |value: &String| matches!(&**value, "1" | "2" | "3" | "4" | "5");
    let column = left.take(&words::RATING, |column| {
        !column.values.is_empty() && column.values.iter().all(is_score)
    })?;
    Some(column.name.clone())
}

/// Who asks: by the key that names people best.
fn customer(left: &mut Left<'_>) -> Option<CustomerSource> {
    let key = left.take(&words::CUSTOMER_KEY, is_text);
    let email = left.take(&words::EMAIL, |column| column.kind == ColumnKind::Email);
    let phone = left.take(&words::PHONE, |column| column.kind == ColumnKind::Phone);
    let name = left.take(&words::CUSTOMER_NAME, is_text);
    let text = |column: Option<&FileColumn>| column.map(|column| column.name.clone());
    let (by, key, email) = match (key, email, name) {
        (Some(key), email, _) => (KeyKind::ExternalId, key, email),
        (None, Some(email), _) => (KeyKind::Email, email, None),
        (None, None, Some(name)) => (KeyKind::Name, name, None),
        (None, None, None) => {
            // A number alone names nobody here.
            if let Some(phone) = phone {
                left.give_back(&phone.name);
            }
            return None;
        }
    };
    Some(CustomerSource {
        by,
        key: key.name.clone(),
        name: text(name).filter(|_| by != KeyKind::Name),
        email: text(email),
        phone: text(phone),
        organisation: false,
    })
}

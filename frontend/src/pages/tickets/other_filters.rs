//! What the URL narrows the list by without a chip of its own, in words: nothing filters unseen.

use chrono::{DateTime, NaiveDate, Utc};
use leptos_i18n::td_string;
use rapport_types::ids::{ImportId, UserId};
use rapport_types::locale::Locale as Language;

use crate::api::configuration::Directory;
use crate::format;
use crate::preferences::text_locale;

/// Name and value of a parameter as a chip says them. What has no words of its own stands there as
/// the API spells it.
pub(super) fn words(
    name: &str,
    value: &str,
    directory: Directory,
    locale: Language,
) -> (String, String) {
    let text = text_locale(locale);
    let person = match name {
        "duty_holder" => Some(td_string!(text, tickets.field.duty_holder)),
        "resolver" => Some(td_string!(text, tickets.field.resolver)),
        _ => None,
    };
    if let Some(person) = person {
        let is = td_string!(text, tickets.filter.is, name = person);
        return (is, person_words(value, directory, locale));
    }
    if name == "import"
        && let Some(at) = value.parse().ok().and_then(started)
    {
        let imported = td_string!(text, tickets.filter.imported);
        return (imported.to_owned(), format::date_time(at, locale));
    }
    let (field, is_end) = match (name.strip_suffix("_before"), name.strip_suffix("_from")) {
        (Some(field), _) => (field, true),
        (None, Some(field)) => (field, false),
        (None, None) => (name, false),
    };
    let instant = match field {
        _ if field == name => None,
        "next_due" => Some(td_string!(text, tickets.column.due)),
        "opened" => Some(td_string!(text, tickets.column.opened)),
        "updated" => Some(td_string!(text, tickets.column.updated)),
        _ => None,
    };
    match instant {
        Some(field) if is_end => (
            td_string!(text, tickets.filter.before, name = field),
            instant_words(value, locale),
        ),
        Some(field) => (
            td_string!(text, tickets.filter.from, name = field),
            instant_words(value, locale),
        ),
        None => (
            td_string!(text, tickets.filter.other).to_owned(),
            td_string!(text, tickets.drill.of, by = name, name = value),
        ),
    }
}

/// When an import was started: its id holds the millisecond.
fn started(id: ImportId) -> Option<DateTime<Utc>> {
    let since_1970 = id.uuid().as_u128() >> 80;
    DateTime::from_timestamp_millis(i64::try_from(since_1970).ok()?)
}

fn person_words(value: &str, directory: Directory, locale: Language) -> String {
    let text = text_locale(locale);
    match value {
        "me" => td_string!(text, tickets.me).to_owned(),
        "none" => td_string!(text, tickets.nobody).to_owned(),
        id => id
            .parse::<UserId>()
            .ok()
            .and_then(|id| directory.user_name(id))
            .unwrap_or_else(|| "…".to_owned()),
    }
}

/// A day, an instant, or days from today on such as `+1d`.
fn instant_words(value: &str, locale: Language) -> String {
    let text = text_locale(locale);
    let days = value.strip_suffix('d').and_then(|days| days.parse().ok());
    match (value, days) {
        ("today", _) | (_, Some(0)) => td_string!(text, tickets.filter.today).to_owned(),
        (_, Some(1)) => td_string!(text, tickets.filter.tomorrow).to_owned(),
        (_, Some(-1)) => td_string!(text, tickets.filter.yesterday).to_owned(),
        (_, Some(ahead @ 1_i64..)) => td_string!(text, tickets.filter.days_ahead, n = ahead),
        (_, Some(ago)) => td_string!(text, tickets.filter.days_ago, n = -ago),
        (value, None) => {
            let day = value.parse::<NaiveDate>().ok();
            let day = day.map(|day| format::date(day, locale));
            let at = || value.parse::<DateTime<Utc>>().ok();
            day.or_else(|| Some(format::date_time(at()?, locale)))
                .unwrap_or_else(|| value.to_owned())
        }
    }
}

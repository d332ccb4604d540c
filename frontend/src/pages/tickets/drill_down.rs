//! The way down from a figure: which rows the list shows, as a sentence that can be taken away.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use leptos::prelude::*;
use leptos_i18n::td_string;
use rapport_types::ids::{CategoryId, TeamId, UserId};
use rapport_types::kpis;
use rapport_types::locale::Locale as Language;
use rapport_types::tickets::Priority;

use super::filters::PlainChip;
use crate::api::configuration::{Directory, use_directory};
use crate::components::badge::priority_text;
use crate::format;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::preferences::{text_locale, use_preferences};

/// The parameters of a figure's rows; the list hands them to the API as they are.
pub(super) const PARAMETERS: [&str; 10] = [
    "metric",
    "part",
    "by",
    "key",
    "from",
    "to",
    "time_zone",
    "interval",
    "bucket",
    "exclude_agent_ratings",
];

/// Which rows these are; nothing when the list does not come from a figure.
#[component]
pub(super) fn DrillDown(url: Address) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    move || {
        let code = url.find("metric")?;
        let locale = preferences.locale();
        let metric = kpis::find(&code);
        let name = metric.map_or(code.clone(), |metric| metric.names.get(locale).to_owned());
        let parts = [
            Some(name),
            part(url, locale),
            key(url, directory, locale),
            period(url, locale),
            url.find("exclude_agent_ratings")
                .map(|_| t_string!(i18n, tickets.drill.no_agent_ratings).to_owned()),
        ];
        let comma = t_string!(i18n, tickets.filter.comma);
        let sentence = parts.into_iter().flatten().collect::<Vec<_>>().join(comma);
        Some(view! {
            <div class="chips drill-down" data-testid="drill-down">
                <PlainChip
                    name=t_string!(i18n, tickets.drill.rows_behind)
                    value=sentence
                    on_remove=move || url.remove(&PARAMETERS)
                />
            </div>
        })
    }
}

fn part(url: Address, locale: Language) -> Option<String> {
    let text = text_locale(locale);
    let word = match url.find("part")?.as_str() {
        "numerator" => td_string!(text, tickets.drill.numerator),
        "denominator" => td_string!(text, tickets.drill.denominator),
        "excluded" => td_string!(text, tickets.drill.excluded),
        _ => return None,
    };
    Some(word.to_owned())
}

fn key(url: Address, directory: Directory, locale: Language) -> Option<String> {
    let text = text_locale(locale);
    let (by, key) = (url.find("by")?, url.find("key")?);
    let name = match (by.as_str(), key.as_str()) {
        (_, "none") => Some(td_string!(text, tickets.drill.without).to_owned()),
        (_, "elsewhere") => Some(td_string!(text, tickets.drill.elsewhere).to_owned()),
        ("team", id) => id
            .parse::<TeamId>()
            .ok()
            .and_then(|id| directory.team_name(id, locale)),
        ("agent", id) => id
            .parse::<UserId>()
            .ok()
            .and_then(|id| directory.user_name(id)),
        ("category", id) => id
            .parse::<CategoryId>()
            .ok()
            .and_then(|id| directory.category_name(id, locale)),
        ("type", code) => Some(directory.type_name(code, locale)),
        ("channel", code) => Some(directory.channel_name(code, locale)),
        ("priority", code) => {
            Priority::from_code(code).map(|it| priority_text(it, locale).to_owned())
        }
        _ => None,
    };
    let by = match by.as_str() {
        "team" => td_string!(text, tickets.field.team),
        "agent" => td_string!(text, tickets.field.resolver),
        "type" => td_string!(text, tickets.field.kind),
        "category" => td_string!(text, tickets.field.category),
        "priority" => td_string!(text, tickets.field.priority),
        "channel" => td_string!(text, tickets.field.channel),
        _ => return name,
    };
    Some(td_string!(
        text,
        tickets.drill.of,
        by = by,
        name = name.unwrap_or(key)
    ))
}

/// "1 May 2026 – 7 May 2026": both days inclusive, in the zone of the report.
fn period(url: Address, locale: Language) -> Option<String> {
    let zone = url.find("time_zone");
    let day = |value: &str, back: TimeDelta| {
        if let Ok(day) = value.parse::<NaiveDate>() {
            let instant = day.and_time(chrono::NaiveTime::MIN).and_utc() - back;
            return Some(format::date(instant.date_naive(), locale));
        }
        let instant = value.parse::<DateTime<Utc>>().ok()? - back;
        Some(format::day_in_zone(instant, zone.as_deref(), locale))
    };
    let from = day(&url.find("from")?, TimeDelta::zero())?;
    // The end is the first instant after the period.
    let to = day(&url.find("to")?, TimeDelta::seconds(1))?;
    Some(if from == to {
        from
    } else {
        format!("{from} – {to}")
    })
}

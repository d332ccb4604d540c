//! Tickets under the list in force and under the draft, side by side.

use std::collections::HashMap;

use leptos::prelude::*;
use rapport_types::clocks::{ClockDue, PolicyOutcome, TicketOutcomes};
use rapport_types::locale::Locale as Language;
use rapport_types::text::Code;

use super::words;
use crate::format;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};

/// The names of the policies of both lists, by code and language.
pub(super) type PolicyNames = HashMap<String, rapport_types::names::Names>;

/// What a policy is called.
pub(super) fn policy_name(code: Option<&Code>, names: &PolicyNames, locale: Language) -> String {
    let Some(code) = code else {
        return td_string!(text_locale(locale), clock_policies.preview.no_policy).to_owned();
    };
    names
        .get(code.as_str())
        .map_or(code.as_str(), |names| names.get(locale))
        .to_owned()
}

/// The head of a table of outcomes after its first column.
#[component]
pub(super) fn OutcomeHead() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <th scope="col">{t!(i18n, clock_policies.preview.before)}</th>
        <th scope="col">{t!(i18n, clock_policies.preview.after)}</th>
        <th scope="col">{t!(i18n, clock_policies.preview.change)}</th>
    }
}

/// The cells of one ticket.
#[component]
pub(super) fn OutcomeCells(
    outcomes: TicketOutcomes,
    names: StoredValue<PolicyNames>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let outcomes = StoredValue::new(outcomes);
    let side = move |of: fn(&TicketOutcomes) -> &PolicyOutcome| {
        move || {
            let locale = preferences.locale();
            let (policy, lines) = outcomes.with_value(|it| {
                let side = of(it);
                let policy =
                    names.with_value(|names| policy_name(side.policy.as_ref(), names, locale));
                let lines = it
                    .codes()
                    .into_iter()
                    .map(|code| line(code, side.clock(code), locale));
                (policy, lines.collect::<Vec<_>>())
            });
            let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
            view! { <p class="quiet">{policy}</p> <ul>{lines.collect_view()}</ul> }
        }
    };
    let changes = move || {
        let locale = preferences.locale();
        let changes = outcomes.with_value(|it| {
            it.codes()
                .into_iter()
                .filter_map(|code| {
                    let (class, said) =
                        change(it.before.clock(code), it.after.clock(code), locale)?;
                    let name = words::clock_name(code.as_str(), locale);
                    Some((class, format!("{name} {said}")))
                })
                .collect::<Vec<_>>()
        });
        let changes = changes.into_iter().map(|(class, said)| {
            view! {
                <li><span class=class>{said}</span></li>
            }
        });
        view! { <ul>{changes.collect_view()}</ul> }
    };
    view! {
        <td data-label=move || t_string!(i18n, clock_policies.preview.before)>{side(|it| &it.before)}</td>
        <td data-label=move || t_string!(i18n, clock_policies.preview.after)>{side(|it| &it.after)}</td>
        <td data-label=move || t_string!(i18n, clock_policies.preview.change)>{changes}</td>
    }
}

/// "First response 12 May 2026, 14:00".
fn line(code: &Code, clock: Option<&ClockDue>, locale: Language) -> String {
    let text = text_locale(locale);
    let due = match clock {
        None => format::NOTHING.to_owned(),
        Some(ClockDue { due_at: None, .. }) => {
            td_string!(text, clock_policies.preview.never_due).to_owned()
        }
        Some(clock) => {
            let due = clock.due_at.map(|at| format::date_time(at, locale));
            let due = due.unwrap_or_default();
            if clock.is_paused {
                td_string!(text, clock_policies.preview.paused, due = due)
            } else {
                due
            }
        }
    };
    format!("{} {due}", words::clock_name(code.as_str(), locale))
}

/// What becomes of a clock, with the class of its badge; none when nothing does.
fn change(
    before: Option<&ClockDue>,
    after: Option<&ClockDue>,
    locale: Language,
) -> Option<(&'static str, String)> {
    let text = text_locale(locale);
    let (before, after) = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => {
            let said = td_string!(text, clock_policies.preview.gained);
            return Some(("badge badge-info", said.to_owned()));
        }
        (Some(_), None) => {
            let said = td_string!(text, clock_policies.preview.lost);
            return Some(("badge badge-quiet", said.to_owned()));
        }
        (Some(before), Some(after)) => (before.due_at, after.due_at),
    };
    let (is_earlier, said) = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => {
            let said = td_string!(text, clock_policies.preview.earlier_somehow);
            (true, said.to_owned())
        }
        (Some(_), None) => {
            let said = td_string!(text, clock_policies.preview.later_somehow);
            (false, said.to_owned())
        }
        (Some(before), Some(after)) => {
            let seconds = (after - before).num_seconds();
            let by = format::duration(seconds.abs(), locale);
            match seconds {
                0 => return None,
                ..0 => (
                    true,
                    td_string!(text, clock_policies.preview.earlier_by, by = by),
                ),
                1.. => (
                    false,
                    td_string!(text, clock_policies.preview.later_by, by = by),
                ),
            }
        }
    };
    let class = if is_earlier {
        "badge badge-warn"
    } else {
        "badge badge-info"
    };
    Some((class, said))
}

//! What happened to a ticket, in one line.

use leptos::prelude::*;
use leptos_i18n::td_string;
use rapport_types::clocks::{FIRST_RESPONSE, RESOLUTION};
use rapport_types::ids::{TeamId, UserId};
use rapport_types::locale::Locale as Language;
use rapport_types::records::Actor;
use rapport_types::tickets::{EventKind, Status, TicketEvent};
use serde_json::Value;

use super::open_ticket::{OpenTicket, use_open_ticket};
use crate::components::badge::status_text;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};

/// The name of a clock; its code when it is none of the built-in ones.
pub(super) fn clock_name(code: &str, locale: Language) -> String {
    let text = text_locale(locale);
    match code {
        FIRST_RESPONSE => td_string!(text, tickets.clock.first_response).to_owned(),
        RESOLUTION => td_string!(text, tickets.clock.resolution).to_owned(),
        other => other.to_owned(),
    }
}

/// Whether an event says nothing that the page does not show anyway.
pub(super) fn is_silent(event: &TicketEvent) -> bool {
    event.kind == EventKind::Edited && members(event).is_empty()
}

/// The members that an edit changed.
fn members(event: &TicketEvent) -> Vec<&str> {
    let object = event
        .after
        .as_ref()
        .or(event.before.as_ref())
        .and_then(Value::as_object);
    object
        .map(|it| it.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

fn field_name(member: &str, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match member {
        "subject" => td_string!(text, tickets.field.subject),
        "description" => td_string!(text, tickets.field.description),
        "type" => td_string!(text, tickets.field.kind),
        "priority" => td_string!(text, tickets.field.priority),
        "channel" => td_string!(text, tickets.field.channel),
        "category_id" => td_string!(text, tickets.field.category),
        "customer_id" => td_string!(text, tickets.field.customer),
        "contact_id" => td_string!(text, tickets.field.contact),
        _ => td_string!(text, tickets.field.facts),
    }
}

fn status_word(value: Option<&Value>, locale: Language) -> Option<&'static str> {
    Status::from_code(value?.as_str()?).map(|status| status_text(status, locale))
}

fn user_word(value: Option<&Value>, open: OpenTicket) -> Option<String> {
    let id = value?.as_str()?.parse::<UserId>().ok()?;
    Some(open.user_name(id))
}

/// The event in words.
fn words(event: &TicketEvent, open: OpenTicket, locale: Language) -> String {
    let text = text_locale(locale);
    let who = match event.actor {
        Actor::User(id) => open.user_name(id),
        Actor::System => td_string!(text, tickets.system).to_owned(),
    };
    let (before, after) = (event.before.as_ref(), event.after.as_ref());
    let nobody = || td_string!(text, tickets.nobody).to_owned();
    match event.kind {
        EventKind::Opened => td_string!(text, tickets.event.opened, who = who),
        EventKind::Status => {
            let from = status_word(before, locale).unwrap_or_default();
            let to = status_word(after, locale).unwrap_or_default();
            td_string!(text, tickets.event.status, who = who, from = from, to = to)
        }
        EventKind::Stage => {
            let kind = open.ticket.read().type_code.to_string();
            let name = |value: Option<&Value>| {
                let code = value.and_then(Value::as_str).unwrap_or_default();
                open.directory.stage_name(&kind, code, locale)
            };
            let (from, to) = (name(before), name(after));
            td_string!(text, tickets.event.stage, who = who, from = from, to = to)
        }
        EventKind::Assignment => {
            let member = |value: Option<&Value>, name: &str| value?.get(name).cloned();
            let team = |value| {
                let id = member(value, "team_id")?.as_str()?.parse::<TeamId>().ok()?;
                open.directory.team_name(id, locale)
            };
            let person = user_word(member(after, "assignee_id").as_ref(), open);
            let moved = member(before, "team_id") != member(after, "team_id");
            match (person, team(after).filter(|_| moved)) {
                (person, Some(team)) => td_string!(
                    text,
                    tickets.event.team,
                    who = who,
                    team = team,
                    person = person.unwrap_or_else(nobody)
                ),
                (Some(person), None) => {
                    td_string!(text, tickets.event.assigned, who = who, person = person)
                }
                (None, None) => td_string!(text, tickets.event.unassigned, who = who),
            }
        }
        EventKind::HandOver => {
            let from = user_word(before, open).unwrap_or_else(nobody);
            let to = user_word(after, open).unwrap_or_else(nobody);
            td_string!(
                text,
                tickets.event.hand_over,
                who = who,
                from = from,
                to = to
            )
        }
        EventKind::Edited => {
            let mut names: Vec<_> = members(event)
                .into_iter()
                .map(|member| field_name(member, locale))
                .collect();
            names.dedup();
            let fields = names.join(td_string!(text, tickets.filter.comma));
            td_string!(text, tickets.event.edited, who = who, fields = fields)
        }
        EventKind::Rated => {
            let score = after.and_then(Value::as_i64).unwrap_or_default();
            td_string!(text, tickets.event.rated, who = who, score = score)
        }
        EventKind::Approval => {
            let member = |name: &str| after.and_then(|after| after.get(name)?.as_str());
            let names = after.and_then(|after| after.get("rule_names"));
            let name = |tag: &str| names.and_then(|names| names.get(tag)?.as_str());
            let (own, other) = match locale {
                Language::En => ("en", "zh-CN"),
                Language::ZhCn => ("zh-CN", "en"),
            };
            let rule = name(own).or_else(|| name(other)).unwrap_or_default();
            match member("state").unwrap_or_default() {
                "pending" => td_string!(text, tickets.event.asked, who = who, rule = rule),
                "granted" => td_string!(text, tickets.event.granted, who = who, rule = rule),
                "refused" => td_string!(text, tickets.event.refused, who = who, rule = rule),
                "withdrawn" => td_string!(text, tickets.event.withdrawn, who = who, rule = rule),
                _ => td_string!(text, tickets.event.outdated, rule = rule),
            }
        }
        EventKind::ClockWarning => {
            let clock = clock_name(after.and_then(Value::as_str).unwrap_or_default(), locale);
            td_string!(text, tickets.event.warning, clock = clock)
        }
        EventKind::ClockBreach => {
            let clock = clock_name(after.and_then(Value::as_str).unwrap_or_default(), locale);
            td_string!(text, tickets.event.breach, clock = clock)
        }
    }
}

const fn icon(kind: EventKind) -> IconName {
    match kind {
        EventKind::Opened => IconName::Ticket,
        EventKind::Status | EventKind::Stage => IconName::CircleHalf,
        EventKind::Assignment => IconName::Person,
        EventKind::HandOver => IconName::People,
        EventKind::Edited => IconName::Edit,
        EventKind::Rated => IconName::Star,
        EventKind::Approval => IconName::Stamp,
        EventKind::ClockWarning => IconName::Clock,
        EventKind::ClockBreach => IconName::ClockAlert,
    }
}

/// One event.
#[component]
pub(super) fn EventLine(event: TicketEvent) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let breach = event.kind == EventKind::ClockBreach;
    let (at, kind) = (event.at, event.kind);
    let reason = event
        .reason
        .as_ref()
        .map(|reason| reason.as_str().to_owned());
    view! {
        <li class="event" class:event-breach=breach data-testid=format!("event-{}", kind.code())>
            <Icon name=icon(kind)/>
            <span>
                {move || words(&event, open, preferences.locale())}
                {reason.map(|reason| view! {
                    <span class="event-reason">{t!(i18n, tickets.because, reason = reason)}</span>
                })}
            </span>
            <span class="event-time"><Instant at=Some(at)/></span>
        </li>
    }
}

//! A change that somebody else's has overtaken: its fields beside those of the ticket now, and what
//! is left of it when some are given up.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rapport_types::ids::UserId;
use rapport_types::locale::Locale as Language;
use rapport_types::patch::Patch;
use rapport_types::records::Actor;
use rapport_types::text::ReasonText;
use rapport_types::tickets::{Author, Ticket};

use super::open_ticket::OpenTicket;
use crate::api::tickets::Change;
use crate::components::badge::{priority_text, status_text};
use crate::components::conflict::Differing;
use crate::format;
use crate::i18n::td_string;
use crate::preferences::text_locale;

/// The fields of a change, as the change and as the ticket has them; tracked.
pub(super) fn fields(change: &Change, open: OpenTicket, locale: Language) -> Vec<Differing> {
    let text = text_locale(locale);
    let directory = open.directory;
    let person = |id: Option<UserId>| match id {
        Some(id) => open.user_name(id),
        None => td_string!(text, tickets.nobody).to_owned(),
    };
    let team = |id| {
        directory
            .team_name(id, locale)
            .unwrap_or_else(|| "…".to_owned())
    };
    let category = |id: Option<_>| match id {
        Some(id) => directory
            .category_name(id, locale)
            .unwrap_or_else(|| "…".to_owned()),
        None => td_string!(text, tickets.no_category).to_owned(),
    };
    let ticket = open.ticket.read();
    let mut fields = Vec::new();
    match change {
        Change::Status(to) => fields.push(Differing::new(
            "status",
            td_string!(text, tickets.field.status),
            status_text(to.status, locale),
            status_text(ticket.status, locale),
        )),
        Change::Stage(to) => fields.push(Differing::new(
            "stage",
            td_string!(text, tickets.field.stage),
            to.stage.as_str(),
            ticket.stage.as_ref().map_or("", |stage| stage.as_str()),
        )),
        Change::Assignment(to) => {
            if let Some(id) = to.team_id {
                let label = td_string!(text, tickets.field.team);
                fields.push(Differing::new(
                    "team",
                    label,
                    team(id),
                    team(ticket.team_id),
                ));
            }
            fields.push(Differing::new(
                "assignee",
                td_string!(text, tickets.field.assignee),
                person(to.assignee_id),
                person(ticket.assignee_id),
            ));
        }
        Change::HandOver(to) => fields.push(Differing::new(
            "duty_holder",
            td_string!(text, tickets.field.duty_holder),
            person(Some(to.duty_holder_id)),
            person(ticket.duty_holder_id),
        )),
        Change::Rating(to) => {
            // Two of one score may differ in what the customer said.
            let words = |score: i64, comment: Option<&ReasonText>| match comment {
                Some(comment) => format!("{score} · {}", comment.as_str()),
                None => score.to_string(),
            };
            let now = open.ratings.with(|all| {
                let latest = all?.first()?;
                Some(words(latest.score, latest.comment.as_ref()))
            });
            fields.push(Differing::new(
                "rating",
                td_string!(text, tickets.field.satisfaction),
                words(to.score, to.comment.as_ref()),
                now.unwrap_or_else(|| format::NOTHING.to_owned()),
            ));
        }
        Change::Facts(patch) => {
            if let Some(subject) = &patch.subject {
                fields.push(Differing::new(
                    "subject",
                    td_string!(text, tickets.field.subject),
                    subject.as_str(),
                    ticket.subject.as_str(),
                ));
            }
            if let Some(priority) = patch.priority {
                fields.push(Differing::new(
                    "priority",
                    td_string!(text, tickets.field.priority),
                    priority_text(priority, locale),
                    priority_text(ticket.priority, locale),
                ));
            }
            if let Some(code) = &patch.type_code {
                fields.push(Differing::new(
                    "type",
                    td_string!(text, tickets.field.kind),
                    directory.type_name(code.as_str(), locale),
                    directory.type_name(ticket.type_code.as_str(), locale),
                ));
            }
            if let Some(code) = &patch.channel {
                fields.push(Differing::new(
                    "channel",
                    td_string!(text, tickets.field.channel),
                    directory.channel_name(code.as_str(), locale),
                    directory.channel_name(ticket.channel.as_str(), locale),
                ));
            }
            let wanted = match patch.category_id {
                Patch::Absent => None,
                Patch::Null => Some(None),
                Patch::Value(id) => Some(Some(id)),
            };
            if let Some(wanted) = wanted {
                let label = td_string!(text, tickets.field.category);
                let (mine, theirs) = (category(wanted), category(ticket.category_id));
                fields.push(Differing::new("category", label, mine, theirs));
            }
        }
    }
    fields
}

/// What is left of a change when only the fields with these keys are kept; none for nothing.
pub(super) fn keeping(mut change: Change, keys: &[&str], ticket: &Ticket) -> Option<Change> {
    let given_up = |key: &str| !keys.contains(&key);
    match &mut change {
        Change::Assignment(to) => {
            if given_up("team") {
                to.team_id = None;
            }
            if given_up("assignee") {
                to.assignee_id = ticket.assignee_id;
            }
        }
        Change::Facts(patch) => {
            if given_up("subject") {
                patch.subject = None;
            }
            if given_up("priority") {
                patch.priority = None;
            }
            if given_up("type") {
                patch.type_code = None;
            }
            if given_up("channel") {
                patch.channel = None;
            }
            if given_up("category") {
                patch.category_id = Patch::Absent;
            }
        }
        // One field: all or nothing.
        Change::Status(_) | Change::Stage(_) | Change::HandOver(_) | Change::Rating(_) => {}
    }
    (!keys.is_empty()).then_some(change)
}

/// Whose change the latest one is, and when it was made, as far as the history tells; tracked.
pub(super) fn latest(open: OpenTicket, locale: Language) -> Option<(String, DateTime<Utc>)> {
    let text = text_locale(locale);
    let system = || td_string!(text, tickets.system).to_owned();
    let event = open.events.with(|events| {
        let event = events?.last()?;
        let who = match event.actor {
            Actor::User(id) => open.user_name(id),
            Actor::System => system(),
        };
        Some((who, event.at))
    });
    let message = open.messages.with(|messages| {
        let message = messages?.last()?;
        let who = match message.author {
            Author::Staff(Some(id)) => open.user_name(id),
            Author::Staff(None) => td_string!(text, tickets.staff).to_owned(),
            Author::Customer(_) => td_string!(text, tickets.field.customer).to_owned(),
            Author::System => system(),
        };
        Some((who, message.sent_at))
    });
    [event, message].into_iter().flatten().max_by_key(|it| it.1)
}

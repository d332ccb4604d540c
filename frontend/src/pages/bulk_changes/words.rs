//! What becomes of the records, and how a bulk change stands, in words.

use leptos::prelude::*;
use rapport_types::bulk_changes::{BulkChange, BulkEntity, BulkState, RecordFaultView};
use rapport_types::locale::Locale as Language;
use serde_json::{Map, Value};

use crate::api::configuration::Directory;
use crate::components::icon::{Icon, IconName};
use crate::format::NOTHING;
use crate::i18n::td_string;
use crate::links;
use crate::pages::customers::{self, Fact};
use crate::pages::tickets::{self, By};
use crate::preferences::{text_locale, use_preferences};

/// The word for what is changed.
pub(super) fn entity_text(entity: BulkEntity, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match entity {
        BulkEntity::Tickets => td_string!(text, bulk.tickets),
        BulkEntity::Customers => td_string!(text, bulk.customers),
    }
}

/// What the page of a bulk change is called.
pub(super) fn title(entity: BulkEntity, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match entity {
        BulkEntity::Tickets => td_string!(text, bulk.of_tickets),
        BulkEntity::Customers => td_string!(text, bulk.of_customers),
    }
}

/// The way back to the records.
pub(super) fn back(entity: BulkEntity, locale: Language) -> (&'static str, String) {
    let text = text_locale(locale);
    match entity {
        BulkEntity::Tickets => (td_string!(text, bulk.back_tickets), tickets::last_list()),
        BulkEntity::Customers => (
            td_string!(text, bulk.back_customers),
            customers::last_list(),
        ),
    }
}

/// A record's number and the way to it; neither when it is out of sight.
pub(super) fn record(
    entity: BulkEntity,
    id: &str,
    number: Option<i64>,
) -> (String, Option<String>) {
    let Some(number) = number else {
        return (NOTHING.to_owned(), None);
    };
    match entity {
        BulkEntity::Tickets => (format!("T-{number}"), id.parse().ok().map(links::ticket)),
        BulkEntity::Customers => (format!("C-{number}"), id.parse().ok().map(links::customer)),
    }
}

/// A member of a change or of a record.
#[derive(Debug, Clone, Copy)]
enum Member {
    OfTicket(By),
    OfCustomer(Fact),
    AddedLabels,
    RemovedLabels,
    Reason,
}

impl Member {
    fn named(entity: BulkEntity, name: &str) -> Option<Self> {
        Some(match (entity, name) {
            (_, "reason") => Self::Reason,
            (BulkEntity::Tickets, name) => Self::OfTicket(By::of_member(name)?),
            (BulkEntity::Customers, "add_tags") => Self::AddedLabels,
            (BulkEntity::Customers, "remove_tags") => Self::RemovedLabels,
            (BulkEntity::Customers, name) => {
                let mut facts = Fact::ALL.into_iter();
                Self::OfCustomer(facts.find(|fact| fact.member() == name)?)
            }
        })
    }

    fn label(self, locale: Language) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::OfTicket(by) => by.name(locale),
            Self::OfCustomer(fact) => fact.label(locale),
            Self::AddedLabels => td_string!(text, bulk.add_tags),
            Self::RemovedLabels => td_string!(text, bulk.remove_tags),
            Self::Reason => td_string!(text, bulk.reason),
        }
    }

    fn word(self, value: &Value, directory: Directory, locale: Language) -> String {
        let text = text_locale(locale);
        match (self, value) {
            (_, Value::Array(values)) => {
                let words: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                words.join(td_string!(text, tickets.filter.comma))
            }
            (Self::OfTicket(by), Value::Null) => by.word("none", directory, locale),
            (Self::OfTicket(by), Value::String(value)) => by.word(value, directory, locale),
            (Self::OfCustomer(Fact::Owner), Value::Null) => {
                td_string!(text, customers.no_owner).to_owned()
            }
            (Self::OfCustomer(fact), Value::String(value)) => fact.word(value, directory, locale),
            (_, Value::String(value)) => value.clone(),
            _ => NOTHING.to_owned(),
        }
    }
}

/// The members that people know, each with its value; tracked.
pub(super) fn members(
    entity: BulkEntity,
    change: &Map<String, Value>,
    directory: Directory,
    locale: Language,
) -> Vec<(&'static str, String)> {
    let told = |(name, value): (&String, &Value)| {
        let member = Member::named(entity, name)?;
        Some((member.label(locale), member.word(value, directory, locale)))
    };
    change.iter().filter_map(told).collect()
}

/// The change in one line; tracked.
pub(super) fn change_text(change: &BulkChange, directory: Directory, locale: Language) -> String {
    let text = text_locale(locale);
    let of = |(label, value): (&str, String)| {
        td_string!(text, frame.labelled, label = label, value = value)
    };
    let members = members(change.entity, &change.change, directory, locale);
    let words: Vec<String> = members.into_iter().map(of).collect();
    words.join(td_string!(text, tickets.filter.comma))
}

/// Why a record is refused: what is wrong with the members of the change, else with all of it.
pub(super) fn fault_words(fault: &RecordFaultView) -> String {
    if fault.errors.is_empty() {
        return fault.message.clone();
    }
    let single = fault.errors.iter().map(|error| error.message.to_string());
    single.collect::<Vec<_>>().join(" ")
}

/// The word for how it stands.
fn state_text(state: BulkState, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match state {
        BulkState::Draft => td_string!(text, bulk.state.draft),
        BulkState::Queued => td_string!(text, bulk.state.queued),
        BulkState::Running => td_string!(text, bulk.state.running),
        BulkState::Done => td_string!(text, bulk.state.done),
        BulkState::Cancelled => td_string!(text, bulk.state.cancelled),
        BulkState::Failed => td_string!(text, bulk.state.failed),
    }
}

const fn picture(state: BulkState) -> (IconName, &'static str) {
    match state {
        BulkState::Draft => (IconName::Edit, "badge badge-quiet"),
        BulkState::Queued => (IconName::CircleDashed, "badge badge-quiet"),
        BulkState::Running => (IconName::CircleHalf, "badge badge-info"),
        BulkState::Done => (IconName::CircleCheck, "badge badge-good"),
        BulkState::Cancelled => (IconName::CircleMinus, "badge badge-warn"),
        BulkState::Failed => (IconName::Warning, "badge badge-bad"),
    }
}

/// How it stands: a picture, a word and a hue.
#[component]
pub(super) fn StateBadge(#[prop(into)] state: Signal<BulkState>) -> impl IntoView {
    let preferences = use_preferences();
    view! {
        <span class=move || picture(state.get()).1 data-testid="bulk-state">
            {move || view! { <Icon name=picture(state.get()).0/> }}
            <span>{move || state_text(state.get(), preferences.locale())}</span>
        </span>
    }
}

//! What approvals say, in words.

use rapport_types::approvals::{ApprovalState, ApprovalSummary};
use rapport_types::locale::Locale as Language;
use serde_json::Value;

use crate::api::configuration::Directory;
use crate::i18n::td_string;
use crate::pages::tickets::By;
use crate::preferences::text_locale;

/// The field of the ticket's filter with this name.
fn by(name: &str) -> Option<By> {
    By::ALL.into_iter().find(|by| by.parameter() == name)
}

/// The name of a covered fact; what this page has no word for stands there as the API spells it.
pub(in crate::pages) fn fact_name(name: &str, locale: Language) -> String {
    let text = text_locale(locale);
    match (by(name), name) {
        (Some(by), _) => by.name(locale).to_owned(),
        (None, "customer") => td_string!(text, tickets.field.customer).to_owned(),
        (None, "contact") => td_string!(text, tickets.field.contact).to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// A covered fact as it was when the approval was asked for.
pub(super) fn fact_value(
    name: &str,
    value: &Value,
    row: &ApprovalSummary,
    directory: Directory,
    locale: Language,
) -> String {
    let text = text_locale(locale);
    let nothing = || td_string!(text, approvals.nothing).to_owned();
    match (by(name), value) {
        (Some(By::Assignee | By::Category), Value::Null) => {
            by(name).map_or_else(nothing, |by| by.word("none", directory, locale))
        }
        (_, Value::Null) => nothing(),
        (Some(by), Value::String(value)) => by.word(value, directory, locale),
        (None, Value::String(value)) if name == "customer" => {
            let now = row.ticket.customer.as_ref();
            match now.filter(|customer| customer.id.to_string() == *value) {
                Some(customer) => customer.name.as_str().to_owned(),
                None => td_string!(text, approvals.another_customer).to_owned(),
            }
        }
        (None, Value::String(_)) if name == "contact" => {
            td_string!(text, approvals.named_contact).to_owned()
        }
        (_, Value::String(value)) => value.clone(),
        (_, other) => other.to_string(),
    }
}

/// How it stands.
pub(super) fn state_text(state: ApprovalState, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match state {
        ApprovalState::Pending => td_string!(text, approvals.state.pending),
        ApprovalState::Granted => td_string!(text, approvals.state.granted),
        ApprovalState::Refused => td_string!(text, approvals.state.refused),
        ApprovalState::Withdrawn => td_string!(text, approvals.state.withdrawn),
        ApprovalState::Outdated => td_string!(text, approvals.state.outdated),
    }
}

/// The class of a state's badge.
pub(super) const fn state_class(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Pending => "badge badge-warn",
        ApprovalState::Granted => "badge badge-good",
        ApprovalState::Refused => "badge badge-bad",
        ApprovalState::Withdrawn | ApprovalState::Outdated => "badge badge-quiet",
    }
}

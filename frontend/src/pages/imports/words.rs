//! The words for what imports have: fields, states, encodings.

use leptos::prelude::*;
use rapport_types::imports::{Encoding, ImportEntity, ImportState, KeyKind, Target};
use rapport_types::locale::Locale as Language;

use crate::components::icon::{Icon, IconName};
use crate::i18n::td_string;
use crate::preferences::{text_locale, use_preferences};

/// The word for what the records of a file are.
pub(super) fn entity_text(entity: ImportEntity, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match entity {
        ImportEntity::Tickets => td_string!(text, imports.entity.tickets),
        ImportEntity::Customers => td_string!(text, imports.entity.customers),
    }
}

/// The name of an encoding.
pub(super) const fn encoding_text(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Gb18030 => "GB18030",
    }
}

/// What stands between two fields.
pub(super) fn delimiter_text(delimiter: char, locale: Language) -> String {
    let text = text_locale(locale);
    match delimiter {
        ',' => td_string!(text, imports.found.comma).to_owned(),
        ';' => td_string!(text, imports.found.semicolon).to_owned(),
        '\t' => td_string!(text, imports.found.tab).to_owned(),
        other => other.to_string(),
    }
}

/// By what somebody is recognised.
pub(super) fn key_text(by: KeyKind, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match by {
        KeyKind::ExternalId => td_string!(text, imports.by.external_id),
        KeyKind::Email => td_string!(text, imports.by.email),
        KeyKind::Name => td_string!(text, imports.by.name),
    }
}

/// What a column goes into.
pub(super) fn target_text(target: Target, is_of_customers: bool, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match target {
        Target::Key if is_of_customers => td_string!(text, imports.target.customer_key),
        Target::Key => td_string!(text, imports.target.ticket_key),
        Target::EventAt => td_string!(text, imports.target.event_at),
        Target::EventStatus => td_string!(text, imports.target.event_status),
        Target::EventOrder => td_string!(text, imports.target.event_order),
        Target::CustomerId => td_string!(text, imports.target.customer_id),
        Target::CustomerName => td_string!(text, imports.target.customer_name),
        Target::CustomerEmail => td_string!(text, imports.target.customer_email),
        Target::CustomerPhone => td_string!(text, imports.target.customer_phone),
        Target::RatedAt => td_string!(text, imports.target.rated_at),
        Target::AgentId if is_of_customers => td_string!(text, imports.target.owner_id),
        Target::AgentName if is_of_customers => td_string!(text, imports.target.owner_name),
        Target::AgentEmail if is_of_customers => td_string!(text, imports.target.owner_email),
        Target::AgentId => td_string!(text, imports.target.agent_id),
        Target::AgentName => td_string!(text, imports.target.agent_name),
        Target::AgentEmail => td_string!(text, imports.target.agent_email),
        Target::Rating => field_text("satisfaction_score", locale),
        Target::Name => td_string!(text, imports.target.name),
        other => field_text(other.code(), locale),
    }
}

/// The name of a field of a record, as a preview names it.
pub(super) fn field_text(name: &str, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match name {
        "external_id" => td_string!(text, imports.field.external_id),
        "subject" => td_string!(text, imports.field.subject),
        "description" => td_string!(text, imports.field.description),
        "type" => td_string!(text, imports.field.kind_of_ticket),
        "channel" => td_string!(text, imports.field.channel),
        "status" => td_string!(text, imports.field.status),
        "priority" => td_string!(text, imports.field.priority),
        "category" => td_string!(text, imports.field.category),
        "customer" => td_string!(text, imports.field.customer),
        "customer_email" => td_string!(text, imports.target.customer_email),
        "customer_phone" => td_string!(text, imports.target.customer_phone),
        "team" => td_string!(text, imports.field.team),
        "assignee" => td_string!(text, imports.field.assignee),
        "opened_at" => td_string!(text, imports.field.opened_at),
        "first_responded_at" => td_string!(text, imports.field.first_responded_at),
        "resolved_at" => td_string!(text, imports.field.resolved_at),
        "closed_at" => td_string!(text, imports.field.closed_at),
        "reopened_count" => td_string!(text, imports.field.reopened_count),
        "satisfaction_score" => td_string!(text, imports.field.rating),
        "event_count" => td_string!(text, imports.field.event_count),
        "kind" => td_string!(text, imports.field.kind),
        "name" => td_string!(text, imports.field.name),
        "phones" => td_string!(text, imports.field.phones),
        "emails" => td_string!(text, imports.field.emails),
        "address" => td_string!(text, imports.field.address),
        "region" => td_string!(text, imports.field.region),
        "nature" => td_string!(text, imports.field.nature),
        "industry" => td_string!(text, imports.field.industry),
        "job_title" => td_string!(text, imports.field.job_title),
        "birthday_on" => td_string!(text, imports.field.birthday_on),
        "lifecycle" => td_string!(text, imports.field.lifecycle),
        "source_channel" => td_string!(text, imports.field.source_channel),
        "tags" => td_string!(text, imports.field.tags),
        "note" => td_string!(text, imports.field.note),
        "owner" => td_string!(text, imports.field.owner),
        _ => td_string!(text, imports.field.other),
    }
}

/// The word for how an import stands.
pub(super) fn state_text(state: ImportState, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match state {
        ImportState::Queued => td_string!(text, imports.state.queued),
        ImportState::Running => td_string!(text, imports.state.running),
        ImportState::Done => td_string!(text, imports.state.done),
        ImportState::Cancelled => td_string!(text, imports.state.cancelled),
        ImportState::Failed => td_string!(text, imports.state.failed),
    }
}

const fn picture(state: ImportState) -> (IconName, &'static str) {
    match state {
        ImportState::Queued => (IconName::CircleDashed, "badge badge-quiet"),
        ImportState::Running => (IconName::CircleHalf, "badge badge-info"),
        ImportState::Done => (IconName::CircleCheck, "badge badge-good"),
        ImportState::Cancelled => (IconName::CircleMinus, "badge badge-warn"),
        ImportState::Failed => (IconName::Warning, "badge badge-bad"),
    }
}

/// How an import stands: a picture, a word and a hue.
#[component]
pub(super) fn StateBadge(
    /// The state.
    #[prop(into)]
    state: Signal<ImportState>,
) -> impl IntoView {
    let preferences = use_preferences();
    view! {
        <span class=move || picture(state.get()).1 data-testid="import-state">
            {move || view! { <Icon name=picture(state.get()).0/> }}
            <span>{move || state_text(state.get(), preferences.locale())}</span>
        </span>
    }
}

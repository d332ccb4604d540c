//! Status and priority: a picture, a word and a hue, never the hue alone.
//!
//! `<StatusBadge status=ticket.status/>`, `<PriorityMark priority=ticket.priority/>`

use leptos::prelude::*;
use rapport_types::tickets::{Priority, Status};

use super::icon::{Icon, IconName};
use crate::i18n::td_string;
use crate::preferences::text_locale;
use rapport_types::locale::Locale as Language;

/// The word for a status.
pub fn status_text(status: Status, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match status {
        Status::New => td_string!(text, frame.status.new),
        Status::Open => td_string!(text, frame.status.open),
        Status::WaitingOnCustomer => td_string!(text, frame.status.waiting_on_customer),
        Status::OnHold => td_string!(text, frame.status.on_hold),
        Status::Resolved => td_string!(text, frame.status.resolved),
        Status::Closed => td_string!(text, frame.status.closed),
    }
}

/// The word for a priority.
pub fn priority_text(priority: Priority, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match priority {
        Priority::Low => td_string!(text, frame.priority.low),
        Priority::Normal => td_string!(text, frame.priority.normal),
        Priority::High => td_string!(text, frame.priority.high),
        Priority::Urgent => td_string!(text, frame.priority.urgent),
    }
}

const fn picture(status: Status) -> (IconName, &'static str) {
    match status {
        Status::New => (IconName::CircleDashed, "badge badge-info"),
        Status::Open => (IconName::CircleHalf, "badge badge-info"),
        Status::WaitingOnCustomer => (IconName::CirclePause, "badge badge-warn"),
        Status::OnHold => (IconName::CirclePause, "badge badge-quiet"),
        Status::Resolved => (IconName::CircleCheck, "badge badge-good"),
        Status::Closed => (IconName::CircleMinus, "badge badge-quiet"),
    }
}

/// Where a ticket stands.
#[component]
pub fn StatusBadge(
    /// The status.
    #[prop(into)]
    status: Signal<Status>,
) -> impl IntoView {
    let preferences = crate::preferences::use_preferences();
    view! {
        <span class=move || picture(status.get()).1>
            {move || view! { <Icon name=picture(status.get()).0/> }}
            <span>{move || status_text(status.get(), preferences.locale())}</span>
        </span>
    }
}

/// How urgent a ticket is: one to four bars and the word, in lists the bars alone with the word
/// on hover.
#[component]
pub fn PriorityMark(
    /// The priority.
    #[prop(into)]
    priority: Signal<Priority>,
    /// Without the word, for narrow columns.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let preferences = crate::preferences::use_preferences();
    let word = move || priority_text(priority.get(), preferences.locale());
    let class = move || match priority.get() {
        Priority::Low => "priority priority-low",
        Priority::Normal => "priority priority-normal",
        Priority::High => "priority priority-high",
        Priority::Urgent => "priority priority-urgent",
    };
    view! {
        <span class=class title=word>
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
                <rect x="1.5" y="10" width="2.5" height="4" rx="0.8"></rect>
                <rect x="5" y="7.5" width="2.5" height="6.5" rx="0.8"></rect>
                <rect x="8.500" y="5" width="2.5" height="9" rx="0.8"></rect>
                <rect x="12" y="2" width="2.5" height="12" rx="0.8"></rect>
            </svg>
            <span class:visually-hidden=compact>{word}</span>
        </span>
    }
}

//! The words for the closed sets of a customer's facts.

use leptos::prelude::*;
use rapport_types::customers::{CustomerKind, Lifecycle, Nature};
use rapport_types::locale::Locale as Language;

use crate::components::icon::{Icon, IconName};
use crate::components::select::Choice;
use crate::i18n::td_string;
use crate::preferences::{text_locale, use_preferences};

/// The word for where a customer stands.
pub(in crate::pages) fn lifecycle_text(lifecycle: Lifecycle, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match lifecycle {
        Lifecycle::Potential => td_string!(text, customers.lifecycle.potential),
        Lifecycle::New => td_string!(text, customers.lifecycle.new),
        Lifecycle::Active => td_string!(text, customers.lifecycle.active),
        Lifecycle::Lapsed => td_string!(text, customers.lifecycle.lapsed),
        Lifecycle::Lost => td_string!(text, customers.lifecycle.lost),
    }
}

/// The word for what a customer is.
pub(in crate::pages) fn kind_text(kind: CustomerKind, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match kind {
        CustomerKind::Person => td_string!(text, customers.kind.person),
        CustomerKind::Organisation => td_string!(text, customers.kind.organisation),
    }
}

/// The word for the nature of an organisation.
pub(in crate::pages) fn nature_text(nature: Nature, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match nature {
        Nature::Government => td_string!(text, customers.nature.government),
        Nature::SpecialEnterprise => td_string!(text, customers.nature.special_enterprise),
        Nature::OrdinaryEnterprise => td_string!(text, customers.nature.ordinary_enterprise),
    }
}

/// Every place in a customer's life, as choices.
pub(in crate::pages) fn lifecycle_choices(locale: Language) -> Vec<Choice> {
    let choice = |it: &Lifecycle| Choice::new(it.code(), lifecycle_text(*it, locale));
    Lifecycle::ALL.iter().map(choice).collect()
}

/// Every kind of customer, as choices.
pub(in crate::pages) fn kind_choices(locale: Language) -> Vec<Choice> {
    let choice = |it: &CustomerKind| Choice::new(it.code(), kind_text(*it, locale));
    CustomerKind::ALL.iter().map(choice).collect()
}

/// Every nature of an organisation, as choices.
pub(in crate::pages) fn nature_choices(locale: Language) -> Vec<Choice> {
    let choice = |it: &Nature| Choice::new(it.code(), nature_text(*it, locale));
    Nature::ALL.iter().map(choice).collect()
}

/// The picture of what a customer is.
pub(super) const fn kind_icon(kind: CustomerKind) -> IconName {
    match kind {
        CustomerKind::Person => IconName::Person,
        CustomerKind::Organisation => IconName::Building,
    }
}

const fn picture(lifecycle: Lifecycle) -> (IconName, &'static str) {
    match lifecycle {
        Lifecycle::Potential => (IconName::CircleDashed, "badge badge-info"),
        Lifecycle::New => (IconName::CircleHalf, "badge badge-info"),
        Lifecycle::Active => (IconName::CircleCheck, "badge badge-good"),
        Lifecycle::Lapsed => (IconName::CirclePause, "badge badge-warn"),
        Lifecycle::Lost => (IconName::CircleMinus, "badge badge-quiet"),
    }
}

/// Where a customer stands: a picture, a word and a hue.
#[component]
pub(super) fn LifecycleBadge(#[prop(into)] lifecycle: Signal<Lifecycle>) -> impl IntoView {
    let preferences = use_preferences();
    view! {
        <span class=move || picture(lifecycle.get()).1>
            {move || view! { <Icon name=picture(lifecycle.get()).0/> }}
            <span>{move || lifecycle_text(lifecycle.get(), preferences.locale())}</span>
        </span>
    }
}

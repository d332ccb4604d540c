//! The filters of the list as chips that read as a sentence.

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;

use super::facts::Fact;
use super::words::{kind_choices, lifecycle_choices};
use crate::api::configuration::{Directory, use_directory};
use crate::components::button::{Button, ButtonKind};
use crate::components::chip::FilterChip;
use crate::components::field::TextField;
use crate::components::icon::IconName;
use crate::components::pick_list::PickList;
use crate::components::popover::use_popover;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::preferences::{text_locale, use_preferences};

/// What the list can be filtered by here: the parameter, and the fact it reads.
const FILTERS: [(&str, Fact); 7] = [
    ("lifecycle", Fact::Lifecycle),
    ("kind", Fact::Kind),
    ("owner", Fact::Owner),
    ("team", Fact::Team),
    ("region", Fact::Region),
    ("tag", Fact::Tags),
    ("source_channel", Fact::SourceChannel),
];

fn choices(fact: Fact, directory: Directory, locale: Language) -> Vec<Choice> {
    let text = text_locale(locale);
    match fact {
        Fact::Lifecycle => lifecycle_choices(locale),
        Fact::Kind => kind_choices(locale),
        Fact::Owner => {
            let mut people = vec![
                Choice::new("me", td_string!(text, customers.me)),
                Choice::new("none", td_string!(text, customers.no_owner)),
            ];
            people.extend(fact.choices(directory, locale));
            people
        }
        _ => fact.choices(directory, locale),
    }
}

/// One value in words.
fn word(fact: Fact, value: &str, directory: Directory, locale: Language) -> String {
    let text = text_locale(locale);
    match (fact, value) {
        (Fact::Owner, "me") => td_string!(text, customers.me).to_owned(),
        (_, "none") => td_string!(text, customers.no_owner).to_owned(),
        _ => fact.word(value, directory, locale),
    }
}

/// The chips.
#[component]
pub(super) fn Filters(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| {
        FILTERS
            .iter()
            .filter(|(name, _)| !address.get(name).is_empty())
            .count()
    });
    let clear = move || address.set(&FILTERS.map(|(name, _)| (name, "")));
    view! {
        <div class="chips customer-filters no-print" class:filters-open=open>
            <span class="narrow-only-block">
                <Button icon=IconName::Filter on_click=move || open.update(|open| *open = !*open)>
                    {t!(i18n, customers.filters, count = move || count.get())}
                </Button>
            </span>
            {FILTERS.map(|(parameter, fact)| match fact {
                Fact::Region | Fact::Tags => view! { <TextChip address parameter fact/> }.into_any(),
                _ => view! { <ListChip address parameter fact/> }.into_any(),
            })}
            <Show when=move || count.get() != 0>
                <Button kind=ButtonKind::Ghost on_click=clear>{t!(i18n, customers.clear_filters)}</Button>
            </Show>
        </div>
    }
}

/// A filter with choices, several at once.
#[component]
fn ListChip(address: Address, parameter: &'static str, fact: Fact) -> impl IntoView {
    let directory = use_directory();
    let preferences = use_preferences();
    let values = Memo::new(move |_| address.values(parameter));
    let value = Signal::derive(move || {
        let locale = preferences.locale();
        let words: Vec<_> = values
            .get()
            .iter()
            .map(|value| word(fact, value, directory, locale))
            .collect();
        (!words.is_empty()).then(|| {
            words.join(match locale {
                Language::En => ", ",
                Language::ZhCn => "、",
            })
        })
    });
    view! {
        <FilterChip
            name=Signal::derive(move || fact.label(preferences.locale()).to_owned())
            value
            on_remove=move || address.set(&[(parameter, "")])
        >
            <PickList
                options=Signal::derive(move || choices(fact, directory, preferences.locale()))
                chosen=values
                several=true
                on_pick=move |value: String| address.toggle(parameter, &value)
            />
        </FilterChip>
    }
}

/// A filter whose value is typed: the whole label, as it stands on the customer.
#[component]
fn TextChip(address: Address, parameter: &'static str, fact: Fact) -> impl IntoView {
    let preferences = use_preferences();
    let name = Signal::derive(move || match fact {
        Fact::Tags => td_string!(text_locale(preferences.locale()), customers.tag).to_owned(),
        _ => fact.label(preferences.locale()).to_owned(),
    });
    let value =
        Signal::derive(move || Some(address.get(parameter)).filter(|value| !value.is_empty()));
    view! {
        <FilterChip name value on_remove=move || address.set(&[(parameter, "")])>
            <TextChoice address parameter name/>
        </FilterChip>
    }
}

/// The field of such a filter.
#[component]
fn TextChoice(address: Address, parameter: &'static str, name: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let popover = use_popover();
    let text = RwSignal::new(untrack(|| address.get(parameter)));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        address.set(&[(parameter, text.get_untracked().trim())]);
        if let Some(popover) = popover {
            popover.close();
        }
    };
    view! {
        <form class="chip-form" on:submit=submit>
            <TextField
                label=name
                value=text
                hint=Signal::derive(move || Some(t_string!(i18n, customers.exact_hint).to_owned()))
            />
            <Button kind=ButtonKind::Primary submit=true>{t!(i18n, customers.filter)}</Button>
        </form>
    }
}

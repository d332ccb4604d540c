//! What further narrows the report, as chips.

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;
use rapport_types::tickets::Priority;

use super::question::{AGENT_RATINGS, FILTERS};
use crate::api::configuration::{Directory, use_directory};
use crate::components::badge::priority_text;
use crate::components::button::{Button, ButtonKind};
use crate::components::chip::FilterChip;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::preferences::{text_locale, use_preferences};

/// A filter with a list of choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Type,
    Channel,
    Category,
    Priority,
}

impl By {
    const ALL: [Self; 4] = [Self::Type, Self::Channel, Self::Category, Self::Priority];

    const fn parameter(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Channel => "channel",
            Self::Category => "category",
            Self::Priority => "priority",
        }
    }

    fn name(self, locale: Language) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Type => td_string!(text, reports.by.kind),
            Self::Channel => td_string!(text, reports.by.channel),
            Self::Category => td_string!(text, reports.by.category),
            Self::Priority => td_string!(text, reports.by.priority),
        }
    }

    fn choices(self, directory: Directory, locale: Language) -> Vec<Choice> {
        match self {
            Self::Type => directory.type_choices(locale, None),
            Self::Channel => directory.channel_choices(locale, None),
            Self::Category => directory.category_choices(locale),
            Self::Priority => {
                let choice = |it: &Priority| Choice::new(it.code(), priority_text(*it, locale));
                Priority::ALL.iter().rev().map(choice).collect()
            }
        }
    }

    fn word(self, value: &str, directory: Directory, locale: Language) -> String {
        let found = match self {
            Self::Type => Some(directory.type_name(value, locale)),
            Self::Channel => Some(directory.channel_name(value, locale)),
            Self::Category => value
                .parse()
                .ok()
                .and_then(|id| directory.category_name(id, locale)),
            Self::Priority => {
                Priority::from_code(value).map(|it| priority_text(it, locale).to_owned())
            }
        };
        found.unwrap_or_else(|| "…".to_owned())
    }
}

/// The chips.
#[component]
pub(super) fn Filters(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let any = Memo::new(move |_| FILTERS.iter().any(|name| !address.get(name).is_empty()));
    let without_agents = Memo::new(move |_| address.get(AGENT_RATINGS) == "true");
    view! {
        <div class="chips report-filters">
            {By::ALL.map(|by| view! { <ChoiceChip address by/> })}
            <button
                class="chip chip-toggle"
                class:chip-on=without_agents
                type="button"
                data-testid="exclude-agent-ratings"
                aria-pressed=move || if without_agents.get() { "true" } else { "false" }
                on:click=move |_| address.set(&[(
                    AGENT_RATINGS,
                    if without_agents.get_untracked() { "" } else { "true" },
                )])
            >
                {move || without_agents.get().then(|| view! { <Icon name=IconName::Check/> })}
                {t!(i18n, reports.without_agent_ratings)}
            </button>
            <Show when=move || any.get()>
                <Button
                    kind=ButtonKind::Ghost
                    on_click=move || address.set(&FILTERS.map(|name| (name, "")))
                >
                    {t!(i18n, reports.clear_filters)}
                </Button>
            </Show>
        </div>
    }
}

#[component]
fn ChoiceChip(address: Address, by: By) -> impl IntoView {
    let directory = use_directory();
    let preferences = use_preferences();
    let values = Memo::new(move |_| address.values(by.parameter()));
    let value = Signal::derive(move || {
        let locale = preferences.locale();
        let words: Vec<_> = values
            .get()
            .iter()
            .map(|value| by.word(value, directory, locale))
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
            name=Signal::derive(move || by.name(preferences.locale()).to_owned())
            value
            on_remove=move || address.set(&[(by.parameter(), "")])
        >
            <PickList
                options=Signal::derive(move || by.choices(directory, preferences.locale()))
                chosen=values
                several=true
                on_pick=move |value: String| address.toggle(by.parameter(), &value)
            />
        </FilterChip>
    }
}

//! The filters of the list as chips that read as a sentence.

use leptos::prelude::*;
use leptos_i18n::td_string;
use rapport_types::ids::{CategoryId, TeamId, UserId};
use rapport_types::locale::Locale as Language;
use rapport_types::tickets::{Priority, Status};

use super::drill_down;
use super::other_filters;
use super::views::UNRESOLVED;
use crate::api::configuration::{Directory, use_directory};
use crate::components::badge::{priority_text, status_text};
use crate::components::button::{Button, ButtonKind};
use crate::components::chip::FilterChip;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::preferences::{text_locale, use_preferences};

/// What the list can be filtered by here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum By {
    Status,
    Assignee,
    Priority,
    Team,
    Type,
    Category,
    Channel,
}

impl By {
    pub(in crate::pages) const ALL: [Self; 7] = [
        Self::Status,
        Self::Assignee,
        Self::Priority,
        Self::Team,
        Self::Type,
        Self::Category,
        Self::Channel,
    ];

    /// The parameter.
    pub(in crate::pages) const fn parameter(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Assignee => "assignee",
            Self::Priority => "priority",
            Self::Team => "team",
            Self::Type => "type",
            Self::Category => "category",
            Self::Channel => "channel",
        }
    }

    /// The member of a ticket that it reads.
    pub(in crate::pages) const fn member(self) -> &'static str {
        match self {
            Self::Assignee => "assignee_id",
            Self::Team => "team_id",
            Self::Category => "category_id",
            Self::Status | Self::Priority | Self::Type | Self::Channel => self.parameter(),
        }
    }

    /// The one that reads this member.
    pub(in crate::pages) fn of_member(member: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.member() == member)
    }

    /// What it is called.
    pub(in crate::pages) fn name(self, locale: Language) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Status => td_string!(text, tickets.field.status),
            Self::Assignee => td_string!(text, tickets.field.assignee),
            Self::Priority => td_string!(text, tickets.field.priority),
            Self::Team => td_string!(text, tickets.field.team),
            Self::Type => td_string!(text, tickets.field.kind),
            Self::Category => td_string!(text, tickets.field.category),
            Self::Channel => td_string!(text, tickets.field.channel),
        }
    }

    /// What can be chosen.
    pub(in crate::pages) fn choices(self, directory: Directory, locale: Language) -> Vec<Choice> {
        let text = text_locale(locale);
        match self {
            Self::Status => Status::ALL
                .iter()
                .map(|status| Choice::new(status.code(), status_text(*status, locale)))
                .collect(),
            Self::Priority => Priority::ALL
                .iter()
                .rev()
                .map(|priority| Choice::new(priority.code(), priority_text(*priority, locale)))
                .collect(),
            Self::Assignee => {
                let mut choices = vec![
                    Choice::new("me", td_string!(text, tickets.me)),
                    Choice::new("none", td_string!(text, tickets.nobody)),
                ];
                choices.extend(directory.user_choices(None, locale));
                choices
            }
            Self::Team => directory.team_choices(locale),
            Self::Type => directory.type_choices(locale, None),
            Self::Category => {
                let mut choices = vec![Choice::new("none", td_string!(text, tickets.no_category))];
                choices.extend(directory.category_choices(locale));
                choices
            }
            Self::Channel => directory.channel_choices(locale, None),
        }
    }

    /// One value in words; an id whose name is not known yet is "…".
    pub(in crate::pages) fn word(
        self,
        value: &str,
        directory: Directory,
        locale: Language,
    ) -> String {
        let text = text_locale(locale);
        let found = match self {
            Self::Status => Status::from_code(value).map(|it| status_text(it, locale).to_owned()),
            Self::Priority => {
                Priority::from_code(value).map(|it| priority_text(it, locale).to_owned())
            }
            Self::Assignee => match value {
                "me" => Some(td_string!(text, tickets.me).to_owned()),
                "none" => Some(td_string!(text, tickets.nobody).to_owned()),
                id => id
                    .parse::<UserId>()
                    .ok()
                    .and_then(|id| directory.user_name(id)),
            },
            Self::Team => value
                .parse::<TeamId>()
                .ok()
                .and_then(|id| directory.team_name(id, locale)),
            Self::Type => Some(directory.type_name(value, locale)),
            Self::Channel => Some(directory.channel_name(value, locale)),
            Self::Category if value == "none" => {
                Some(td_string!(text, tickets.no_category).to_owned())
            }
            Self::Category => value
                .parse::<CategoryId>()
                .ok()
                .and_then(|id| directory.category_name(id, locale)),
        };
        found.unwrap_or_else(|| "…".to_owned())
    }
}

/// "A, B or C".
pub(in crate::pages) fn either(mut words: Vec<String>, locale: Language) -> String {
    let text = text_locale(locale);
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        return last;
    }
    let first = words.join(td_string!(text, tickets.filter.comma));
    td_string!(text, tickets.filter.or, first = first, last = last)
}

/// The chips. `customer` is the name of the customer that the list is narrowed to.
#[component]
pub(super) fn Filters(
    url: Address,
    #[prop(into)] customer: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let count = move || {
        By::ALL
            .iter()
            .filter(|by| url.find(by.parameter()).is_some())
            .count()
    };
    // Whatever else the URL narrows by: nothing filters unseen.
    let (directory, preferences) = (use_directory(), use_preferences());
    let others = move || {
        let own = |name: &str| By::ALL.iter().any(|by| by.parameter() == name);
        let quiet = ["sort", "cursor", "limit", "q", "customer"];
        let mut pairs = url.pairs();
        pairs.retain(|(name, _)| {
            let name = name.as_str();
            !own(name) && !quiet.contains(&name) && !drill_down::PARAMETERS.contains(&name)
        });
        pairs
    };
    let any = Memo::new(move |_| {
        url.pairs()
            .iter()
            .any(|(name, _)| !["sort", "cursor"].contains(&name.as_str()))
    });
    let clear = move || {
        let names: Vec<String> = untrack(|| url.pairs())
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let names: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|it| *it != "sort")
            .collect();
        url.remove(&names);
    };
    view! {
        <div class="chips ticket-filters" class:filters-open=open>
            <span class="narrow-only-block filters-toggle">
                <Button
                    icon=IconName::Filter
                    on_click=move || open.update(|open| *open = !*open)
                >
                    {t!(i18n, tickets.filter.toggle, count = count)}
                </Button>
            </span>
            {By::ALL.map(|by| view! { <FilterOf url by/> })}
            {move || url.find("customer").map(|id| {
                let name = customer.get().unwrap_or_else(|| if id == "none" {
                    t_string!(i18n, tickets.anonymous).to_owned()
                } else {
                    t_string!(i18n, tickets.filter.this_one).to_owned()
                });
                view! {
                    <PlainChip
                        name=t_string!(i18n, tickets.filter.is, name = t_string!(i18n, tickets.field.customer))
                        value=name
                        on_remove=move || url.remove(&["customer"])
                    />
                }
            })}
            {move || others().into_iter().map(|(name, value)| {
                let (shown, value) =
                    other_filters::words(&name, &value, directory, preferences.locale());
                view! {
                    <PlainChip name=shown value=value on_remove=move || url.remove(&[&name])/>
                }
            }).collect_view()}
        </div>
        // Beside the chips, where it stays however many lines they take.
        <Show when=move || any.get()>
            <Button kind=ButtonKind::Ghost on_click=clear>
                {t!(i18n, tickets.filter.clear)}
            </Button>
        </Show>
    }
}

/// One filter with its choices.
#[component]
fn FilterOf(url: Address, by: By) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let values = Memo::new(move |_| url.values(by.parameter()));
    let name = Signal::derive(move || {
        let name = by.name(preferences.locale());
        if values.read().is_empty() {
            name.to_owned()
        } else {
            t_string!(i18n, tickets.filter.is, name = name)
        }
    });
    let value = Signal::derive(move || {
        let (values, locale) = (values.get(), preferences.locale());
        if values.is_empty() {
            return None;
        }
        if by == By::Status && values.join(",") == UNRESOLVED {
            return Some(t_string!(i18n, tickets.filter.unresolved).to_owned());
        }
        let words = values
            .iter()
            .map(|value| by.word(value, directory, locale))
            .collect();
        Some(either(words, locale))
    });
    let options = Signal::derive(move || by.choices(directory, preferences.locale()));
    view! {
        <FilterChip name value on_remove=move || url.remove(&[by.parameter()])>
            <PickList
                options
                chosen=values
                several=true
                on_pick=move |value: String| url.toggle(by.parameter(), &value)
            />
        </FilterChip>
    }
}

/// A filter that can only be taken away.
#[component]
pub(super) fn PlainChip(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] on_remove: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let label = format!("{name} {value}");
    view! {
        <span class="chip chip-on">
            <span class="chip-body chip-plain">
                <span class="chip-name">{name}</span>
                <span class="chip-value">{value}</span>
            </span>
            <button
                class="chip-remove"
                type="button"
                aria-label=move || t_string!(i18n, frame.remove_filter, name = label.clone())
                on:click=move |_| on_remove.run(())
            >
                <Icon name=IconName::Close/>
            </button>
        </span>
    }
}

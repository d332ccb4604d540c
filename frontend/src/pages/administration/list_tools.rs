//! Above a list: the search, whether only what is in use is shown, and how many there are. All of it
//! lives in the URL.

use std::time::Duration;

use leptos::prelude::*;

use super::words::text;
use crate::components::commands::{Command, use_commands};
use crate::components::effect::effect;
use crate::components::icon::{Icon, IconName};
use crate::components::keys::is_half_typed;
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::pages::address::{Address, Pairs};

/// How long typing rests before the list follows.
const REST: Duration = Duration::from_millis(150);

/// Which records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Those in use.
    InUse,
    /// The others.
    Retired,
    /// All.
    All,
}

impl Shown {
    /// As the URL says; tracked.
    pub(super) fn of(address: Address) -> Self {
        match address.get("active").as_str() {
            "false" => Self::Retired,
            "all" => Self::All,
            _ => Self::InUse,
        }
    }

    /// Whether a record that is in use, or is not, is shown.
    pub(super) fn shows(self, active: bool) -> bool {
        match self {
            Self::InUse => active,
            Self::Retired => !active,
            Self::All => true,
        }
    }
}

/// What of the URL belongs to the list, and not to the form beside it.
pub(super) fn filters_of(address: Address) -> Pairs {
    let mut pairs = address.pairs();
    pairs.retain(|(name, _)| ["q", "active", "kind", "role", "team"].contains(&name.as_str()));
    pairs
}

/// The tools of a list.
#[component]
pub(super) fn ListTools(
    /// Where they keep what was chosen.
    address: Address,
    /// How many rows there are; none while they are loading.
    #[prop(into)]
    count: Signal<Option<usize>>,
    /// Whether records can be out of use.
    #[prop(optional, default = true)]
    retires: bool,
    /// More filters.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(untrack(|| address.get("active")));
    // Back changes the choice, too.
    effect(move || shown.set(address.get("active")));
    let choices = Signal::derive(move || {
        vec![
            Choice::new("", t_string!(i18n, administration.in_use)),
            Choice::new("false", t_string!(i18n, administration.retired)),
            Choice::new("all", t_string!(i18n, administration.all)),
        ]
    });
    view! {
        <div class="admin-tools">
            <Search address/>
            {retires.then(|| view! {
                <Select
                    label=text(move || t_string!(i18n, administration.which))
                    value=shown
                    options=choices
                    inline=true
                    on_change=move |choice: String| address.set(&[("active", &choice)])
                />
            })}
            {children.map(|children| children())}
            <span class="quiet admin-count" role="status">
                {move || count.get().map(|count| t_string!(i18n, frame.pager.total, count = count))}
            </span>
        </div>
    }
}

/// The search within the list. `/` leads here.
#[component]
fn Search(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let input = NodeRef::<leptos::html::Input>::new();
    let asked = Memo::new(move |_| address.get("q"));
    let typed = RwSignal::new(asked.get_untracked());
    effect(move || {
        let asked = asked.get();
        if typed.get_untracked().trim() != asked {
            typed.set(asked);
        }
    });
    let ask = leptos::leptos_dom::helpers::debounce(REST, move |text: String| {
        // The page may be gone by now.
        if typed.try_get_untracked().is_some_and(|now| now == text) {
            address.replace(&[("q", text.trim())]);
        }
    });
    let ask = StoredValue::new_local(ask);
    let take = move |text: String, composing: bool| {
        typed.set(text.clone());
        // Half a syllable of an input method is no question yet.
        if !composing {
            ask.update_value(|ask| ask(text));
        }
    };
    use_commands(
        || vec![Command::Search],
        move |_| {
            if let Some(field) = input.get_untracked() {
                let _ = field.focus();
                field.select();
            }
        },
    );
    view! {
        <search class="customer-search">
            <Icon name=IconName::Search/>
            <input
                node_ref=input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                data-testid="admin-search"
                aria-label=move || t_string!(i18n, administration.search)
                placeholder=move || t_string!(i18n, administration.search)
                prop:value=typed
                on:input:target=move |event| {
                    let composing = is_half_typed(&event);
                    take(event.target().value(), composing);
                }
                on:compositionend:target=move |event| take(event.target().value(), false)
            />
        </search>
    }
}

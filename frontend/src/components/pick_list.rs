//! A list to pick from inside a popover, with a field that narrows it when it is long.
//!
//! ```ignore
//! <Popover label=… trigger=…>
//!     <PickList options=people chosen=Signal::derive(move || vec![assignee.get()]) on_pick=move |id: String| …/>
//! </Popover>
//! ```
//! With `several=true` it stays open and each pick switches one on or off.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::popover::MenuItem;
use super::select::Choice;
use crate::i18n::*;

/// From how many choices on there is a field to narrow them.
const LONG: usize = 9;
/// Most choices shown at once.
const SHOWN: usize = 80;

/// A list to pick from.
#[component]
pub fn PickList(
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The values of the chosen ones.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    /// Told of the value that was picked.
    #[prop(into)]
    on_pick: Callback<String>,
    /// Whether several may be chosen.
    #[prop(optional)]
    several: bool,
    /// Each entry's `data-testid` is this, a hyphen and its value.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let text = RwSignal::new(String::new());
    let is_long = Memo::new(move |_| options.read().len() >= LONG);
    let visible = Memo::new(move |_| {
        let text = text.read().trim().to_lowercase();
        let fits = |choice: &&Choice| {
            text.is_empty()
                || choice.label.to_lowercase().contains(&text)
                || choice
                    .detail
                    .as_ref()
                    .is_some_and(|it| it.to_lowercase().contains(&text))
        };
        options.with(|all| {
            all.iter()
                .filter(fits)
                .take(SHOWN)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let list = move || {
        let choices = visible.get();
        if choices.is_empty() {
            return view! { <p class="listbox-empty">{t!(i18n, frame.no_match)}</p> }.into_any();
        }
        choices
            .into_iter()
            .map(|choice| {
                let (own, picked) = (choice.value.clone(), choice.value.clone());
                let on = Signal::derive(move || chosen.read().contains(&own));
                let testid = testid.map(|prefix| format!("{prefix}-{}", choice.value));
                view! {
                    <MenuItem
                        checked=on
                        keep_open=several
                        on_select=move || on_pick.run(picked.clone())
                        testid=testid
                    >
                        {choice.label}
                        {choice.detail.map(|it| view! { <span class="quiet small">" " {it}</span> })}
                    </MenuItem>
                }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="pick-list">
            {move || is_long.get().then(|| view! {
                <div class="pick-search">
                    <Icon name=IconName::Search/>
                    <input
                        class="input"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        aria-label=move || t_string!(i18n, tickets.narrow)
                        placeholder=move || t_string!(i18n, tickets.narrow)
                        prop:value=text
                        on:input:target=move |event| text.set(event.target().value())
                    />
                </div>
            })}
            <div class="pick-options">{list}</div>
        </div>
    }
}

//! A filter as a chip that reads as part of a sentence: "Status **open, new** ✕".
//!
//! ```ignore
//! <FilterChip name=move || t_string!(i18n, tickets.status) value=Signal::derive(…)
//!     on_remove=move || … > <MenuItem …/> … </FilterChip>
//! ```
//! The children are the choices, shown in a popover. Without a value the chip is only its name.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::popover::Popover;
use crate::i18n::*;

/// One filter.
#[component]
pub fn FilterChip(
    /// What it filters by.
    #[prop(into)]
    name: Signal<String>,
    /// What is chosen, in words; none when it does not filter.
    #[prop(into)]
    value: Signal<Option<String>>,
    /// Takes the filter away.
    #[prop(into)]
    on_remove: Callback<()>,
    /// The choices.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let chosen = Memo::new(move |_| value.get().is_some());
    // The label stands in place of what is on the button, so it says all of it.
    let label = Signal::derive(move || match value.get() {
        Some(value) => format!("{} {value}", name.get()),
        None => name.get(),
    });
    view! {
        <span class="chip" class:chip-on=chosen>
            <Popover
                class="chip-body"
                label
                trigger=move || view! {
                    <span class="chip-name">{name}</span>
                    {move || value.get().map(|text| view! { <span class="chip-value">{text}</span> })}
                    <Icon name=IconName::ChevronDown/>
                }
            >
                {children()}
            </Popover>
            {move || chosen.get().then(|| view! {
                <button
                    class="chip-remove"
                    type="button"
                    aria-label=move || t_string!(i18n, frame.remove_filter, name = label.get())
                    on:click=move |_| on_remove.run(())
                >
                    <Icon name=IconName::Close/>
                </button>
            })}
        </span>
    }
}

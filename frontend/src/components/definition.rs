//! What a figure means: a `?` that opens the definition with numerator and denominator.
//!
//! `<Definition label=metric_name text=definition> <p>…numerator, denominator…</p> </Definition>`

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::popover::Popover;
use crate::i18n::*;

/// The `?` of a figure.
#[component]
pub fn Definition(
    /// What the figure is called.
    #[prop(into)]
    label: Signal<String>,
    /// What it means, in a sentence.
    #[prop(into)]
    text: Signal<String>,
    /// More: numerator, denominator, excluded.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let i18n = use_i18n();
    let children = StoredValue::new(children);
    view! {
        <Popover
            class="definition-button"
            label=Signal::derive(move || t_string!(i18n, frame.definition_of, name = label.get()))
            trigger=|| view! { <Icon name=IconName::Question/> }
        >
            <div class="definition">
                <h3>{label}</h3>
                <p>{text}</p>
                {children.with_value(|children| children.as_ref().map(|children| children()))}
            </div>
        </Popover>
    }
}

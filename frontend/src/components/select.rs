//! One of a few: the browser's own list, which is the best one on a telephone and by keyboard.
//!
//! ```ignore
//! <Select label=… value=priority options=Signal::derive(move || vec![Choice::new("high", "High")])/>
//! ```
//! For many choices use [`Combobox`](super::combobox::Combobox).

use leptos::prelude::*;

use super::element_id;
use super::field::FieldNote;
use super::focus::focus_soon;

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A second, quiet text: a number, a team.
    pub detail: Option<String>,
}

impl Choice {
    /// A choice without detail.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            detail: None,
        }
    }

    /// The same with a second, quiet text.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// A list to choose one from.
#[component]
pub fn Select(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The chosen value.
    value: RwSignal<String>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marked as required.
    #[prop(optional)]
    required: bool,
    /// The label is for screen readers only, and there is no line below.
    #[prop(optional)]
    inline: bool,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Not changeable now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Told of the reader's choice.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// The `data-testid` of the element.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let id = element_id("select");
    let note = format!("{id}-note");
    if autofocus {
        focus_soon(id.clone());
    }
    view! {
        <div class="field" class:field-inline=inline class:has-error=move || error.read().is_some()>
            <label for=id.clone() class:visually-hidden=inline>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}
            </label>
            <select
                id=id
                class="input select"
                data-testid=testid
                disabled=disabled
                aria-describedby=(!inline).then(|| note.clone())
                aria-required=required.then_some("true")
                aria-invalid=move || error.read().is_some().then_some("true")
                on:change:target=move |event| {
                    let chosen = event.target().value();
                    value.set(chosen.clone());
                    if let Some(run) = on_change {
                        run.run(chosen);
                    }
                }
            >
                {move || options.get().into_iter().map(|choice| {
                    let own = choice.value.clone();
                    view! {
                        <option value=choice.value prop:selected=move || value.read() == own>
                            {choice.label}
                        </option>
                    }
                }).collect_view()}
            </select>
            {(!inline).then(|| view! { <FieldNote id=note error hint=Signal::stored(None)/> })}
        </div>
    }
}

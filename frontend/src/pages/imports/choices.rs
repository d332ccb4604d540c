//! A list to pick one from that follows the mapping, and what there is to pick for each field.

use leptos::prelude::*;
use rapport_types::imports::Target;
use rapport_types::locale::Locale as Language;
use rapport_types::tickets::{Priority, Status};

use crate::api::configuration::Directory;
use crate::components::badge::{priority_text, status_text};
use crate::components::element_id;
use crate::components::select::Choice;
use crate::pages::customers::words::{kind_choices, lifecycle_choices, nature_choices};

/// The values that a field can have.
pub(super) fn values_of(target: Target, directory: Directory, locale: Language) -> Vec<Choice> {
    match target {
        Target::Status | Target::EventStatus => Status::ALL
            .iter()
            .map(|it| Choice::new(it.code(), status_text(*it, locale)))
            .collect(),
        Target::Priority => Priority::ALL
            .iter()
            .map(|it| Choice::new(it.code(), priority_text(*it, locale)))
            .collect(),
        Target::Type => directory.type_choices(locale, None),
        Target::Channel | Target::SourceChannel => directory.channel_choices(locale, None),
        Target::Kind => kind_choices(locale),
        Target::Nature => nature_choices(locale),
        Target::Lifecycle => lifecycle_choices(locale),
        _ => Vec::new(),
    }
}

/// The browser's own list, whose value is what the mapping says.
#[component]
pub(super) fn Pick(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The value as the mapping has it.
    #[prop(into)]
    value: Signal<String>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// Told of the reader's choice.
    #[prop(into)]
    on_pick: Callback<String>,
    /// The label is for screen readers only.
    #[prop(optional)]
    inline: bool,
    /// Whether a value is missing here.
    #[prop(optional, into)]
    lacks: Signal<bool>,
    /// A word of help below.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// The `data-testid` of the element.
    #[prop(optional_no_strip)]
    testid: Option<String>,
) -> impl IntoView {
    let id = element_id("pick");
    let hint_id = format!("{id}-hint");
    let described_by = hint_id.clone();
    view! {
        <div class="field" class:field-inline=inline class:has-error=lacks>
            <label for=id.clone() class:visually-hidden=inline>{label}</label>
            <select
                id=id
                class="input select"
                data-testid=testid
                aria-invalid=move || lacks.get().then_some("true")
                aria-describedby=move || hint.read().is_some().then(|| described_by.clone())
                on:change:target=move |event| on_pick.run(event.target().value())
            >
                {move || options.get().into_iter().map(|choice| {
                    let own = choice.value.clone();
                    view! {
                        <option value=choice.value prop:selected=move || *value.read() == own>
                            {choice.label}
                        </option>
                    }
                }).collect_view()}
            </select>
            {move || hint.get().map(|text| view! {
                <p class="field-note" id=hint_id.clone()>{text}</p>
            })}
        </div>
    }
}

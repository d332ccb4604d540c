//! The stages of a pipeline in a row: which are passed, where the ticket is, what comes next.

use leptos::prelude::*;
use rapport_types::ticket_types::Pipeline;

use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The row. Each stage can be asked for: what is in the way is said then.
#[component]
pub(super) fn Rail(
    /// The pipeline.
    pipeline: Pipeline,
    /// The place of the ticket's stage.
    #[prop(into)]
    at: Signal<usize>,
    /// Not changeable now.
    #[prop(into)]
    disabled: Signal<bool>,
    /// Told of the stage that the reader asks for.
    #[prop(into)]
    on_ask: Callback<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let name = pipeline.names.clone();
    let stages = pipeline.stages.into_iter().enumerate();
    let row = stages.map(|(place, stage)| {
        let names = stage.names.clone();
        let is_here = move || at.get() == place;
        let state = move || match place.cmp(&at.get()) {
            std::cmp::Ordering::Less => "passed",
            std::cmp::Ordering::Equal => "here",
            std::cmp::Ordering::Greater if place == at.get() + 1 => "next",
            std::cmp::Ordering::Greater => "ahead",
        };
        view! {
            <li class="stage" data-state=state>
                <button
                    type="button"
                    class="stage-button"
                    data-testid=format!("stage-{}", stage.code)
                    aria-current=move || is_here().then_some("step")
                    disabled=move || disabled.get() || is_here()
                    on:click=move |_| on_ask.run(place)
                >
                    <span class="stage-mark" aria-hidden="true">
                        {move || if place < at.get() {
                            view! { <Icon name=IconName::Check/> }.into_any()
                        } else {
                            (place + 1).to_string().into_any()
                        }}
                    </span>
                    <span class="stage-name">{move || names.get(preferences.locale()).to_owned()}</span>
                    <span class="visually-hidden">
                        {move || match state() {
                            "passed" => t_string!(i18n, tickets.stages.passed),
                            "here" => t_string!(i18n, tickets.stages.here),
                            _ => "",
                        }}
                    </span>
                </button>
            </li>
        }
    });
    view! {
        <ol
            class="stage-rail"
            aria-label=move || name.get(preferences.locale()).to_owned()
            data-testid="stage-rail"
        >
            {row.collect_view()}
        </ol>
    }
}

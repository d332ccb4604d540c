//! The four steps, and at which of them the reader is.

use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};
use crate::i18n::*;

/// One of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The file.
    File,
    /// What its columns mean.
    Mapping,
    /// What would come of it.
    Check,
    /// The import itself.
    Import,
}

impl Step {
    const ALL: [Self; 4] = [Self::File, Self::Mapping, Self::Check, Self::Import];
}

/// The row of steps; those before the present one lead back where there is a way.
#[component]
pub(super) fn Steps(
    /// Where the reader is.
    #[prop(into)]
    at: Signal<Step>,
    /// The way back to a step, where there is one.
    #[prop(into)]
    way: Callback<Step, Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let label = move |step: Step| match step {
        Step::File => t_string!(i18n, imports.step.file),
        Step::Mapping => t_string!(i18n, imports.step.mapping),
        Step::Check => t_string!(i18n, imports.step.check),
        Step::Import => t_string!(i18n, imports.step.import),
    };
    let item = move |(number, step): (usize, Step)| {
        let is_done = move || step < at.get();
        let face = move || {
            view! {
                <span class="step-mark" aria-hidden="true">
                    {move || if is_done() {
                        view! { <Icon name=IconName::Check/> }.into_any()
                    } else {
                        (number + 1).into_any()
                    }}
                </span>
                <span>{move || label(step)}</span>
            }
        };
        view! {
            <li
                class="step"
                class:is-done=is_done
                aria-current=move || (at.get() == step).then_some("step")
            >
                {move || match way.run(step).filter(|_| is_done()) {
                    Some(href) => view! { <a href=href>{face()}</a> }.into_any(),
                    None => view! { <span class="step-face">{face()}</span> }.into_any(),
                }}
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=move || t_string!(i18n, imports.step.label)>
            {Step::ALL.into_iter().enumerate().map(item).collect_view()}
        </ol>
    }
}

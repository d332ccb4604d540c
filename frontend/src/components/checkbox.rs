//! One thing that is so or is not.
//!
//! ```ignore
//! <Checkbox label=… hint=… checked=is_active on_change=move |on| …/>
//! ```

use leptos::prelude::*;

use super::element_id;

/// A box to tick with its label, and a line that explains it.
#[component]
pub fn Checkbox(
    /// What is so when it is ticked.
    #[prop(into)]
    label: Signal<String>,
    /// What that means.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Told of the reader's choice.
    #[prop(into)]
    on_change: Callback<bool>,
    /// Not changeable now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The `data-testid` of the element.
    #[prop(optional_no_strip)]
    testid: Option<String>,
) -> impl IntoView {
    let note = element_id("check-note");
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                data-testid=testid
                aria-describedby=note.clone()
                disabled=disabled
                prop:checked=checked
                on:change:target=move |event| on_change.run(event.target().checked())
            />
            <span class="checkbox-text">
                {label}
                <span class="quiet small" id=note>{hint}</span>
            </span>
        </label>
    }
}

//! A few words on hover and on keyboard focus.
//!
//! `<Tooltip text=move || …> <span tabindex="0">…</span> </Tooltip>`. For plain text on a button
//! its `title` is enough; this is for content with several lines.

use leptos::prelude::*;

use super::element_id;

/// Content with words that show on hover and focus.
#[component]
pub fn Tooltip(
    /// The words; lines are kept.
    #[prop(into)]
    text: Signal<String>,
    /// What they explain.
    children: Children,
) -> impl IntoView {
    let id = element_id("tip");
    let tip_id = id.clone();
    view! {
        <span class="tooltip-anchor" aria-describedby=id>
            {children()}
            <span class="tooltip" role="tooltip" id=tip_id>{text}</span>
        </span>
    }
}

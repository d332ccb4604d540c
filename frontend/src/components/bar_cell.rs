//! A number in a table with a bar beside it: `<BarCell share=value/greatest text=shown/>`. Inside
//! an element with a [`hue_class`](super::hue::hue_class) the bar has that colour.

use leptos::prelude::*;

/// A number and a bar of its share of the greatest.
#[component]
pub fn BarCell(
    /// From 0 to 1; none draws no bar.
    #[prop(into)]
    share: Signal<Option<f64>>,
    /// The number as it is read.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let width = move || {
        share.get().filter(|share| share.is_finite()).map_or_else(
            || "0%".to_owned(),
            |share| format!("{:.1}%", share.clamp(0.0, 1.0) * 100.0),
        )
    };
    view! {
        <span class="bar-cell">
            <span class="bar-track" aria-hidden="true"><span class="bar" style:width=width></span></span>
            <span class="bar-text">{text}</span>
        </span>
    }
}

//! A key to press: `<KeyHint keys="/"/>`. Hidden where there is no keyboard.

use leptos::prelude::*;

/// A key cap.
#[component]
pub fn KeyHint(
    /// What is on it.
    keys: &'static str,
) -> impl IntoView {
    view! { <kbd class="key-hint" aria-hidden="true">{keys}</kbd> }
}

//! Text that a click copies: request ids, phones, e-mail addresses, links.
//!
//! `<CopyText text=phone/>`, or `use_copy().run(text)`.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::toast::use_toasts;
use crate::i18n::*;

/// Copies a text and says so.
pub fn use_copy() -> Callback<String> {
    let i18n = use_i18n();
    let toasts = use_toasts();
    Callback::new(move |text: String| {
        if copied(&text) {
            toasts.done(untrack(|| t_string!(i18n, frame.copied)));
        } else {
            toasts.failed(untrack(|| t_string!(i18n, frame.copy_refused)));
        }
    })
}

/// A text with a quiet copy button around it.
#[component]
pub fn CopyText(
    /// What is shown and copied.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let copy = use_copy();
    let shown = text.clone();
    view! {
        <button class="copy-text" type="button" title=move || t_string!(i18n, frame.copy) on:click=move |_| copy.run(text.clone())>
            <span>{shown}</span>
            <Icon name=IconName::Copy/>
        </button>
    }
}

/// Puts a text on the clipboard; false where the browser does not let the page.
pub fn copied(text: &str) -> bool {
    // Browsers offer the clipboard on https and localhost only.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let offered = clipboard.is_ok_and(|it| it.is_object());
    if offered {
        let _ = window().navigator().clipboard().write_text(text);
    }
    offered
}

//! Text that a click copies: request ids, phones, e-mail addresses, links.
//!
//! `<CopyText text=phone/>`

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::toast::use_toasts;
use crate::i18n::*;

/// A text with a quiet copy button around it.
#[component]
pub fn CopyText(
    /// What is shown and copied.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let shown = text.clone();
    let copy = move |_| match copied(&text) {
        true => toasts.done(t_string!(i18n, frame.copied)),
        false => toasts.failed(t_string!(i18n, frame.copy_refused)),
    };
    view! {
        <button class="copy-text" type="button" title=move || t_string!(i18n, frame.copy) on:click=copy>
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

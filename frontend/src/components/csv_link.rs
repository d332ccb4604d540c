//! What is on the screen as a CSV file.
//!
//! `<CsvLink path=move || … name="customers.csv" testid="csv-customers"/>`; `path` starts below
//! `/api/v1` and has the parameters of the list, `format` is added here. It is a real link, so
//! that its address can be copied for a script.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::toast::use_toasts;
use crate::api::{self, submission::use_submission};
use crate::components::effect::effect;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// A link to a CSV file.
#[component]
pub fn CsvLink(
    /// The path below `/api/v1`.
    #[prop(into)]
    path: Signal<String>,
    /// The name of the file.
    name: &'static str,
    /// The `data-testid` of the link.
    testid: &'static str,
    /// Puts the file into the order of the screen.
    #[prop(optional, into)]
    arrange: Option<Callback<String, String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let file = move || {
        let path = path.get();
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{path}{separator}format=csv")
    };
    let save = use_submission(move |path: String| async move {
        api::download::save(&path, name, arrange).await
    });
    effect(move || {
        if let Some(error) = save.error() {
            toasts.failed(error.title(preferences.locale_untracked()));
        }
    });
    view! {
        <a
            class="button button-ghost no-print"
            href=move || format!("{}{}", api::ROOT, file())
            download=name
            data-testid=testid
            title=move || t_string!(i18n, frame.csv)
            aria-busy=move || save.busy().get().then_some("true")
            on:click=move |event| {
                // With a key held the browser does what that key means.
                if event.ctrl_key() || event.meta_key() || event.shift_key() {
                    return;
                }
                event.prevent_default();
                save.send_then(untrack(file), |()| {});
            }
        >
            {move || if save.busy().get() {
                view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
            } else {
                view! { <Icon name=IconName::Download/> }.into_any()
            }}
            <span class="button-text">"CSV"</span>
        </a>
    }
}

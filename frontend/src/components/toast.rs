//! A short word at the edge of the page about what has just been done.
//!
//! `use_toasts().done(t_string!(i18n, tickets.saved))`, `.failed(error.title(locale))`. Errors that
//! belong to a form stand in the form, not here.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::*;

/// How long good news stays.
const STAYS: Duration = Duration::from_secs(5);

#[derive(Clone, PartialEq)]
struct Toast {
    id: u64,
    bad: bool,
    text: String,
}

/// The words on the page.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<Toast>>, StoredValue<u64>);

/// Makes them available below.
pub fn provide_toasts() {
    provide_context(Toasts(RwSignal::new(Vec::new()), StoredValue::new(0)));
}

/// The words on the page.
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Something has been done; goes by itself.
    pub fn done(self, text: impl Into<String>) {
        let id = self.push(text.into(), false);
        set_timeout(move || self.remove(id), STAYS);
    }

    /// Something has failed; stays until closed.
    pub fn failed(self, text: impl Into<String>) {
        self.push(text.into(), true);
    }

    fn push(self, text: String, bad: bool) -> u64 {
        // Never used twice: the timer of one that was closed must not take a later one away.
        self.1.update_value(|last| *last += 1);
        let id = self.1.get_value();
        self.0.update(|list| list.push(Toast { id, bad, text }));
        id
    }

    fn remove(self, id: u64) {
        self.0.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Where the words appear. Once, at the root.
#[component]
pub fn Toaster() -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.0.get() key=|toast| toast.id let:toast>
                <div class="toast" class:toast-bad=toast.bad>
                    <Icon name=if toast.bad { IconName::Warning } else { IconName::CircleCheck }/>
                    <span>{toast.text}</span>
                    <button
                        class="icon-button"
                        type="button"
                        aria-label=move || t_string!(i18n, frame.close)
                        on:click=move |_| toasts.remove(toast.id)
                    >
                        <Icon name=IconName::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}

//! Forward and back through a list by cursor, and how many rows there are.
//!
//! ```ignore
//! <Pager
//!     total=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.total)))
//!     next=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.next_cursor.clone())))
//!     at_start=Signal::derive(move || cursor.get().is_none())
//!     on_next=move |cursor| … on_start=move || …/>
//! ```
//! Cursors lead forward only; back is the browser's back, since the cursor lives in the URL, and
//! `on_start` leads to the first page.

use leptos::prelude::*;
use rapport_types::page::Total;

use super::button::{Button, ButtonKind};
use super::icon::IconName;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The foot of a list.
#[component]
pub fn Pager(
    /// How many rows match.
    #[prop(into)]
    total: Signal<Option<Total>>,
    /// Where the next page starts; none on the last.
    #[prop(into)]
    next: Signal<Option<String>>,
    /// Whether this is the first page.
    #[prop(into)]
    at_start: Signal<bool>,
    /// Opens the page at this cursor.
    #[prop(into)]
    on_next: Callback<String>,
    /// Opens the first page.
    #[prop(into)]
    on_start: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let count = move || {
        let total = total.get()?;
        let number = format::integer(total.count.cast_signed(), preferences.locale());
        Some(if total.exact {
            t_string!(i18n, frame.pager.total, count = number)
        } else {
            t_string!(i18n, frame.pager.at_least, count = number)
        })
    };
    view! {
        <nav class="pager" aria-label=move || t_string!(i18n, frame.pager.label)>
            <span class="pager-count" aria-live="polite">{count}</span>
            <Button
                kind=ButtonKind::Ghost
                icon=IconName::ChevronLeft
                disabled=at_start
                on_click=move || on_start.run(())
            >
                {t!(i18n, frame.pager.start)}
            </Button>
            <Button
                icon=IconName::ChevronRight
                disabled=Signal::derive(move || next.read().is_none())
                on_click=move || if let Some(cursor) = next.get_untracked() { on_next.run(cursor) }
            >
                {t!(i18n, frame.pager.next)}
            </Button>
        </nav>
    }
}

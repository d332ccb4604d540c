//! The time left on a clock, in plain words: amber from 80 % of the target on, red with a minus
//! sign once it has passed.
//!
//! `<ClockChip due_at warn_at paused/>`; nothing runs: "–". With `paused=true` it says that the
//! clock stands. `detail` is shown on hover and focus. For a row of a list: `row_clock(&row)`.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rapport_types::tickets::{Status, TicketSummary};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::badge::status_text;
use super::icon::{Icon, IconName};
use super::instant::use_now;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    None,
    Paused,
    Calm,
    Near,
    Over,
}

/// The time left.
#[component]
pub fn ClockChip(
    /// When it is due.
    #[prop(into)]
    due_at: Signal<Option<DateTime<Utc>>>,
    /// From when on it is near.
    #[prop(optional, into)]
    warn_at: Signal<Option<DateTime<Utc>>>,
    /// Whether it stands still.
    #[prop(optional, into)]
    paused: Signal<bool>,
    /// More, on hover and focus; without it the exact due time is there.
    #[prop(optional, into)]
    detail: Option<Signal<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (now, preferences) = (use_now(), use_preferences());
    let standing = Memo::new(move |_| match due_at.get() {
        _ if paused.get() => Standing::Paused,
        None => Standing::None,
        Some(due) if due <= now.get() => Standing::Over,
        Some(_) if warn_at.get().is_some_and(|warn| warn <= now.get()) => Standing::Near,
        Some(_) => Standing::Calm,
    });
    let text = move || {
        let locale = preferences.locale();
        let Some(due) = due_at.get() else {
            return if paused.get() {
                t_string!(i18n, frame.clock.paused).to_owned()
            } else {
                format::NOTHING.to_owned()
            };
        };
        let left = (due - now.get()).num_seconds();
        // Nobody acts on seconds here: a clock reads at least one minute until it is over.
        let minutes = (left.abs() / 60).max(1) * 60;
        let words = format::duration(minutes, locale);
        if left <= 0 {
            format!("−{words}")
        } else {
            words
        }
    };
    let spoken = move || match standing.get() {
        Standing::Over => t_string!(i18n, frame.clock.over),
        Standing::Near => t_string!(i18n, frame.clock.near),
        Standing::Calm => t_string!(i18n, frame.clock.left),
        Standing::Paused | Standing::None => "",
    };
    let title = Memo::new(move |_| match (detail, due_at.get()) {
        (Some(detail), _) => Some(detail.get()),
        (None, Some(due)) => Some(t_string!(
            i18n,
            frame.clock.due,
            at = format::date_time(due, preferences.locale())
        )),
        (None, None) => None,
    });
    view! {
        <span
            class=move || match standing.get() {
                Standing::None => "clock clock-none",
                Standing::Paused => "clock clock-paused",
                Standing::Calm => "clock",
                Standing::Near => "clock clock-near",
                Standing::Over => "clock clock-over",
            }
            role="note"
            title=title
            data-detail=title
            tabindex=move || title.read().is_some().then_some("0")
            on:click=open_row
        >
            {move || match standing.get() {
                Standing::None => None,
                Standing::Paused => Some(IconName::Pause),
                Standing::Over => Some(IconName::ClockAlert),
                Standing::Calm | Standing::Near => Some(IconName::Clock),
            }.map(|name| view! { <Icon name/> })}
            <span class="visually-hidden">{spoken}" "</span>
            <span>{text}</span>
        </span>
    }
}

/// The chip lies above the link of its row, so that it can be pointed at: a click still opens it.
fn open_row(event: web_sys::MouseEvent) {
    let chip = event
        .current_target()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let row = chip.and_then(|chip| chip.closest("tr").ok().flatten());
    let link = row.and_then(|row| row.query_selector(".row-link").ok().flatten());
    if let Some(link) = link.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

/// The clock of a row: the time to its next due, or why it stands.
pub fn row_clock(row: &TicketSummary) -> AnyView {
    let (due_at, warn_at, status) = (row.next_due_at, row.next_warn_at, row.status);
    let paused = due_at.is_none() && matches!(status, Status::WaitingOnCustomer | Status::OnHold);
    if !paused {
        return view! { <ClockChip due_at warn_at/> }.into_any();
    }
    let preferences = use_preferences();
    let detail = Signal::derive(move || status_text(status, preferences.locale()).to_owned());
    view! { <ClockChip due_at paused detail/> }.into_any()
}

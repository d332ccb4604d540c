//! The time left on a clock, in plain words: amber from 80 % of the target on, red with a minus
//! sign once it has passed.
//!
//! `<ClockChip due_at=row.next_due_at warn_at=row.next_warn_at/>`; nothing runs: "–". With
//! `paused=true` it says that the clock stands. `detail` is shown on hover and focus.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

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
    let title = move || match (detail, due_at.get()) {
        (Some(detail), _) => detail.get(),
        (None, Some(due)) => t_string!(
            i18n,
            frame.clock.due,
            at = format::date_time(due, preferences.locale())
        ),
        (None, None) => String::new(),
    };
    view! {
        <span
            class=move || match standing.get() {
                Standing::None => "clock clock-none",
                Standing::Paused => "clock clock-paused",
                Standing::Calm => "clock",
                Standing::Near => "clock clock-near",
                Standing::Over => "clock clock-over",
            }
            title=title
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

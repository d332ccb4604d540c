//! The clocks of the ticket: how much time is left, why one stands, how one ended.

use leptos::prelude::*;
use leptos_i18n::td_string;
use rapport_types::clocks::{Clock, Target, Time};
use rapport_types::locale::Locale as Language;
use rapport_types::tickets::Status;

use super::event_line::clock_name;
use super::open_ticket::use_open_ticket;
use crate::components::badge::status_text;
use crate::components::clock_chip::ClockChip;
use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};

/// The clocks.
#[component]
pub(super) fn ClocksPanel() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let clocks = Memo::new(move |_| open.ticket.read().clocks.clone());
    view! {
        <section class="side-panel" aria-labelledby="clocks" data-testid="clocks">
            <h2 id="clocks">{t!(i18n, tickets.clock.title)}</h2>
            {move || {
                let clocks = clocks.get();
                if clocks.is_empty() {
                    return view! { <p class="quiet">{t!(i18n, tickets.clock.none)}</p> }.into_any();
                }
                let rows = clocks.into_iter().map(|clock| view! { <ClockRow clock/> });
                view! { <ul class="clock-rows">{rows.collect_view()}</ul> }.into_any()
            }}
        </section>
    }
}

/// How much time a clock allows, in words.
fn target_words(clock: &Clock, locale: Language) -> String {
    let text = text_locale(locale);
    match (clock.target, clock.time) {
        (Target::WorkingDays(days), _) => match days.get() {
            1 => td_string!(text, tickets.clock.working_day).to_owned(),
            count => td_string!(text, tickets.clock.working_days, count = count),
        },
        (Target::Seconds(seconds), time) => {
            let length = format::duration(i64::from(seconds.get()), locale);
            match time {
                Time::Elapsed => length,
                Time::Business => td_string!(text, tickets.clock.business, length = length),
            }
        }
    }
}

/// How it stands or ended, in a sentence.
fn state_words(clock: &Clock, status: Status, locale: Language) -> String {
    let text = text_locale(locale);
    let used = format::duration(clock.counted_seconds, locale);
    let at = |at| format::date_time(at, locale);
    match clock {
        Clock {
            fulfilled_at: Some(done),
            breached_at: None,
            ..
        } => {
            td_string!(text, tickets.clock.met, used = used, at = at(*done))
        }
        Clock {
            fulfilled_at: Some(done),
            ..
        } => {
            td_string!(text, tickets.clock.met_late, used = used, at = at(*done))
        }
        Clock {
            paused_at: Some(since),
            ..
        } => td_string!(
            text,
            tickets.clock.paused,
            since = at(*since),
            why = status_text(status, locale),
            used = used
        ),
        Clock {
            due_at: Some(due),
            breached_at: Some(_),
            ..
        } => {
            td_string!(text, tickets.clock.was_due, at = at(*due))
        }
        Clock {
            due_at: Some(due), ..
        } => td_string!(text, frame.clock.due, at = at(*due)),
        Clock { due_at: None, .. } => td_string!(text, tickets.clock.no_due).to_owned(),
    }
}

/// One clock.
#[component]
fn ClockRow(clock: Clock) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let running = clock.is_running();
    let (due_at, warn_at, paused) = (clock.due_at, clock.warn_at, clock.paused_at.is_some());
    let late = clock.breached_at.is_some();
    let name = {
        let (code, run) = (clock.code.clone(), clock.run);
        move || {
            let name = clock_name(code.as_str(), preferences.locale());
            if run > 1 {
                let text = text_locale(preferences.locale());
                td_string!(text, tickets.clock.run, name = name, run = run)
            } else {
                name
            }
        }
    };
    let target = {
        let clock = clock.clone();
        move || target_words(&clock, preferences.locale())
    };
    let detail = {
        let clock = clock.clone();
        Signal::derive(move || state_words(&clock, open.ticket.read().status, preferences.locale()))
    };
    let state = move || state_words(&clock, open.ticket.read().status, preferences.locale());
    view! {
        <li class="clock-row">
            <div class="clock-row-head">
                <span class="clock-row-name">{name}</span>
                <span class="quiet small">{target}</span>
                <span class="clock-row-state">
                    {if running || paused {
                        view! { <ClockChip due_at warn_at paused detail/> }.into_any()
                    } else if late {
                        view! {
                            <span class="badge badge-bad">
                                <Icon name=IconName::ClockAlert/>
                                <span>{t!(i18n, tickets.clock.late)}</span>
                            </span>
                        }
                        .into_any()
                    } else {
                        view! {
                            <span class="badge badge-good">
                                <Icon name=IconName::CircleCheck/>
                                <span>{t!(i18n, tickets.clock.on_time)}</span>
                            </span>
                        }
                        .into_any()
                    }}
                </span>
            </div>
            <p class="quiet small">{state}</p>
        </li>
    }
}

//! The month as it would be: hours, why, and the days on which the clocks are put forward or back.
//! It follows the draft at every key; while something is wrong with that, it stays as it was.

use chrono::{Datelike, Days, Months, NaiveDate};
use leptos::prelude::*;
use rapport_types::calendars::{Month, MonthDay, Why};

use super::draft::{Checked, WEEKDAYS};
use super::words;
use super::zone::Zone;
use crate::components::button::IconButton;
use crate::components::focus::focus_soon;
use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Where the reader is: the day that is chosen, and with it the month and the year.
#[derive(Clone, Copy)]
pub(super) struct Chosen(pub(super) RwSignal<NaiveDate>);

impl Chosen {
    /// The first day of the month; tracked.
    pub(super) fn month(self) -> NaiveDate {
        let day = self.0.get();
        day.with_day(1).unwrap_or(day)
    }

    /// Goes so many months on or back.
    fn step(self, months: i32) {
        self.0.update(|day| {
            let by = Months::new(months.unsigned_abs());
            let moved = if months < 0 {
                day.checked_sub_months(by)
            } else {
                day.checked_add_months(by)
            };
            *day = moved.unwrap_or(*day);
        });
    }
}

fn cell_id(on: NaiveDate) -> String {
    format!("day-{on}")
}

/// The preview of a month; a day of it can be chosen.
#[component]
pub(super) fn MonthPreview(checked: Memo<Checked>, chosen: Chosen) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let first = Memo::new(move |_| chosen.month());
    let is_good = Memo::new(move |_| checked.with(|it| it.faults.is_empty()));
    let month = Memo::new(move |before: Option<&Option<Month>>| {
        let first = first.get();
        let now = checked.with(|it| {
            let rules = it.rules.as_ref().filter(|_| it.faults.is_empty())?;
            let zone = Zone::of(&rules.time_zone)?;
            Some(rules.month(first, |second| zone.offset(second)))
        });
        let same = |it: &&Month| it.days.first().is_some_and(|day| day.on == first);
        now.or_else(|| before?.as_ref().filter(same).cloned())
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        let day = chosen.0.get_untracked();
        let moved = match event.key().as_str() {
            "ArrowLeft" => day.checked_sub_days(Days::new(1)),
            "ArrowRight" => day.checked_add_days(Days::new(1)),
            "ArrowUp" => day.checked_sub_days(Days::new(7)),
            "ArrowDown" => day.checked_add_days(Days::new(7)),
            _ => return,
        };
        event.prevent_default();
        if let Some(day) = moved {
            chosen.0.set(day);
            focus_soon(cell_id(day));
        }
    };
    let total = move || {
        month.with(|month| {
            let month = month.as_ref()?;
            Some(t_string!(
                i18n,
                calendars.month.total,
                time = hours(month.open_seconds),
                days = month.working_day_count
            ))
        })
    };
    let transitions = move || {
        let month = month.get()?;
        let moved = month
            .days
            .iter()
            .filter_map(|day| Some((day.on, day.transition?)));
        Some(
            moved
                .map(|(on, transition)| {
                    let day = format::short_date(on, preferences.locale());
                    let by = format::duration(transition.shift_seconds, preferences.locale());
                    let said = if transition.shift_seconds > 0 {
                        t_string!(i18n, calendars.month.forward, day = day, by = by)
                    } else {
                        t_string!(i18n, calendars.month.back, day = day, by = by)
                    };
                    view! { <p class="month-note"><Icon name=IconName::Clock/>{said}</p> }
                })
                .collect_view(),
        )
    };
    view! {
        <div class="month" class:is-outdated=move || !is_good.get()>
            <div class="month-head">
                <IconButton
                    icon=IconName::ChevronLeft
                    label=move || t_string!(i18n, calendars.month.previous).to_owned()
                    on_click=move || chosen.step(-1)
                />
                <strong aria-live="polite">{move || format::month(first.get(), preferences.locale())}</strong>
                <IconButton
                    icon=IconName::ChevronRight
                    label=move || t_string!(i18n, calendars.month.next).to_owned()
                    on_click=move || chosen.step(1)
                />
            </div>
            <div class="month-grid month-weekdays" aria-hidden="true">
                {WEEKDAYS.map(|it| view! {
                    <span>{move || words::weekday(it, preferences.locale())}</span>
                })}
            </div>
            <div
                class="month-grid"
                role="group"
                aria-label=move || format::month(first.get(), preferences.locale())
                on:keydown=on_key
            >
                {move || month.get().map(|month| {
                    let blanks = first.get_untracked().weekday().num_days_from_monday();
                    let blanks = (0..blanks).map(|_| view! { <span></span> }).collect_view();
                    let days = month.days.into_iter().map(|day| view! { <DayCell day chosen/> });
                    (blanks, days.collect_view())
                })}
            </div>
            <p class="month-total" aria-live="polite">
                {move || if is_good.get() { total() } else { None }}
                <Show when=move || !is_good.get()>
                    <span class="quiet">{t!(i18n, calendars.month.outdated)}</span>
                </Show>
            </p>
            {transitions}
        </div>
    }
}

/// Hours with at most two digits behind the point.
fn hours(seconds: i64) -> String {
    let hours = (seconds as f64 / 36.0).round() / 100.0;
    hours.to_string()
}

#[component]
fn DayCell(day: MonthDay, chosen: Chosen) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let (on, why, is_open) = (day.on, day.why, day.open_seconds > 0);
    let class = match (why, is_open) {
        (Why::Closed, _) => "day day-closed",
        (Why::OwnHours | Why::MondaysHours, _) => "day day-open",
        (Why::Week, true) => "day",
        (Why::Week, false) => "day day-rest",
    };
    let mark = move || match why {
        Why::Week => None,
        Why::Closed => Some(t_string!(i18n, calendars.mark.closed)),
        Why::OwnHours | Why::MondaysHours => Some(t_string!(i18n, calendars.mark.open)),
    };
    let open = hours(day.open_seconds);
    let length = move || is_open.then(|| t_string!(i18n, calendars.month.hours, n = open.clone()));
    let label = move || {
        let locale = preferences.locale();
        let name = day.name.as_ref().map(|name| name.as_str());
        format!(
            "{}: {} – {}",
            words::full_day(on, locale),
            words::slots(&day.slots, locale),
            words::why(why, name, locale)
        )
    };
    let title = label.clone();
    let is_chosen = Memo::new(move |_| chosen.0.get() == on);
    view! {
        <button
            class=class
            type="button"
            id=cell_id(on)
            data-testid=cell_id(on)
            title=title
            aria-label=label
            aria-pressed=move || if is_chosen.get() { "true" } else { "false" }
            tabindex=move || if is_chosen.get() { "0" } else { "-1" }
            on:click=move |_| chosen.0.set(on)
        >
            <span class="day-number">{on.day()}</span>
            <span class="day-mark">{mark}</span>
            <span class="day-hours">{length}</span>
            {day.transition.map(|_| view! { <span class="day-clock"><Icon name=IconName::Clock/></span> })}
        </button>
    }
}

//! The year in twelve small months, with the days that differ from their week.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, Weekday};
use leptos::prelude::*;
use rapport_types::calendars::{CalendarDay, DayKind};
use wasm_bindgen::JsCast;

use super::draft::{Draft, WEEKDAYS};
use super::month::Chosen;
use crate::components::button::{Button, IconButton};
use crate::components::icon::IconName;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The year of the chosen day; a click on a day chooses it.
#[component]
pub(super) fn YearView(
    draft: Draft,
    chosen: Chosen,
    /// Opens the import of a holiday file.
    #[prop(into)]
    on_import: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let year = Memo::new(move |_| chosen.0.get().year());
    let opens = Memo::new(move |_| WEEKDAYS.map(|weekday| !draft.slots(weekday).is_empty()));
    let entries = Memo::new(move |_| {
        let year = year.get();
        let days = draft.days.read();
        let own = days.iter().filter(|day| day.on.year() == year);
        own.map(|day| (day.on, day.clone()))
            .collect::<HashMap<_, _>>()
    });
    let count = move |kind| entries.with(|all| all.values().filter(|day| day.kind == kind).count());
    let step = move |years: i32| {
        chosen.0.update(|day| {
            let year = day.year() + years;
            let moved = day.with_day(1).and_then(|day| day.with_year(year));
            *day = moved.unwrap_or(*day);
        });
    };
    // One listener for all days.
    let on_click = move |event: web_sys::MouseEvent| {
        let day = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("[data-day]").ok().flatten())
            .and_then(|element| element.get_attribute("data-day"))
            .and_then(|day| day.parse().ok());
        if let Some(day) = day {
            chosen.0.set(day);
        }
    };
    let months = move || {
        let (year, opens) = (year.get(), opens.get());
        let first = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(year, month, 1));
        first
            .map(|first| {
                let cells = entries.with(|entries| small_month(first, entries, opens));
                view! {
                    <div class="small-month">
                        <button
                            class="small-month-name"
                            type="button"
                            aria-current=move || (chosen.month() == first).then_some("date")
                            on:click=move |_| chosen.0.set(first)
                        >
                            {move || format::month(first, preferences.locale())}
                        </button>
                        <div class="small-month-grid" aria-hidden="true">{cells}</div>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <section class="panel" aria-label=move || t_string!(i18n, calendars.part.days)>
            <div class="panel-head">
                <h2>{t!(i18n, calendars.part.days)}</h2>
                <IconButton
                    icon=IconName::ChevronLeft
                    label=move || t_string!(i18n, calendars.year.previous).to_owned()
                    on_click=move || step(-1)
                />
                <strong>{year}</strong>
                <IconButton
                    icon=IconName::ChevronRight
                    label=move || t_string!(i18n, calendars.year.next).to_owned()
                    on_click=move || step(1)
                />
                <span class="year-legend">
                    <span class="day-key day-closed">
                        {t!(i18n, calendars.year.closed, count = move || count(DayKind::Closed))}
                    </span>
                    <span class="day-key day-open">
                        {t!(i18n, calendars.year.open, count = move || count(DayKind::Open))}
                    </span>
                </span>
                <span class="panel-end">
                    <Button icon=IconName::Upload testid="import-holidays" on_click=on_import>
                        {t!(i18n, calendars.import.open)}
                    </Button>
                </span>
            </div>
            <div class="panel-body small-months" on:click=on_click>{months}</div>
        </section>
    }
}

/// The days of a month as small cells. The large month beside says the same to those who do not
/// see or do not point.
fn small_month(
    first: NaiveDate,
    entries: &HashMap<NaiveDate, CalendarDay>,
    opens: [bool; 7],
) -> impl IntoView + use<> {
    let blanks = (0..first.weekday().num_days_from_monday()).map(|_| view! { <span></span> });
    let is_open = |weekday: Weekday| opens[weekday.num_days_from_monday() as usize];
    let days = first
        .iter_days()
        .take_while(|day| day.month() == first.month())
        .map(|day| {
            let class = match entries.get(&day).map(|entry| entry.kind) {
                Some(DayKind::Closed) => "day-closed",
                Some(DayKind::Open) => "day-open",
                None if is_open(day.weekday()) => "",
                None => "day-rest",
            };
            let name = entries.get(&day).and_then(|entry| entry.name.clone());
            view! {
                <span
                    class=class
                    title=name.map(|name| name.to_string())
                    data-day=day.to_string()
                >
                    {day.day()}
                </span>
            }
        });
    (blanks.collect_view(), days.collect_view())
}

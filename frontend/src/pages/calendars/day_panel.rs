//! The chosen day: as its weekday, closed, or open with Monday's hours or its own.

use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use rapport_types::calendars::{CalendarDay, DayKind, Place};

use super::draft::{Checked, Draft};
use super::month::Chosen;
use super::slots::{Slots, SlotsEditor, TypedSlots};
use super::words;
use crate::components::element_id;
use crate::components::field::TextField;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What a day can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum As {
    Weekday,
    Closed,
    Monday,
    OwnHours,
}

impl As {
    const ALL: [Self; 4] = [Self::Weekday, Self::Closed, Self::Monday, Self::OwnHours];

    fn of(entry: Option<&CalendarDay>) -> Self {
        match entry {
            None => Self::Weekday,
            Some(day) if day.kind == DayKind::Closed => Self::Closed,
            Some(day) if day.slots.is_empty() => Self::Monday,
            Some(_) => Self::OwnHours,
        }
    }
}

/// The chosen day.
#[component]
pub(super) fn DayPanel(draft: Draft, checked: Memo<Checked>, chosen: Chosen) -> impl IntoView {
    // Another day is another panel.
    let on = Memo::new(move |_| chosen.0.get());
    move || view! { <DayOf draft checked on=on.get()/> }
}

#[component]
fn DayOf(draft: Draft, checked: Memo<Checked>, on: NaiveDate) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let group = element_id("day");
    let kind = Memo::new(move |_| As::of(draft.day(on).as_ref()));
    let first = untrack(|| draft.day(on));
    let first_name = first.as_ref().and_then(|day| day.name.as_ref());
    let name = RwSignal::new(first_name.map_or_else(String::new, |it| it.to_string()));
    let own = Slots::new();
    own.fill(&TypedSlots::of(
        first.as_ref().map_or(&[], |day| &day.slots),
    ));

    let set = move |to: As| {
        let entry = |kind| CalendarDay {
            on,
            kind,
            slots: Vec::new(),
            name: name.get_untracked().try_into().ok(),
        };
        let entry = match to {
            As::Weekday => None,
            As::Closed => Some(entry(DayKind::Closed)),
            As::Monday => Some(entry(DayKind::Open)),
            As::OwnHours => {
                if untrack(|| own.is_empty()) {
                    let weekday = untrack(|| draft.slots(on.weekday()).typed());
                    own.fill(&weekday);
                }
                if untrack(|| own.is_empty()) {
                    own.fill(&TypedSlots(vec![("09:00".to_owned(), "18:00".to_owned())]));
                }
                let slots = untrack(|| own.read()).unwrap_or_default();
                Some(CalendarDay {
                    slots,
                    ..entry(DayKind::Open)
                })
            }
        };
        draft.set_day(on, entry);
    };
    // What is typed goes into the day as soon as it can be read; a day without hours is closed.
    Effect::new(move |before: Option<()>| {
        let slots = own.read();
        if before.is_some()
            && let Ok(slots) = slots
            && let Some(day) = untrack(|| draft.day(on))
            && As::of(Some(&day)) == As::OwnHours
            && day.slots != slots
        {
            let kind = if slots.is_empty() {
                DayKind::Closed
            } else {
                DayKind::Open
            };
            draft.set_day(on, Some(CalendarDay { kind, slots, ..day }));
        }
    });
    Effect::new(move |before: Option<()>| {
        let name = name.get().try_into().ok();
        if before.is_some()
            && let Some(day) = untrack(|| draft.day(on))
            && day.name != name
        {
            draft.set_day(on, Some(CalendarDay { name, ..day }));
        }
    });
    let fault = Callback::new(move |slot: usize| {
        let unreadable = own.read().err().unwrap_or_default();
        if unreadable.contains(&slot) {
            return Some(t_string!(i18n, calendars.fault.no_time).to_owned());
        }
        let at = draft
            .days
            .with(|days| days.iter().position(|day| day.on == on))?;
        let found = checked.with(|it| it.fault_at(Place::DaySlot(at, slot)))?;
        Some(words::fault(found, preferences.locale()))
    });
    let no_hours = move || {
        let at = draft
            .days
            .with(|days| days.iter().position(|day| day.on == on))?;
        let found = checked.with(|it| it.fault_at(Place::Day(at)))?;
        Some(words::fault(found, preferences.locale()))
    };
    let label = move |choice: As| match choice {
        As::Weekday => {
            let slots = draft.slots(on.weekday()).read().unwrap_or_default();
            let hours = words::slots(&slots, preferences.locale());
            t_string!(i18n, calendars.day.weekday, hours = hours)
        }
        As::Closed => t_string!(i18n, calendars.day.closed).to_owned(),
        As::Monday => t_string!(i18n, calendars.day.monday).to_owned(),
        As::OwnHours => t_string!(i18n, calendars.day.own_hours).to_owned(),
    };
    let choice = {
        let group = group.clone();
        move |choice: As| {
            view! {
                <label class="day-choice">
                    <input
                        type="radio"
                        name=group.clone()
                        prop:checked=move || kind.get() == choice
                        on:change=move |_| set(choice)
                    />
                    <span>{move || label(choice)}</span>
                </label>
            }
        }
    };
    let day = Signal::derive(move || words::full_day(on, preferences.locale()));
    view! {
        <fieldset class="day-panel" data-testid="day-panel">
            <legend>{day}</legend>
            {As::ALL.map(choice)}
            <Show when=move || kind.get() == As::OwnHours>
                <SlotsEditor slots=own day fault/>
            </Show>
            <p class="slot-fault" role="alert">{no_hours}</p>
            <Show when=move || kind.get() != As::Weekday>
                <TextField
                    label=Signal::derive(move || t_string!(i18n, calendars.day.name).to_owned())
                    value=name
                />
            </Show>
        </fieldset>
    }
}

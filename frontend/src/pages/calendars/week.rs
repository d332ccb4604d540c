//! The hours of an ordinary week: a row of slots per weekday.

use chrono::Weekday;
use leptos::prelude::*;
use rapport_types::calendars::Place;

use super::draft::{Checked, Draft, WEEKDAYS};
use super::slots::SlotsEditor;
use super::words;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The editor of the week.
#[component]
pub(super) fn WeekEditor(draft: Draft, checked: Memo<Checked>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let copy_monday = move || {
        let monday = untrack(|| draft.slots(Weekday::Mon).typed());
        for weekday in &WEEKDAYS[1..5] {
            draft.slots(*weekday).fill(&monday);
        }
    };
    let hours = move |minutes: i64| {
        let hours = format::number(minutes as f64 / 60.0, 2, preferences.locale());
        t_string!(i18n, calendars.hours, n = hours)
    };
    let total = move || {
        let minutes: i64 = WEEKDAYS.iter().map(|it| draft.slots(*it).minutes()).sum();
        hours(minutes)
    };
    let row = move |weekday: Weekday| {
        let slots = draft.slots(weekday);
        let day = Signal::derive(move || words::weekday(weekday, preferences.locale()).to_owned());
        let fault = Callback::new(move |at: usize| {
            let found = checked.with(|it| it.fault_at(Place::WeekdaySlot(weekday, at)));
            found.map(|it| words::fault(it, preferences.locale()))
        });
        view! {
            <div class="week-row" data-testid=format!("week-{weekday}")>
                <span class="week-day" aria-hidden="true">{day}</span>
                <SlotsEditor slots day fault/>
                <span class="week-total quiet">
                    {move || hours(slots.minutes())}
                </span>
            </div>
        }
    };
    view! {
        <section class="panel" aria-label=move || t_string!(i18n, calendars.part.week)>
            <div class="panel-head">
                <h2>{t!(i18n, calendars.part.week)}</h2>
                <span class="quiet">{t!(i18n, calendars.week_total, time = total)}</span>
                <span class="panel-end">
                    <Button kind=ButtonKind::Ghost icon=IconName::Copy on_click=copy_monday testid="week-copy">
                        {t!(i18n, calendars.copy_monday)}
                    </Button>
                </span>
            </div>
            <div class="panel-body">{WEEKDAYS.map(row)}</div>
        </section>
    }
}

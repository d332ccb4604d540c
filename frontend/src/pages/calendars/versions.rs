//! The versions of a calendar's hours and days, each to be read.

use leptos::prelude::*;
use rapport_types::calendars::{CalendarVersion, DayKind};
use rapport_types::ids::CalendarId;

use super::words;
use crate::api;
use crate::api::query::use_query;
use crate::components::dialog::Dialog;
use crate::components::states::{Loaded, Pending, Skeleton};
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The list of the versions. `current` is the one that is shown above: a newer one loads them anew.
#[component]
pub(super) fn VersionsPanel(id: CalendarId, #[prop(into)] current: Signal<i64>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let versions = use_query(move || current.get(), move |_| api::calendars::versions(id));
    let shown = RwSignal::new(None::<i64>);
    let open = RwSignal::new(false);
    let rows = move || {
        let rows = versions.get().unwrap_or_default().into_iter().map(|row| {
            let version = row.version;
            let at = move || format::date_time(row.changed_at, preferences.locale());
            let by = row.changed_by.map(|user| user.name.to_string());
            let by = move || {
                by.clone()
                    .unwrap_or_else(|| t_string!(i18n, calendars.version.system).to_owned())
            };
            let show = move |_| {
                shown.set(Some(version));
                open.set(true);
            };
            view! {
                <li>
                    <button class="link-button" type="button" on:click=show>
                        {t!(i18n, calendars.version.number, n = version)}
                    </button>
                    <span class="quiet">{at} " · " {by}</span>
                </li>
            }
        });
        rows.collect_view()
    };
    view! {
        <section class="panel" aria-label=move || t_string!(i18n, calendars.version.title)>
            <div class="panel-head"><h2>{t!(i18n, calendars.version.title)}</h2></div>
            <div class="panel-body">
                <Pending query=versions/>
                <ul class="plain-list">{rows}</ul>
                <p class="quiet small">{t!(i18n, calendars.version.about)}</p>
            </div>
        </section>
        <Dialog
            open
            title=move || t_string!(i18n, calendars.version.number, n = shown.get().unwrap_or_default())
        >
            {move || shown.get().map(|version| view! { <VersionOf id version/> })}
        </Dialog>
    }
}

#[component]
fn VersionOf(id: CalendarId, version: i64) -> impl IntoView {
    let query = use_query(move || version, move |it| api::calendars::version(id, it));
    view! {
        <Loaded query skeleton=|| view! { <Skeleton lines=4/> } let:found>
            <Rules found/>
        </Loaded>
    }
}

#[component]
fn Rules(#[prop(into)] found: Signal<CalendarVersion>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let days = move || {
        let mut days = found.get().days;
        days.sort_by_key(|day| day.on);
        let rows = days.into_iter().map(|day| {
            let said = match day.kind {
                DayKind::Closed => t_string!(i18n, calendars.why.closed).to_owned(),
                DayKind::Open if day.slots.is_empty() => {
                    t_string!(i18n, calendars.why.mondays_hours).to_owned()
                }
                DayKind::Open => words::slots(&day.slots, preferences.locale()),
            };
            let name = day.name.map(|name| name.to_string());
            view! {
                <li>{words::full_day(day.on, preferences.locale())} ": " {said} " " {name}</li>
            }
        });
        rows.collect_view()
    };
    view! {
        <p>{move || found.with(|it| it.time_zone.clone())}</p>
        <p>{move || found.with(|it| words::week(&it.week, preferences.locale()))}</p>
        <ul class="line-faults version-days">{days}</ul>
    }
}

//! The calendars.

use leptos::prelude::*;
use rapport_types::calendars::Calendar;

use super::words;
use crate::api;
use crate::api::calendars::Usage;
use crate::api::query::use_query;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::IconName;
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::i18n::*;
use crate::links;
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// The calendars, those in use first.
#[component]
pub fn CalendarList() -> impl IntoView {
    let i18n = use_i18n();
    let new = move || {
        view! {
            <LinkButton
                href=links::beside(&links::calendars(), "new")
                kind=ButtonKind::Primary
                icon=IconName::Plus
            >
                {t!(i18n, calendars.new)}
            </LinkButton>
        }
    };
    view! {
        <Section at=SectionName::Calendars actions=new>
            <List/>
        </Section>
    }
}

#[component]
fn List() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let calendars = use_query(|| (), |()| api::calendars::list());
    calendars.keep_fresh();
    let usage = use_query(|| (), |()| api::calendars::usage());
    let rows = Signal::derive(move || {
        let mut rows = calendars.get()?;
        rows.sort_by_key(|it| !it.active);
        Some(rows)
    });
    let used = move |calendar: &Calendar| {
        let id = calendar.id;
        move || {
            let locale = preferences.locale();
            let users = usage.with(|usage| usage.map(|it: &Usage| it.of(id, locale)))?;
            let said = users.iter().map(|user| words::user_in_brief(user, locale));
            let said: Vec<String> = said.collect();
            Some(said.join(t_string!(i18n, calendars.comma)))
        }
    };
    let columns =
        vec![
            Column::new(
                move || t_string!(i18n, calendars.column.name),
                move |row: &Calendar| {
                    let names = row.names.clone();
                    move || names.get(preferences.locale()).to_owned()
                },
            )
            .main(),
            Column::new(
                move || t_string!(i18n, calendars.zone),
                |row: &Calendar| row.time_zone.clone(),
            )
            .quiet(),
            Column::new(
                move || t_string!(i18n, calendars.part.week),
                move |row: &Calendar| {
                    let week = row.week.clone();
                    move || words::week(&week, preferences.locale())
                },
            )
            .narrow(Narrow::Second),
            Column::new(
                move || t_string!(i18n, calendars.column.days),
                |row: &Calendar| row.days.len(),
            )
            .narrow(Narrow::Hidden),
            Column::new(move || t_string!(i18n, calendars.used.title), used).brief(),
            Column::new(
                move || t_string!(i18n, calendars.column.state),
                move |row: &Calendar| {
                    let active = row.active;
                    move || {
                        (!active).then(|| view! {
                    <span class="badge badge-quiet">{t!(i18n, calendars.inactive)}</span>
                })
                    }
                },
            )
            .narrow(Narrow::Side),
        ];
    view! {
        {move || calendars.error().map(|error| view! {
            <ErrorState error on_retry=move || calendars.reload()/>
        })}
        <div class="panel">
            <DataTable
                label=move || t_string!(i18n, administration.section.calendars).to_owned()
                columns
                rows
                href=|row: &Calendar| links::calendar(row.id)
                skeleton_rows=2
                row_testid="calendar-row"
                empty=move || view! {
                    <EmptyState
                        icon=IconName::Calendar
                        title=move || t_string!(i18n, calendars.none).to_owned()
                    />
                }
            />
        </div>
    }
}

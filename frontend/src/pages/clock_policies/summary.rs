//! A policy in a few words: which tickets, how fast, by which calendar.

use leptos::prelude::*;
use rapport_types::clocks::{ClockPolicy, Target, Time};
use rapport_types::filters::Filter;

use super::words;
use crate::api::configuration::use_directory;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The code of a clock and how much time it allows, when that can be read.
pub(super) type ClockLine = (String, Option<(Target, Time)>);

/// What a policy says.
#[derive(Clone, PartialEq)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) filter: Filter,
    /// The id of its calendar; empty for that of the ticket's team.
    pub(super) calendar: String,
    pub(super) clocks: Vec<ClockLine>,
}

impl Said {
    /// What a policy says that is or was in force.
    pub(super) fn of(policy: &ClockPolicy, locale: rapport_types::locale::Locale) -> Self {
        let clocks = policy.clocks.iter();
        Self {
            name: policy.names.get(locale).to_owned(),
            filter: policy.filter.clone(),
            calendar: policy.calendar.map(|id| id.to_string()).unwrap_or_default(),
            clocks: clocks
                .map(|it| (it.code.to_string(), Some((it.target, it.time))))
                .collect(),
        }
    }
}

/// It in a few lines.
#[component]
pub(super) fn PolicySummary(
    /// What it says.
    #[prop(into)]
    said: Signal<Said>,
    /// The names of the calendars by their ids.
    calendars: Signal<Vec<Choice>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let tickets =
        move || said.with(|said| words::tickets_of(&said.filter, directory, preferences.locale()));
    let calendar = move || {
        let id = said.with(|said| said.calendar.clone());
        let found = calendars.with(|all| {
            all.iter()
                .find(|it| it.value == id)
                .map(|it| it.label.clone())
        });
        (!id.is_empty()).then(|| found.unwrap_or_else(|| "…".to_owned()))
    };
    let clocks = move || {
        let locale = preferences.locale();
        let clocks = said.with(|said| said.clocks.clone());
        if clocks.is_empty() {
            return view! { <span>{t!(i18n, clock_policies.clock.none)}</span> }.into_any();
        }
        clocks
            .into_iter()
            .map(|(code, amount)| {
                let amount = match amount {
                    Some((target, time)) => words::amount_of(target, time, locale),
                    None => "–".to_owned(),
                };
                view! {
                    <span>{words::clock_name(&code, locale)} " " <strong>{amount}</strong></span>
                }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="policy-summary">
            <p><strong>{move || said.with(|said| said.name.clone())}</strong></p>
            <p class="quiet">{tickets}</p>
            <p class="policy-clocks">
                {clocks}
                {move || calendar().map(|name| view! {
                    <span class="quiet">{t!(i18n, clock_policies.by_calendar, name = name)}</span>
                })}
            </p>
        </div>
    }
}

//! The versions of the list: who changed it when, and each to be read or taken as a draft.

use leptos::prelude::*;
use rapport_types::clocks::{ClockPolicies, ClockPolicy};

use super::summary::{PolicySummary, Said};
use crate::api;
use crate::api::query::use_query;
use crate::components::button::Button;
use crate::components::select::Choice;
use crate::components::states::{Loaded, Pending, Skeleton};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// The list of the versions. `current` is the one in force: a newer one loads them anew.
#[component]
pub(super) fn VersionsPanel(#[prop(into)] current: Signal<i64>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let versions = use_query(move || current.get(), |_| api::clock_policies::versions());
    let rows = move || {
        let rows = versions.get().unwrap_or_default().into_iter().map(|row| {
            let at = move || format::date_time(row.changed_at, preferences.locale());
            let by = row.changed_by.map(|user| user.name.to_string());
            let by = move || {
                by.clone()
                    .unwrap_or_else(|| t_string!(i18n, calendars.version.system).to_owned())
            };
            let is_current = row.version == current.get();
            view! {
                <li>
                    <a href=links::clock_policies_version(row.version)>
                        {t!(i18n, calendars.version.number, n = row.version)}
                    </a>
                    <span class="quiet">{at} " · " {by}</span>
                    {is_current.then(|| view! {
                        <span class="badge badge-good">{t!(i18n, clock_policies.in_force)}</span>
                    })}
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
                <ul class="plain-list" data-testid="policy-versions">{rows}</ul>
                <p class="quiet small">{t!(i18n, clock_policies.version_about)}</p>
            </div>
        </section>
    }
}

/// One version, to be read.
#[component]
pub(super) fn VersionView(
    version: i64,
    calendars: Signal<Vec<Choice>>,
    /// Takes its policies as the draft.
    #[prop(into)]
    on_take: Callback<Vec<ClockPolicy>>,
) -> impl IntoView {
    let query = use_query(move || version, api::clock_policies::version);
    view! {
        <Loaded query skeleton=|| view! { <Skeleton lines=6/> } let:found>
            <Policies found calendars on_take/>
        </Loaded>
    }
}

#[component]
fn Policies(
    found: Signal<ClockPolicies>,
    calendars: Signal<Vec<Choice>>,
    on_take: Callback<Vec<ClockPolicy>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let number = move || found.with(|it| it.version);
    let rows = move || {
        let policies = found.get().policies.into_iter().enumerate();
        let rows = policies.map(|(at, policy)| {
            let said = Signal::derive(move || Said::of(&policy, preferences.locale()));
            view! {
                <li class="panel policy">
                    <div class="policy-head">
                        <span class="policy-grip">{at + 1}</span>
                        <PolicySummary said calendars/>
                    </div>
                </li>
            }
        });
        rows.collect_view()
    };
    view! {
        <div class="notice">
            <p>{t!(i18n, clock_policies.reading_version, n = number)}</p>
            <div class="form-actions">
                <a class="button" href=links::clock_policies()>{t!(i18n, clock_policies.back)}</a>
                <Button on_click=move || on_take.run(found.get_untracked().policies)>
                    {t!(i18n, clock_policies.take_version)}
                </Button>
            </div>
        </div>
        <ol class="policies">{rows}</ol>
    }
}

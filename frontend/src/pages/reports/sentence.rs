//! The first line: which period, compared with what, in which zone, for which team. One sentence
//! of pickers.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use leptos::prelude::*;
use rapport_types::kpis::OverviewReport;
use rapport_types::locale::Locale as Language;

use super::days::all_zones;
use super::period::{Preset, earlier, later};
use super::question::{Asked, is_compared, preset};
use crate::api::configuration::use_directory;
use crate::api::query::Query;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::popover::{MenuItem, Popover, use_popover};
use crate::components::select::Choice;
use crate::format;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};

fn preset_text(preset: Preset, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match preset {
        Preset::Today => td_string!(text, reports.period.today),
        Preset::Yesterday => td_string!(text, reports.period.yesterday),
        Preset::Last7Days => td_string!(text, reports.period.last_7_days),
        Preset::Last30Days => td_string!(text, reports.period.last_30_days),
        Preset::ThisWeek => td_string!(text, reports.period.this_week),
        Preset::LastWeek => td_string!(text, reports.period.last_week),
        Preset::ThisMonth => td_string!(text, reports.period.this_month),
        Preset::LastMonth => td_string!(text, reports.period.last_month),
        Preset::ThisQuarter => td_string!(text, reports.period.this_quarter),
    }
}

/// "1 May – 12 May 2026"; one day alone is one day.
fn span(from: NaiveDate, to: NaiveDate, locale: Language) -> String {
    let last = earlier(to, 1);
    if last <= from {
        return format::date(from, locale);
    }
    format!(
        "{} – {}",
        format::short_date(from, locale),
        format::date(last, locale)
    )
}

/// The sentence.
#[component]
pub(super) fn Sentence(asked: Asked, overview: Query<OverviewReport>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="sentence" data-testid="report-sentence">
            <span>{t!(i18n, reports.sentence.period)}</span> <PeriodPicker asked/>
            <span>{t!(i18n, reports.sentence.compared)}</span> <ComparedPicker asked overview/>
            <span>{t!(i18n, reports.sentence.zone)}</span> <ZonePicker asked/>
            <span>{t!(i18n, reports.sentence.team)}</span> <TeamPicker asked/>
        </div>
    }
}

/// What a picker of the sentence shows.
#[component]
fn Picked(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <span>{text}</span> <Icon name=IconName::ChevronDown/> }
}

#[component]
fn PeriodPicker(asked: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let address = asked.address;
    let days = Memo::new(move |_| {
        asked
            .question
            .with(|it| it.as_ref().map(|it| (it.from, it.to)))
    });
    let dates = move || {
        days.get()
            .map(|(from, to)| span(from, to, preferences.locale()))
            .unwrap_or_default()
    };
    let text = Signal::derive(move || match preset(address) {
        Some(preset) => preset_text(preset, preferences.locale()).to_owned(),
        None => dates(),
    });
    let options = Signal::derive(move || {
        let locale = preferences.locale();
        Preset::ALL
            .map(|it| Choice::new(it.code(), preset_text(it, locale)))
            .to_vec()
    });
    view! {
        <Popover
            class="picker"
            testid="report-period"
            label=Signal::derive(move || t_string!(i18n, reports.period.label).to_owned())
            shown=text
            trigger=move || view! { <Picked text/> }
        >
            <div class="period-menu">
                <div class="pick-options">
                    {move || options.get().into_iter().map(|choice| {
                        let (own, code) = (choice.value.clone(), choice.value.clone());
                        view! {
                            <MenuItem
                                checked=Signal::derive(move || {
                                    preset(address).is_some_and(|it| it.code() == own)
                                })
                                testid=Some(format!("period-{}", choice.value))
                                on_select=move || {
                                    address.set(&[("period", &code), ("from", ""), ("to", "")]);
                                }
                            >
                                {choice.label}
                            </MenuItem>
                        }
                    }).collect_view()}
                </div>
                <CustomPeriod asked days/>
            </div>
        </Popover>
        {move || preset(address).map(|_| view! { <span class="quiet small">{dates}</span> })}
    }
}

/// Two days, both included.
#[component]
fn CustomPeriod(asked: Asked, days: Memo<Option<(NaiveDate, NaiveDate)>>) -> impl IntoView {
    let i18n = use_i18n();
    let popover = use_popover();
    let day = |day: Option<NaiveDate>| day.map(|it| it.to_string()).unwrap_or_default();
    let now = days.get_untracked();
    let first = RwSignal::new(day(now.map(|(from, _)| from)));
    let last = RwSignal::new(day(now.map(|(_, to)| earlier(to, 1))));
    let span = move || {
        let first = first.read().parse::<NaiveDate>().ok()?;
        let last = last.read().parse::<NaiveDate>().ok()?;
        (first <= last).then(|| (first.to_string(), later(last, 1).to_string()))
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some((from, to)) = untrack(span) {
            asked
                .address
                .set(&[("period", ""), ("from", &from), ("to", &to)]);
            if let Some(popover) = popover {
                popover.close();
            }
        }
    };
    view! {
        <form class="custom-period" on:submit=submit>
            <TextField
                kind="date"
                label=Signal::derive(move || t_string!(i18n, reports.period.first).to_owned())
                value=first
                testid="period-from"
            />
            <TextField
                kind="date"
                label=Signal::derive(move || t_string!(i18n, reports.period.last).to_owned())
                value=last
                testid="period-to"
            />
            <Button
                kind=ButtonKind::Primary
                submit=true
                disabled=Signal::derive(move || span().is_none())
                testid="period-apply"
            >
                {t!(i18n, reports.period.apply)}
            </Button>
        </form>
    }
}

#[component]
fn ComparedPicker(asked: Asked, overview: Query<OverviewReport>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let address = asked.address;
    let compared = Memo::new(move |_| is_compared(address));
    let text = Signal::derive(move || {
        if compared.get() {
            t_string!(i18n, reports.compare.previous).to_owned()
        } else {
            t_string!(i18n, reports.compare.none).to_owned()
        }
    });
    // The days as the report says them, for nobody should have to guess.
    let dates = move || {
        overview.with(|report| {
            let report = report?;
            let from = format::day_in(report.previous_period.from, &report.time_zone)?;
            let to = format::day_in(report.previous_period.to, &report.time_zone)?;
            Some(span(from, to, preferences.locale()))
        })
    };
    view! {
        <Popover
            class="picker"
            testid="report-compare"
            label=Signal::derive(move || t_string!(i18n, reports.compare.label).to_owned())
            shown=text
            trigger=move || view! { <Picked text/> }
        >
            <MenuItem checked=compared on_select=move || address.set(&[("compare", "")])>
                {t!(i18n, reports.compare.previous)}
            </MenuItem>
            <MenuItem
                checked=Signal::derive(move || !compared.get())
                on_select=move || address.set(&[("compare", "none")])
            >
                {t!(i18n, reports.compare.none)}
            </MenuItem>
        </Popover>
        {move || compared.get().then(|| view! { <span class="quiet small">{dates}</span> })}
    }
}

#[component]
fn ZonePicker(asked: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let address = asked.address;
    let zone = Memo::new(move |_| {
        asked
            .question
            .with(|it| it.as_ref().map(|it| it.zone.clone()))
            .unwrap_or_default()
    });
    let options = Signal::derive(move || {
        let (home, own) = (
            asked.home_zone.get().unwrap_or_default(),
            format::time_zone(),
        );
        let mut choices = Vec::new();
        if !home.is_empty() {
            let detail = t_string!(i18n, reports.zone.organisation);
            choices.push(Choice::new(home.clone(), home.clone()).with_detail(detail));
        }
        if own != home {
            let detail = t_string!(i18n, reports.zone.own);
            choices.push(Choice::new(own.clone(), own.clone()).with_detail(detail));
        }
        let mut others: BTreeSet<String> = all_zones().into_iter().collect();
        others.insert("UTC".to_owned());
        let others = others
            .into_iter()
            .filter(|zone| *zone != home && *zone != own);
        choices.extend(others.map(|zone| Choice::new(zone.clone(), zone)));
        choices
    });
    let pick = move |picked: String| {
        // The organisation's zone is what a link without one means.
        let is_home = untrack(|| asked.home_zone.get()).as_ref() == Some(&picked);
        address.set(&[("time_zone", if is_home { "" } else { &picked })]);
    };
    view! {
        <Popover
            class="picker"
            testid="report-zone"
            label=Signal::derive(move || t_string!(i18n, reports.zone.label).to_owned())
            shown=Signal::derive(move || zone.get())
            trigger=move || view! { <Picked text=Signal::derive(move || zone.get())/> }
        >
            <PickList options chosen=Signal::derive(move || vec![zone.get()]) on_pick=pick/>
        </Popover>
    }
}

#[component]
fn TeamPicker(asked: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let address = asked.address;
    let text = Signal::derive(move || {
        let id = address.get("team");
        if id.is_empty() {
            return t_string!(i18n, reports.all_teams).to_owned();
        }
        let name = id
            .parse()
            .ok()
            .and_then(|id| directory.team_name(id, preferences.locale()));
        name.unwrap_or_else(|| "…".to_owned())
    });
    let options = Signal::derive(move || {
        let mut teams = vec![Choice::new("", t_string!(i18n, reports.all_teams))];
        teams.extend(directory.team_choices(preferences.locale()));
        teams
    });
    view! {
        <Popover
            class="picker"
            testid="report-team"
            label=Signal::derive(move || t_string!(i18n, reports.team_label).to_owned())
            shown=text
            trigger=move || view! { <Picked text/> }
        >
            <PickList
                options
                chosen=Signal::derive(move || vec![address.get("team")])
                on_pick=move |id: String| address.set(&[("team", &id)])
                testid="team"
            />
        </Popover>
    }
}

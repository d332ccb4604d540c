//! The import of a holiday file: what was found in it, what it would change, and then into the
//! draft. Nothing is saved by it.

use chrono::Datelike;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_types::calendars::{CalendarDay, DayKind, HolidayFile, Merge, Merged, merge_days};

use super::draft::Draft;
use super::file::{self, FileFault};
use super::month::Chosen;
use super::words;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::element_id;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Most lines that are told one by one.
const SHOWN: usize = 8;

/// What became of the chosen file.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
    Nothing,
    Failed(FileFault),
    Found(HolidayFile),
}

/// The dialog.
#[component]
pub(super) fn ImportDialog(open: RwSignal<bool>, draft: Draft, chosen: Chosen) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Dialog open title=move || t_string!(i18n, calendars.import.title).to_owned()>
            <ImportForm open draft chosen/>
        </Dialog>
    }
}

#[component]
fn ImportForm(open: RwSignal<bool>, draft: Draft, chosen: Chosen) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let read = RwSignal::new(Answer::Nothing);
    let how = RwSignal::new(Merge::ReplaceYears);
    let id = element_id("file");
    let group = element_id("merge");
    let on_file = move |input: web_sys::HtmlInputElement| {
        let Some(file) = file::chosen(&input) else {
            return;
        };
        spawn_local(async move {
            let found = match file::text(&file).await {
                Ok(text) => Answer::Found(HolidayFile::read(&text)),
                Err(fault) => Answer::Failed(fault),
            };
            // The dialog may be closed by now.
            let _ = read.try_set(found);
        });
    };
    let merged = Memo::new(move |_| match &*read.read() {
        Answer::Found(file) if !file.days.is_empty() => {
            let present = draft.days.read();
            Some((
                file.days.clone(),
                merge_days(&present, &file.days, how.get()),
            ))
        }
        _ => None,
    });
    let take = move || {
        let Some((found, merged)) = merged.get_untracked() else {
            return;
        };
        show(chosen, &found);
        draft.days.set(merged.days);
        open.set(false);
    };
    let choice = {
        let group = group.clone();
        move |to: Merge, label: Signal<String>| {
            view! {
                <label class="day-choice">
                    <input
                        type="radio"
                        name=group.clone()
                        prop:checked=move || how.get() == to
                        on:change=move |_| how.set(to)
                    />
                    <span>{label}</span>
                </label>
            }
        }
    };
    let years = move || {
        merged.with(|merged| {
            let (found, _) = merged.as_ref()?;
            Some(span_of_years(found))
        })
    };
    view! {
        <p>{t!(i18n, calendars.import.about)}</p>
        <div class="field">
            <label for=id.clone()>{t!(i18n, calendars.import.file)}</label>
            <input
                id=id
                class="input file-input"
                data-testid="holiday-file"
                type="file"
                accept=".csv,.txt,text/csv,text/plain"
                on:change:target=move |event| on_file(event.target())
            />
        </div>
        <div role="status">
            {move || match read.get() {
                Answer::Nothing => ().into_any(),
                Answer::Failed(fault) => view! {
                    <p class="form-error">{match fault {
                        FileFault::TooLarge => t_string!(i18n, calendars.import.too_large),
                        FileFault::Unreadable => t_string!(i18n, calendars.import.unreadable),
                    }}</p>
                }.into_any(),
                Answer::Found(file) => view! { <Found file/> }.into_any(),
            }}
        </div>
        <Show when=move || merged.with(Option::is_some)>
            <fieldset class="day-panel">
                <legend>{t!(i18n, calendars.import.how)}</legend>
                {choice(
                    Merge::ReplaceYears,
                    Signal::derive(move || t_string!(
                        i18n, calendars.import.replace, years = years().unwrap_or_default()
                    )),
                )}
                {choice(
                    Merge::Keep,
                    Signal::derive(move || t_string!(i18n, calendars.import.keep).to_owned()),
                )}
            </fieldset>
            {move || merged.get().map(|(_, merged)| view! { <Outcome merged how=how.get()/> })}
        </Show>
        <div class="dialog-actions">
            <Button kind=ButtonKind::Ghost on_click=move || open.set(false)>
                {t!(i18n, calendars.cancel)}
            </Button>
            <Button
                kind=ButtonKind::Primary
                testid="take-holidays"
                disabled=Signal::derive(move || merged.with(Option::is_none))
                on_click=take
            >
                {t!(i18n, calendars.import.take)}
            </Button>
        </div>
        <p class="quiet small">
            {move || format!(
                "{}{}",
                t_string!(i18n, calendars.import.columns),
                // The space between two sentences, where the language has one.
                if preferences.locale() == rapport_types::locale::Locale::En { " " } else { "" },
            )}
            {t!(i18n, calendars.import.not_saved)}
        </p>
    }
}

/// Leads to the newest year of the file, unless the reader is in one of its years.
fn show(chosen: Chosen, found: &[CalendarDay]) {
    let year = chosen.0.get_untracked().year();
    if found.iter().all(|day| day.on.year() != year)
        && let Some(last) = found.last()
    {
        chosen.0.set(last.on);
    }
}

/// "2026", or "2014–2026".
fn span_of_years(days: &[CalendarDay]) -> String {
    let year = |day: Option<&CalendarDay>| day.map(|day| day.on.year()).unwrap_or_default();
    let (first, last) = (year(days.first()), year(days.last()));
    if first == last {
        first.to_string()
    } else {
        format!("{first}–{last}")
    }
}

/// What a file holds.
#[component]
fn Found(file: HolidayFile) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let (closed, open) = (file.count(DayKind::Closed), file.count(DayKind::Open));
    let years = span_of_years(&file.days);
    let fault_count = file.faults.len();
    let faults = StoredValue::new(file.faults);
    let is_empty = file.days.is_empty();
    view! {
        {if is_empty {
            view! { <p class="form-error">{t!(i18n, calendars.import.nothing)}</p> }.into_any()
        } else {
            view! {
                <p>
                    <strong>
                        {move || t_string!(
                            i18n, calendars.import.found,
                            years = years.clone(), closed = closed, open = open
                        )}
                    </strong>
                </p>
            }.into_any()
        }}
        {(fault_count > 0).then(|| view! {
            <p class="line-faults-head">{t!(i18n, calendars.import.faults, count = fault_count)}</p>
            <ul class="line-faults">
                {move || faults.with_value(|faults| faults.iter().take(SHOWN).map(|fault| view! {
                    <li>{words::line_fault(fault, preferences.locale())}</li>
                }).collect_view())}
                {(fault_count > SHOWN).then(|| view! { <li>"…"</li> })}
            </ul>
        })}
    }
}

/// What the draft would become.
#[component]
fn Outcome(merged: Merged, how: Merge) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let (added, changed, removed) = (
        merged.added_count,
        merged.changed_count,
        merged.removed_count,
    );
    let conflict_count = merged.conflicts.len();
    let conflicts = StoredValue::new(merged.conflicts);
    let kind = move |kind: DayKind| match kind {
        DayKind::Closed => t_string!(i18n, calendars.why.closed),
        DayKind::Open => t_string!(i18n, calendars.why.open),
    };
    view! {
        <p data-testid="merge-outcome">
            {t!(i18n, calendars.import.outcome, added = added, changed = changed, removed = removed)}
        </p>
        {(conflict_count > 0).then(|| view! {
            <p class="line-faults-head">
                {move || match how {
                    Merge::Keep => t_string!(i18n, calendars.import.conflicts_kept, count = conflict_count),
                    Merge::ReplaceYears => {
                        t_string!(i18n, calendars.import.conflicts_taken, count = conflict_count)
                    }
                }}
            </p>
            <ul class="line-faults">
                {move || conflicts.with_value(|all| all.iter().take(SHOWN).map(|it| {
                    let day = format::date(it.on, preferences.locale());
                    let said = t_string!(
                        i18n, calendars.import.conflict,
                        day = day, present = kind(it.present), found = kind(it.found)
                    );
                    view! { <li>{said}</li> }
                }).collect_view())}
                {(conflict_count > SHOWN).then(|| view! { <li>"…"</li> })}
            </ul>
        })}
    }
}

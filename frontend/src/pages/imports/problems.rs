//! What an import had to say: each thing with how often, then the first lines of it, and the whole
//! list as a file.

use leptos::prelude::*;
use rapport_types::ids::ImportId;
use rapport_types::imports::{FaultCount, Import, Severity};

use crate::api;
use crate::api::query::use_query;
use crate::components::csv_link::CsvLink;
use crate::components::icon::{Icon, IconName};
use crate::components::states::Pending;
use crate::format;
use crate::i18n::*;
use crate::links::with_query;
use crate::preferences::use_preferences;

/// Lines that the page shows; the file has them all.
const SHOWN: &str = "20";

/// The problems of an import that is over.
#[component]
pub(super) fn Problems(
    /// The import.
    #[prop(into)]
    import: Signal<Import>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = untrack(|| import.with(|it| it.summary.id));
    let counts = Memo::new(move |_| {
        let mut counts = import.with(|it| it.fault_counts.clone());
        counts.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.count.cmp(&a.count)));
        counts
    });
    let left_out = Memo::new(move |_| import.with(|it| it.faults_left_out));
    let worst = Memo::new(move |_| {
        let counts = counts.read();
        counts
            .first()
            .map(|it| it.severity.code())
            .unwrap_or_default()
    });
    let file = with_query(&format!("/imports/{id}/faults"), &[("total", "none")]);
    view! {
        <Show
            when=move || !counts.read().is_empty()
            fallback=move || view! {
                <p class="import-note import-note-good">
                    <Icon name=IconName::CircleCheck/>
                    <span>{t!(i18n, imports.problems.none)}</span>
                </p>
            }
        >
            <section class="panel" aria-labelledby="import-problems-title">
                <header class="panel-head">
                    <h2 id="import-problems-title">{t!(i18n, imports.problems.title)}</h2>
                    <span class="panel-more import-errors">
                        <span class="quiet small">{t!(i18n, imports.problems.file)}</span>
                        <CsvLink path=file.clone() name="import-problems.csv" testid="import-errors"/>
                    </span>
                </header>
                <ul class="import-problems">
                    {move || counts.get().into_iter().map(|count| view! { <Kind count/> }).collect_view()}
                </ul>
                <LeftOut count=left_out/>
                <First id severity=worst/>
            </section>
        </Show>
    }
}

/// One kind of problem.
#[component]
fn Kind(
    /// How often it was said.
    count: FaultCount,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let (class, icon) = match count.severity {
        Severity::Notice => ("import-said-notice", IconName::Info),
        Severity::Warning => ("import-said-warning", IconName::Warning),
        Severity::Rejection | Severity::Mapping | Severity::File => {
            ("import-said-rejection", IconName::Warning)
        }
    };
    let severity = count.severity;
    let word = move || match severity {
        Severity::Notice => t_string!(i18n, imports.problems.notice),
        Severity::Warning => t_string!(i18n, imports.problems.warning),
        Severity::Rejection | Severity::Mapping | Severity::File => {
            t_string!(i18n, imports.problems.rejection)
        }
    };
    let times = count.count.cast_signed();
    view! {
        <li class=class data-testid="import-problem">
            <span class="import-problem-kind"><Icon name=icon/>{word}</span>
            <span class="import-problem-text">{count.example}</span>
            <span class="import-problem-count">
                {move || t_string!(
                    i18n,
                    imports.problems.times,
                    count = format::integer(times, preferences.locale())
                )}
            </span>
        </li>
    }
}

/// That the file does not have all of them.
#[component]
fn LeftOut(count: Memo<u64>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    move || {
        (count.get() > 0).then(|| {
            let count = format::integer(count.get().cast_signed(), preferences.locale());
            view! {
                <p class="import-note quiet small">
                    {t_string!(i18n, imports.problems.left_out, count = count)}
                </p>
            }
        })
    }
}

/// The first lines with the worst kind.
#[component]
fn First(id: ImportId, severity: Memo<&'static str>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let faults = use_query(
        // The words are the server's: another language is another question.
        move || {
            let path = api::imports::faults_path(id, severity.get(), SHOWN);
            (path, preferences.locale())
        },
        |(path, _)| async move { api::imports::faults(&path).await },
    );
    let rows = move || {
        faults.with(|page| {
            let faults = page.map_or(&[][..], |page| page.data.as_slice());
            faults
                .iter()
                .map(|fault| {
                    view! {
                        <tr data-testid="import-fault">
                            <td>{fault.line.map(|line| line.to_string())}</td>
                            <td>{fault.column.clone()}</td>
                            <td>{fault.message.clone()}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <details class="import-first" open=true>
            <summary>{t!(i18n, imports.problems.first)}</summary>
            <Pending query=faults/>
            <table class="import-table">
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, imports.preview.line)}</th>
                        <th scope="col">{t!(i18n, imports.mapping.column)}</th>
                        <th scope="col">{t!(i18n, imports.problems.what)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}

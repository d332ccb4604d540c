//! An import under way: how far, how fast, how long still, and how to stop it.

use leptos::prelude::*;
use rapport_types::imports::{Import, ImportState};

use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::Button;
use crate::components::form_error::FormError;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The progress of an import that is not over.
#[component]
pub(super) fn Progress(
    /// The import.
    #[prop(into)]
    import: Signal<Import>,
    /// Told of the import as the server has it after a stop was asked for.
    #[prop(into)]
    on_change: Callback<Import>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let summary = move || import.with(|it| it.summary.clone());
    let share = move || {
        let summary = summary();
        let rows = summary.rows.filter(|rows| *rows > 0)?;
        Some((summary.rows_done as f64 / rows as f64).clamp(0.0, 1.0))
    };
    let done = move || {
        let (summary, locale) = (summary(), preferences.locale());
        let count = |count: u64| format::integer(count.cast_signed(), locale);
        match (summary.state, summary.rows) {
            (ImportState::Queued, _) => t_string!(i18n, imports.progress.queued).to_owned(),
            (_, Some(rows)) => t_string!(
                i18n,
                imports.progress.rows_of,
                done = count(summary.rows_done),
                of = count(rows)
            ),
            (_, None) => {
                t_string!(i18n, imports.progress.rows, done = count(summary.rows_done))
            }
        }
    };
    let rate = move || {
        let rate = summary().rows_per_second.filter(|rate| *rate > 0)?;
        let rate = format::integer(rate.cast_signed(), preferences.locale());
        Some(t_string!(i18n, imports.progress.rate, rate = rate))
    };
    let left = move || {
        let summary = summary();
        let rate = summary.rows_per_second.filter(|rate| *rate > 0)?;
        let left = summary
            .rows?
            .saturating_sub(summary.rows_done)
            .div_ceil(rate);
        let left = format::duration(left.cast_signed(), preferences.locale());
        Some(t_string!(i18n, imports.progress.left, time = left))
    };
    let id = untrack(|| import.with(|it| it.summary.id));
    let cancel = use_submission(move |()| async move { api::imports::cancel(id).await });
    let stop = move || cancel.send_then((), move |import| on_change.run(import));
    let is_stopping = Signal::derive(move || import.with(|it| it.summary.is_cancelling));
    view! {
        <section class="panel import-progress" aria-live="off">
            <p class="import-progress-rows" data-testid="import-rows">{done}</p>
            <div
                class="import-bar import-bar-wide"
                class:is-endless=move || share().is_none()
                role="progressbar"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || share().map(|share| format!("{:.0}", share * 100.0))
                aria-label=move || t_string!(i18n, imports.progress.label)
            >
                <span style:width=move || format!("{:.2}%", share().unwrap_or_default() * 100.0)></span>
            </div>
            <p class="import-progress-facts quiet">
                <span>{move || format::percent(share(), preferences.locale())}</span>
                <span>{rate}</span>
                <span>{left}</span>
            </p>
            <p class="quiet small">{t!(i18n, imports.progress.leave)}</p>
            <FormError error=cancel.error_signal()/>
            <div class="form-actions">
                <Button
                    busy=cancel.busy()
                    disabled=is_stopping
                    on_click=stop
                    testid="import-cancel"
                >
                    {move || if is_stopping.get() {
                        t_string!(i18n, imports.progress.stopping)
                    } else {
                        t_string!(i18n, imports.progress.stop)
                    }}
                </Button>
            </div>
        </section>
    }
}

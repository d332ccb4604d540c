//! How far a bulk change is, and how to stop it.

use leptos::prelude::*;
use rapport_types::bulk_changes::{BulkChange, BulkState};

use super::numbers::Numbers;
use crate::api;
use crate::api::query::Query;
use crate::api::submission::use_submission;
use crate::components::button::Button;
use crate::components::form_error::FormError;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The progress.
#[component]
pub(super) fn Progress(change: Signal<BulkChange>, query: Query<BulkChange>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let id = untrack(|| change.with(|it| it.id));
    let is_queued = Memo::new(move |_| change.with(|it| it.state == BulkState::Queued));
    let share = move || {
        let (done, count) = change.with(|it| (it.done, it.count));
        (count > 0).then(|| (done as f64 / count as f64).clamp(0.0, 1.0))
    };
    let done = move || {
        if is_queued.get() {
            return t_string!(i18n, bulk.progress.queued).to_owned();
        }
        let number = |count: u64| format::integer(count.cast_signed(), preferences.locale());
        let (done, count) = change.with(|it| (it.done, it.count));
        t_string!(
            i18n,
            bulk.progress.done_of,
            done = number(done),
            of = number(count)
        )
    };
    let cancel = use_submission(move |()| async move { api::bulk_changes::cancel(id).await });
    let stop = move || cancel.send_then((), move |change| query.set(change));
    view! {
        <section class="panel bulk-panel" aria-live="off">
            <p class="bulk-count" data-testid="bulk-done">{done}</p>
            <div
                class="bulk-bar"
                role="progressbar"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || share().map(|share| format!("{:.0}", share * 100.0))
                aria-label=move || t_string!(i18n, bulk.progress.label)
            >
                <span style:width=move || format!("{:.2}%", share().unwrap_or_default() * 100.0)></span>
            </div>
            <p class="quiet small">{t!(i18n, bulk.progress.leave)}</p>
            <FormError error=cancel.error_signal()/>
            <div class="form-actions">
                <Button busy=cancel.busy() on_click=stop testid="bulk-stop">
                    {t!(i18n, bulk.progress.stop)}
                </Button>
                <span class="quiet small">{t!(i18n, bulk.progress.stopped_stays)}</span>
            </div>
        </section>
        <Numbers change/>
    }
}

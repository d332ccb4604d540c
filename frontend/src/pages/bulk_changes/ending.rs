//! What a bulk change came to, and which records it refused.

use leptos::prelude::*;
use rapport_types::bulk_changes::{BulkChange, BulkEntity, BulkState, RecordFaultView};
use rapport_types::ids::BulkChangeId;

use super::numbers::Numbers;
use super::words::{fault_words, record};
use crate::api;
use crate::api::query::use_query;
use crate::components::csv_link::CsvLink;
use crate::components::icon::{Icon, IconName};
use crate::components::states::Pending;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Refused records that are shown.
const SHOWN: &str = "20";

/// The result.
#[component]
pub(super) fn Ending(change: Signal<BulkChange>) -> impl IntoView {
    let i18n = use_i18n();
    let (id, entity) = untrack(|| change.with(|it| (it.id, it.entity)));
    let refused = Memo::new(move |_| change.with(|it| it.numbers.refused));
    let is_good =
        Memo::new(move |_| refused.get() == 0 && change.with(|it| it.state == BulkState::Done));
    let was_started = untrack(|| change.with(|it| it.started_at.is_some()));
    let sentence = move || match change.with(|it| it.state) {
        BulkState::Cancelled if !was_started => t_string!(i18n, bulk.ending.discarded),
        BulkState::Cancelled => t_string!(i18n, bulk.ending.cancelled),
        BulkState::Failed => t_string!(i18n, bulk.ending.failed),
        _ if is_good.get() => t_string!(i18n, bulk.ending.good),
        _ => t_string!(i18n, bulk.ending.some),
    };
    view! {
        <section class="panel bulk-panel">
            <p class="bulk-verdict" class:is-good=is_good role="status" data-testid="bulk-ending">
                {move || view! {
                    <Icon name=if is_good.get() { IconName::CircleCheck } else { IconName::Info }/>
                }}
                <span>{sentence}</span>
            </p>
        </section>
        {was_started.then(|| view! { <Numbers change/> })}
        <Show when=move || refused.get() != 0>
            <Faults id entity/>
        </Show>
    }
}

/// The first records that were refused, and the file of all.
#[component]
fn Faults(id: BulkChangeId, entity: BulkEntity) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let faults = use_query(
        // The words are the server's: another language is another question.
        move || preferences.locale(),
        move |_| async move {
            api::bulk_changes::faults(&api::bulk_changes::faults_path(id, SHOWN)).await
        },
    );
    let rows = move || {
        let row = |fault: RecordFaultView| {
            let (name, page) = record(entity, &fault.id, Some(fault.number));
            view! {
                <li data-testid="bulk-fault">
                    <a href=page>{name}</a>
                    <span class="bulk-outcome">{fault_words(&fault)}</span>
                </li>
            }
        };
        let page = faults.get()?;
        Some(page.data.into_iter().map(row).collect_view())
    };
    let has_more = move || faults.with(|page| page.is_some_and(|page| page.has_more));
    view! {
        <section class="panel bulk-sample" aria-label=move || t_string!(i18n, bulk.faults.title)>
            <div class="panel-head">
                <h2>{t!(i18n, bulk.faults.title)}</h2>
                <CsvLink
                    path=Signal::stored(format!("/bulk-changes/{id}/faults"))
                    name="errors.csv"
                    testid="csv-bulk-faults"
                />
            </div>
            <Pending query=faults/>
            <ul class="bulk-rows">{rows}</ul>
            <Show when=has_more>
                <p class="quiet bulk-more">{t!(i18n, bulk.faults.more)}</p>
            </Show>
        </section>
    }
}

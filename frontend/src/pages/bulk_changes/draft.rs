//! A draft: how many records it is for, what becomes of the first ones, and which cannot be changed.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::bulk_changes::{BulkChange, BulkEntity, BulkPreview, BulkSample};

use super::watch::watch;
use super::words::{back, fault_words, members, record};
use crate::api;
use crate::api::configuration::use_directory;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::states::Pending;
use crate::components::toast::use_toasts;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The draft.
#[component]
pub(super) fn DraftView(change: Signal<BulkChange>, query: Query<BulkChange>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let navigate = StoredValue::new_local(use_navigate());
    let (id, entity) = untrack(|| change.with(|it| (it.id, it.entity)));
    let preview = use_query(
        // The words are the server's: another language is another question.
        move || preferences.locale(),
        move |_| async move { api::bulk_changes::preview(id).await },
    );
    let start =
        use_submission(move |version| async move { api::bulk_changes::start(id, version).await });
    let discard = use_submission(move |()| async move { api::bulk_changes::cancel(id).await });
    let is_stale = Memo::new(move |_| start.error().is_some_and(|error| error.is_stale()));
    effect(move || {
        if is_stale.get() {
            query.reload();
        }
    });
    let error = Signal::derive(move || {
        let start = start.error().filter(|error| !error.is_stale());
        start.or_else(|| discard.error())
    });
    let run = move || {
        let version = untrack(|| change.with(|it| it.version));
        start.send_then(version, move |started| {
            watch(started.id, toasts, i18n, preferences);
            query.set(started);
        });
    };
    let give_up = move || {
        discard.send_then((), move |_| {
            let (_, page) = back(entity, preferences.locale_untracked());
            navigate.with_value(|navigate| navigate(&page, Default::default()));
        });
    };
    let count = Memo::new(move |_| change.with(|it| it.count));
    let number = move || format::integer(count.get().cast_signed(), preferences.locale());
    let is_busy = Signal::derive(move || start.busy().get() || discard.busy().get());
    view! {
        <section class="panel bulk-panel">
            <p class="bulk-count" data-testid="bulk-count">
                {move || t_string!(i18n, bulk.draft.count, count = number())}
            </p>
            <p class="quiet">
                {move || if count.get() == 0 {
                    t_string!(i18n, bulk.draft.empty)
                } else {
                    t_string!(i18n, bulk.draft.nothing_yet)
                }}
            </p>
            <p role="alert">{move || is_stale.get().then(|| t_string!(i18n, bulk.draft.stale))}</p>
            <FormError error/>
            <div class="form-actions">
                <Button
                    kind=ButtonKind::Primary
                    busy=start.busy()
                    disabled=Signal::derive(move || count.get() == 0 || is_busy.get())
                    testid="bulk-start"
                    on_click=run
                >
                    {move || t_string!(i18n, bulk.draft.start, count = number())}
                </Button>
                <Button
                    kind=ButtonKind::Ghost
                    busy=discard.busy()
                    disabled=is_busy
                    testid="bulk-discard"
                    on_click=give_up
                >
                    {t!(i18n, bulk.draft.discard)}
                </Button>
            </div>
        </section>
        <Show when=move || count.get() != 0>
            <section class="panel bulk-sample" aria-label=move || t_string!(i18n, bulk.draft.sample)>
                <div class="panel-head">
                    <h2>{t!(i18n, bulk.draft.sample)}</h2>
                    <Refused preview/>
                </div>
                <Pending query=preview/>
                {move || preview.get().map(|shown| view! { <Sample entity sample=shown.sample/> })}
            </section>
        </Show>
    }
}

/// How many of the first records cannot be changed.
#[component]
fn Refused(preview: Query<BulkPreview>) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        let (refused, of) = preview.with(|shown| {
            let sample = &shown?.sample;
            let refused = sample.iter().filter(|it| it.fault.is_some()).count();
            (refused > 0).then_some((refused, sample.len()))
        })?;
        let words = t_string!(i18n, bulk.draft.refused_first, count = refused, of = of);
        Some(view! {
            <span class="badge badge-warn" data-testid="bulk-refused">
                <Icon name=IconName::Warning/>
                <span>{words}</span>
            </span>
        })
    };
    view! { {words} }
}

/// The first records, those first that cannot be changed.
#[component]
fn Sample(entity: BulkEntity, mut sample: Vec<BulkSample>) -> impl IntoView {
    sample.sort_by_key(|it| it.fault.is_none());
    let row = |row: BulkSample| view! { <Row entity row/> };
    view! { <ul class="bulk-rows">{sample.into_iter().map(row).collect_view()}</ul> }
}

#[component]
fn Row(entity: BulkEntity, row: BulkSample) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let (name, page) = record(entity, &row.id, row.number);
    let outcome = move || {
        if let Some(fault) = &row.fault {
            let words = fault_words(fault);
            return view! {
                <span class="bulk-fault"><Icon name=IconName::Warning/><span>{words}</span></span>
            }
            .into_any();
        }
        if row.number.is_none() {
            return view! { <span class="quiet">{t!(i18n, bulk.draft.skipped)}</span> }.into_any();
        }
        let locale = preferences.locale();
        let before = members(entity, &row.before, directory, locale);
        let after = members(entity, &row.after, directory, locale);
        if after.is_empty() {
            return view! { <span class="quiet">{t!(i18n, bulk.draft.unchanged)}</span> }
                .into_any();
        }
        let step = |(label, to): (&'static str, String)| {
            let from = before.iter().find(|(other, _)| *other == label);
            let from = from.map(|(_, from)| from.clone()).unwrap_or_default();
            view! {
                <span class="bulk-step">
                    <span class="quiet">{label}</span>
                    <span class="bulk-from">{from}</span>
                    <Icon name=IconName::ChevronRight/>
                    <span>{to}</span>
                </span>
            }
        };
        after.into_iter().map(step).collect_view().into_any()
    };
    view! {
        <li data-testid="bulk-row">
            {match page {
                Some(page) => view! { <a href=page>{name}</a> }.into_any(),
                None => view! { <span class="quiet">{name}</span> }.into_any(),
            }}
            <span class="bulk-outcome">{outcome}</span>
        </li>
    }
}

//! That another customer became part of the one on the page, as long as it can be undone.

use leptos::prelude::*;
use rapport_types::customers::{CustomerRef, MergeRecord, decide_undo};

use super::record::Record;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::api::{self, Reply};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::use_now;
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// The merges into the customer.
pub(super) fn use_merges(record: Record) -> Query<Vec<MergeRecord>> {
    use_query(
        move || record.id,
        |id| async move { api::merges::merges(id).await },
    )
}

/// How a customer is called beside its number.
fn called(customer: &CustomerRef, i18n: leptos_i18n::I18nContext<Locale>) -> String {
    t_string!(
        i18n,
        merging.with_number,
        name = customer.name.as_str(),
        number = format!("C-{}", customer.number)
    )
}

/// The line, with the way back.
#[component]
pub(super) fn MergedBanner(
    /// The customer on the page.
    record: Record,
    /// The merges into it.
    merges: Query<Vec<MergeRecord>>,
    /// Told when both are apart again.
    #[prop(into)]
    on_undone: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let now = use_now();
    let preferences = use_preferences();
    let open = RwSignal::new(false);
    let apart = RwSignal::new(None::<CustomerRef>);
    // The newest that still holds: the others can be undone after it.
    let merge = Memo::new(move |_| {
        merges.with(|all| {
            let newest = all?.iter().find(|merge| merge.undone_at.is_none())?;
            decide_undo(newest, Some(newest.id), now.get()).ok()?;
            Some(newest.clone())
        })
    });
    let sentence = move |merge: &MergeRecord| {
        let other = called(&merge.other, i18n);
        let day = format::date(format::local_day(merge.merged_at), preferences.locale());
        match &merge.merged_by {
            Some(who) => t_string!(
                i18n,
                merging.banner.merged_by,
                other = other,
                day = day,
                who = who.name.as_str()
            ),
            None => t_string!(i18n, merging.banner.merged, other = other, day = day),
        }
    };
    let line = move || {
        let merge = merge.get()?;
        let until = merge.undo_until;
        let exact = format::exact(merge.merged_at, preferences.locale());
        let until = move || {
            let day = format::date(format::local_day(until), preferences.locale());
            t_string!(i18n, merging.banner.until, day = day)
        };
        Some(view! {
            <p class="customer-note" data-testid="merged-banner">
                <Icon name=IconName::Merge/>
                <span title=exact>{move || sentence(&merge)}</span>
                <span class="quiet small wide-only">{until}</span>
                <Button
                    kind=ButtonKind::Ghost
                    icon=IconName::Undo
                    testid="merge-undo"
                    on_click=move || open.set(true)
                >
                    {t!(i18n, merging.banner.undo)}
                </Button>
            </p>
        })
    };
    let news = move || {
        let other = apart.get()?;
        let words = called(&other, i18n);
        Some(view! {
            <p class="customer-note" role="status" data-testid="merge-undone">
                <Icon name=IconName::CircleCheck/>
                <span>{t_string!(i18n, merging.banner.apart, other = words)}</span>
                <a href=links::customer(other.id)>
                    {t_string!(i18n, merging.banner.open, number = format!("C-{}", other.number))}
                </a>
            </p>
        })
    };
    let done = move |other: CustomerRef| {
        apart.set(Some(other));
        merges.reload();
        on_undone.run(());
    };
    view! {
        {line}
        {news}
        <UndoDialog record merge open on_done=done/>
    }
}

/// The question before both part.
#[component]
fn UndoDialog(
    record: Record,
    merge: Memo<Option<MergeRecord>>,
    open: RwSignal<bool>,
    #[prop(into)] on_done: Callback<CustomerRef>,
) -> impl IntoView {
    let i18n = use_i18n();
    let undo = use_submission(move |merge: MergeRecord| async move {
        let version = untrack(|| record.with(|customer| customer.version));
        let both = api::merges::undo(record.id, version, merge.id).await?;
        Ok((both, merge.other))
    });
    // Somebody has changed it meanwhile: what it is now is shown, and the question stands again.
    let is_stale = Memo::new(move |_| undo.error().is_some_and(|error| error.is_stale()));
    effect(move || {
        if is_stale.get() {
            record.reload();
        }
    });
    effect(move || {
        if open.get() {
            undo.clear();
        }
    });
    let fault = Signal::derive(move || undo.error().filter(|error| !error.is_stale()));
    let other = move || merge.with(|merge| merge.as_ref().map(|merge| merge.other.clone()));
    let run = move || {
        let Some(merge) = merge.get_untracked() else {
            return open.set(false);
        };
        undo.send_then(merge, move |(both, other)| {
            open.set(false);
            record.accept(Reply {
                value: both.value.survivor,
                etag: both.etag,
            });
            on_done.run(other);
        });
    };
    view! {
        <Dialog
            open
            title=Signal::derive(move || {
                let other = other().map(|other| called(&other, i18n)).unwrap_or_default();
                t_string!(i18n, merging.undo.title, other = other)
            })
        >
            <p>
                {move || {
                    let number = other().map(|other| format!("C-{}", other.number));
                    let number = number.unwrap_or_default();
                    t_string!(i18n, merging.undo.consequence, number = number)
                }}
            </p>
            <p role="alert">
                {move || is_stale.get().then(|| t_string!(i18n, merging.undo.changed))}
            </p>
            <FormError error=fault/>
            <div class="dialog-actions">
                <Button on_click=move || open.set(false)>{t!(i18n, merging.undo.cancel)}</Button>
                <Button
                    kind=ButtonKind::Primary
                    busy=undo.busy()
                    testid="merge-undo-confirm"
                    on_click=run
                >
                    {t!(i18n, merging.undo.run)}
                </Button>
            </div>
        </Dialog>
    }
}

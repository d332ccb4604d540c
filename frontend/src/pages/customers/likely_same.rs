//! The customers that may be the same as the one on the page, in one calm line, with the way to
//! compare.

use leptos::prelude::*;
use rapport_types::customers::{DuplicateCode, DuplicateReason, LikelyDuplicate};
use rapport_types::ids::CustomerId;
use rapport_types::locale::Locale as Language;

use super::record::Record;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::icon::{Icon, IconName};
use crate::components::popover::Popover;
use crate::i18n::*;
use crate::links;
use crate::preferences::{text_locale, use_preferences};

/// Those that may be the same; asked again when the customer changes.
pub(super) fn use_likely_same(record: Record) -> Query<Vec<LikelyDuplicate>> {
    let version = Memo::new(move |_| record.with(|customer| customer.version));
    use_query(
        move || version.get(),
        move |_| async move { api::merges::duplicates(record.id).await },
    )
}

/// What two customers share, in words.
pub(super) fn reasons_text(reasons: &[DuplicateReason], locale: Language) -> String {
    let text = text_locale(locale);
    let mut codes: Vec<DuplicateCode> = reasons.iter().map(|reason| reason.code).collect();
    codes.dedup();
    let words = codes.into_iter().map(|code| match code {
        DuplicateCode::SamePhone => td_string!(text, merging.reason.same_phone),
        DuplicateCode::SameEmail => td_string!(text, merging.reason.same_email),
        DuplicateCode::SameNameAndRegion => {
            td_string!(text, merging.reason.same_name_and_region)
        }
    });
    let words: Vec<&str> = words.collect();
    words.join(td_string!(text, tickets.filter.comma))
}

/// The line; nothing when nobody looks the same.
#[component]
pub(super) fn LikelySame(
    /// The customer on the page.
    id: CustomerId,
    /// Those that may be the same.
    found: Query<Vec<LikelyDuplicate>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let line = move || {
        let mut all = found.get()?.into_iter();
        let first = all.next()?;
        let others: Vec<_> = all.collect();
        Some(view! {
            <div class="customer-note" data-testid="likely-same">
                <Icon name=IconName::Merge/>
                <span class="quiet">{t!(i18n, merging.same_as)}</span>
                <Likely id likely=first/>
                {(!others.is_empty()).then(|| view! { <Others id others/> })}
            </div>
        })
    };
    view! { {line} }
}

/// The others behind a button.
#[component]
fn Others(id: CustomerId, others: Vec<LikelyDuplicate>) -> impl IntoView {
    let i18n = use_i18n();
    let count = others.len();
    let others = StoredValue::new(others);
    let words = move || t_string!(i18n, merging.others, count = count);
    view! {
        <Popover
            class="quiet-picker customer-note-more"
            label=Signal::derive(words)
            testid="likely-same-more"
            trigger=move || view! { <span>{words}</span><Icon name=IconName::ChevronDown/> }
        >
            <ul class="likely-list">
                {others
                    .get_value()
                    .into_iter()
                    .map(|likely| view! { <li><Likely id likely/></li> })
                    .collect_view()}
            </ul>
        </Popover>
    }
}

/// One of them: who, why, and the way to compare.
#[component]
pub(super) fn Likely(id: CustomerId, likely: LikelyDuplicate) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let LikelyDuplicate {
        customer, reasons, ..
    } = likely;
    let name = customer.name.as_str().to_owned();
    let of_whom = name.clone();
    let why = move || {
        let reasons = reasons_text(&reasons, preferences.locale());
        t_string!(i18n, merging.same_for, reasons = reasons)
    };
    view! {
        <span class="likely" data-testid="likely">
            <a href=links::customer(customer.id)>
                {name} <span class="likely-number">{format!(" C-{}", customer.number)}</span>
            </a>
            <span class="quiet">{why}</span>
            <a
                class="likely-compare"
                href=links::merge_customers(id, Some(customer.id))
                aria-label=move || t_string!(i18n, merging.compare_with, name = of_whom.as_str())
                data-testid="likely-compare"
            >
                {t!(i18n, merging.compare)}
            </a>
        </span>
    }
}

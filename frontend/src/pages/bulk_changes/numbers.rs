//! How many records came to what.

use leptos::prelude::*;
use rapport_types::bulk_changes::{BulkChange, BulkNumbers};

use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;
use crate::said::said;

/// What a number is called.
type Label = fn(Locale) -> &'static str;

/// The numbers.
#[component]
pub(super) fn Numbers(change: Signal<BulkChange>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let number =
        move |code: &'static str, icon: IconName, label: Label, read: fn(&BulkNumbers) -> u64| {
            let count = move || {
                let count = change.with(|it| read(&it.numbers));
                format::integer(count.cast_signed(), preferences.locale())
            };
            let hint =
                move || (code == "skipped").then(|| t_string!(i18n, bulk.numbers.skipped_hint));
            view! {
                <div class=format!("bulk-number bulk-{code}") title=hint>
                    <dt><Icon name=icon/>{said(i18n, label)}</dt>
                    <dd data-testid=format!("bulk-{code}")>{count}</dd>
                </div>
            }
        };
    view! {
        <dl class="panel bulk-numbers">
            {number(
                "changed",
                IconName::CircleCheck,
                |locale| td_string!(locale, bulk.numbers.changed),
                |it| it.changed,
            )}
            {number(
                "unchanged",
                IconName::CircleDashed,
                |locale| td_string!(locale, bulk.numbers.unchanged),
                |it| it.unchanged,
            )}
            {number(
                "skipped",
                IconName::CircleMinus,
                |locale| td_string!(locale, bulk.numbers.skipped),
                |it| it.skipped,
            )}
            {number(
                "refused",
                IconName::Warning,
                |locale| td_string!(locale, bulk.numbers.refused),
                |it| it.refused,
            )}
        </dl>
    }
}

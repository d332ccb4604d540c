//! The three numbers of a file, each with its share as a bar.

use leptos::prelude::*;
use rapport_types::imports::ImportNumbers;

use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The three numbers.
#[component]
pub(super) fn Numbers(
    /// What the settled rows came to.
    #[prop(into)]
    numbers: Signal<ImportNumbers>,
    /// Whether nothing was written.
    dry_run: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let number = move |class: &'static str,
                       icon: IconName,
                       label: fn(Locale) -> &'static str,
                       read: fn(&ImportNumbers) -> u64| {
        let share = move || {
            let numbers = numbers.get();
            let rows = numbers.rows();
            (rows > 0).then(|| read(&numbers) as f64 / rows as f64)
        };
        let count = move || {
            let count = read(&numbers.read()).cast_signed();
            format::integer(count, preferences.locale())
        };
        view! {
            <div class=format!("import-number {class}")>
                <dt><Icon name=icon/>{crate::said::said(i18n, label)}</dt>
                <dd>
                    <span class="import-number-value" data-testid=class>{count}</span>
                    <span class="quiet small">
                        {move || format::percent(share(), preferences.locale())}
                    </span>
                </dd>
                <span class="import-bar" aria-hidden="true">
                    <span style:width=move || {
                        format!("{:.2}%", share().unwrap_or_default() * 100.0)
                    }></span>
                </span>
            </div>
        }
    };
    let imported: fn(Locale) -> &'static str = if dry_run {
        |locale| td_string!(locale, imports.numbers.would_import)
    } else {
        |locale| td_string!(locale, imports.numbers.imported)
    };
    view! {
        <dl class="import-numbers">
            {number("import-good", IconName::CircleCheck, imported, |it| it.imported)}
            {number(
                "import-warned",
                IconName::Info,
                |locale| td_string!(locale, imports.numbers.with_warnings),
                |it| it.with_warnings,
            )}
            {number(
                "import-rejected",
                IconName::Warning,
                |locale| td_string!(locale, imports.numbers.rejected),
                |it| it.rejected,
            )}
        </dl>
    }
}

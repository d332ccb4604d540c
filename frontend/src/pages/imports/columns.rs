//! What was found in the file, and a table with a row per column: what it is called, some of its
//! values, what it goes into.

use leptos::prelude::*;
use rapport_types::imports::{ImportEntity, ImportPreview};

use super::column::ColumnRow;
use super::earlier::Earlier;
use super::editor::Editor;
use super::words::{delimiter_text, encoding_text, entity_text, target_text};
use crate::api::query::Query;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// What was found in the file, and what its records are.
#[component]
pub(super) fn FileSummary(
    /// The mapping in the making.
    editor: Editor,
    /// Whether it goes on from what was kept in this browser.
    is_kept: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let choice = move |entity: ImportEntity| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="entity"
                    value=entity.code()
                    data-testid=format!("import-entity-{}", entity.code())
                    prop:checked=move || editor.entity() == entity
                    on:change=move |_| editor.set_entity(entity)
                />
                <span>{move || entity_text(entity, preferences.locale())}</span>
            </label>
        }
    };
    let facts = move || {
        let locale = preferences.locale();
        editor.file(|file| {
            let rows = format::integer(file.records.cast_signed(), locale);
            [
                t_string!(i18n, imports.found.rows, count = rows),
                t_string!(i18n, imports.found.columns, count = file.columns.len()),
                encoding_text(file.encoding).to_owned(),
                delimiter_text(file.delimiter, locale),
            ]
            .into_iter()
            .map(|fact| view! { <li>{fact}</li> })
            .collect_view()
        })
    };
    let name = editor.file(|file| file.name.clone());
    view! {
        <section class="panel import-found" data-testid="import-found">
            <Icon name=IconName::Check/>
            <div class="import-found-file">
                <strong>{name}</strong>
                <ul class="import-facts quiet small">{facts}</ul>
            </div>
            <fieldset class="import-entity">
                <legend>{t!(i18n, imports.entity.label)}</legend>
                <div class="segments" role="radiogroup" aria-label=move || t_string!(i18n, imports.entity.label)>
                    {ImportEntity::ALL.iter().map(|it| choice(*it)).collect_view()}
                </div>
            </fieldset>
            <Earlier editor/>
            <LinkButton href=links::new_import(None, None) kind=ButtonKind::Ghost>
                {t!(i18n, imports.file.other)}
            </LinkButton>
        </section>
        {is_kept.then(|| view! {
            <p class="import-kept quiet small">
                {t!(i18n, imports.mapping.kept)}
                <Button kind=ButtonKind::Ghost on_click=move || editor.start_again()>
                    {t!(i18n, imports.mapping.start_again)}
                </Button>
            </p>
        })}
    }
}

/// The columns of the file.
#[component]
pub(super) fn Columns(
    /// The mapping in the making.
    editor: Editor,
    /// What becomes of the first records.
    preview: Query<ImportPreview>,
) -> impl IntoView {
    let i18n = use_i18n();
    let names = editor.file(|file| {
        file.columns
            .iter()
            .map(|it| it.name.clone())
            .collect::<Vec<_>>()
    });
    view! {
        <section class="panel import-columns" aria-labelledby="import-columns-title">
            <header class="panel-head">
                <h2 id="import-columns-title">{t!(i18n, imports.mapping.title)}</h2>
            </header>
            <Missing editor/>
            <table class="import-table">
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, imports.mapping.column)}</th>
                        <th scope="col">{t!(i18n, imports.mapping.goes_into)}</th>
                        <th scope="col">{t!(i18n, imports.mapping.options)}</th>
                    </tr>
                </thead>
                <tbody>
                    {names.into_iter().map(|name| view! {
                        <ColumnRow editor preview name/>
                    }).collect_view()}
                </tbody>
            </table>
        </section>
    }
}

/// What the mapping still needs, in one sentence.
#[component]
fn Missing(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let missing = Memo::new(move |_| editor.mapping(|mapping| mapping.missing()).len());
    let names = move || {
        let (locale, of_customers) = (preferences.locale(), editor.is_of_customers());
        let names: Vec<_> = editor
            .mapping(|mapping| mapping.missing())
            .into_iter()
            .map(|target| target_text(target, of_customers, locale))
            .collect();
        t_string!(
            i18n,
            imports.mapping.missing,
            names = names.join(t_string!(i18n, imports.between))
        )
    };
    view! {
        <div role="status">
            {move || (missing.get() > 0).then(|| view! {
                <p class="import-note import-note-warn" data-testid="import-missing">
                    <Icon name=IconName::Warning/>
                    <span>{names}</span>
                </p>
            })}
        </div>
    }
}

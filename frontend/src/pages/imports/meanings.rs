//! What the values of a column mean: a line per value of the file, and one for all others.

use leptos::prelude::*;
use rapport_types::imports::{FileColumn, Target};
use rapport_types::locale::Locale as Language;

use super::choices::{Pick, values_of};
use super::editor::Editor;
use super::words::field_text;
use crate::api::configuration::{Directory, use_directory};
use crate::components::select::Choice;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Says what values mean that are spelt as the field's own ones are called, in either language.
pub(super) fn suggest(editor: Editor, directory: Directory, column: &str, target: Target) {
    let values = editor
        .column(column)
        .map(|it| it.values)
        .unwrap_or_default();
    let known: Vec<Choice> = untrack(|| {
        let mut known = values_of(target, directory, Language::En);
        known.extend(values_of(target, directory, Language::ZhCn));
        known
    });
    let meant = |value: &String| {
        let said = value.trim().to_lowercase();
        let choice = known
            .iter()
            .find(|it| it.value == said || it.label.to_lowercase() == said)?;
        Some((value.clone(), choice.value.clone()))
    };
    let found: Vec<_> = values.iter().filter_map(meant).collect();
    editor.edit(|mapping, _| {
        mapping.edit_values(target, |source| source.values.extend(found));
    });
}

/// The values of a column.
#[component]
pub(super) fn Meanings(
    /// The mapping in the making.
    editor: Editor,
    /// The column.
    column: StoredValue<Option<FileColumn>>,
    /// The field that the values are of.
    target: Target,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let choices = Memo::new(move |_| values_of(target, directory, preferences.locale()));
    let given = move || {
        let of_file = column.with_value(|it| it.as_ref().map(|it| it.values.clone()));
        let mut values = of_file.unwrap_or_default();
        let also = editor.mapping(|mapping| {
            let source = mapping.values(target);
            source.map(|it| it.values.keys().cloned().collect::<Vec<_>>())
        });
        for value in also.unwrap_or_default() {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    };
    let values = Memo::new(move |_| given());
    // Without any meaning said, a value that is one of the field's own codes stands for itself.
    let meaning = move |value: &str| {
        let said = editor.mapping(|mapping| {
            let source = mapping.values(target)?;
            if source.values.is_empty() {
                return Some(value.to_owned());
            }
            source.values.get(value).cloned()
        })?;
        choices
            .read()
            .iter()
            .any(|it| it.value == said)
            .then_some(said)
    };
    let unknown = Memo::new(move |_| {
        values
            .get()
            .iter()
            .filter(|value| meaning(value).is_none())
            .count()
    });
    let otherwise = Signal::derive(move || {
        editor
            .mapping(|mapping| mapping.values(target)?.otherwise.clone())
            .unwrap_or_default()
    });
    let say = move |value: &str, meant: String| {
        // What stood for itself so far has to be said from now on.
        let all: Vec<_> = untrack(|| {
            let all = values.get().into_iter();
            all.filter_map(|it| Some((it.clone(), meaning(&it)?)))
                .collect()
        });
        editor.edit(|mapping, _| {
            mapping.edit_values(target, |source| {
                source.values.extend(all);
                if meant.is_empty() {
                    source.values.remove(value);
                } else {
                    source.values.insert(value.to_owned(), meant);
                }
            });
        });
    };
    let set_otherwise = move |meant: String| {
        editor.edit(|mapping, _| {
            mapping.edit_values(target, |source| {
                source.otherwise = (!meant.is_empty()).then_some(meant);
            });
        });
    };
    let with_none = move |none: String| {
        let mut options = vec![Choice::new("", none)];
        options.extend(choices.get());
        options
    };
    let name = move || field_text(field_of(target), preferences.locale());
    let summary = move || {
        let (all, unknown) = (values.read().len(), unknown.get());
        t_string!(
            i18n,
            imports.values.summary,
            name = name(),
            known = all - unknown,
            count = all
        )
    };
    let line = move |value: String| {
        let (own, said) = (value.clone(), value.clone());
        let label = value.clone();
        let current = Memo::new(move |_| meaning(&own).unwrap_or_default());
        view! {
            <div class="import-meaning">
                <span class="import-value">{value}</span>
                <Pick
                    label=Signal::derive(move || t_string!(i18n, imports.values.means, value = &label))
                    value=current
                    options=Signal::derive(move || with_none(match otherwise.read().is_empty() {
                        true => t_string!(i18n, imports.values.rejected).to_owned(),
                        false => t_string!(i18n, imports.values.as_others).to_owned(),
                    }))
                    lacks=Signal::derive(move || current.read().is_empty() && otherwise.read().is_empty())
                    on_pick=move |meant: String| say(&said, meant)
                    inline=true
                />
            </div>
        }
    };
    let is_open = untrack(|| unknown.get()) > 0;
    view! {
        <details class="import-meanings" open=is_open>
            <summary>
                <span class:import-lacks=move || { unknown.get() > 0 && otherwise.read().is_empty() }>{summary}</span>
            </summary>
            <For each=move || values.get() key=|value| value.clone() let:value>{line(value)}</For>
            <div class="import-meaning">
                <span class="quiet">{t!(i18n, imports.values.others)}</span>
                <Pick
                    label=Signal::derive(move || t_string!(i18n, imports.values.others).to_owned())
                    value=otherwise
                    options=Signal::derive(move || with_none(t_string!(i18n, imports.values.rejected).to_owned()))
                    on_pick=set_otherwise
                    inline=true
                />
            </div>
        </details>
    }
}

/// The field of the record whose value it is.
const fn field_of(target: Target) -> &'static str {
    match target {
        Target::EventStatus => Target::Status.code(),
        other => other.code(),
    }
}

//! One column of the file: its values, the fields that it goes into, how its values are read.

use leptos::prelude::*;
use rapport_types::imports::{FileColumn, ImportPreview, Target, TargetKind, patterns};

use super::choices::Pick;
use super::editor::Editor;
use super::meanings::{Meanings, suggest};
use super::words::target_text;
use crate::api::configuration::use_directory;
use crate::api::query::Query;
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::popover::{MenuItem, Popover};
use crate::components::select::Choice;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Values of a column that are shown.
const SHOWN: usize = 3;
/// Stands for a format that is not in the list.
const OTHER: &str = "other";

/// A column.
#[component]
pub(super) fn ColumnRow(
    /// The mapping in the making.
    editor: Editor,
    /// What becomes of the first records.
    preview: Query<ImportPreview>,
    /// The column's name.
    name: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let column = StoredValue::new(editor.column(&name));
    let own = StoredValue::new(name.clone());
    let targets =
        Memo::new(move |_| own.with_value(|name| editor.mapping(|mapping| mapping.targets(name))));
    let faults = Memo::new(move |_| {
        preview.with(|preview| {
            let faults = preview.map_or(&[][..], |it| it.faults.as_slice());
            own.with_value(|name| {
                faults
                    .iter()
                    .filter(|fault| fault.column.as_deref() == Some(name))
                    .map(|fault| fault.message.clone())
                    .collect::<Vec<_>>()
            })
        })
    });
    let samples = column.with_value(|it| it.as_ref().map(samples_of).unwrap_or_default());
    let filled = move || {
        let rows = editor.file(|file| file.records);
        let filled = column.with_value(|it| it.as_ref().map_or(0, |it| it.filled));
        (filled < rows).then(|| {
            let share = (rows > 0).then(|| filled as f64 / rows as f64);
            let share = format::percent(share, preferences.locale());
            t_string!(i18n, imports.mapping.filled, share = share)
        })
    };
    let instants = Memo::new(move |_| kinds(&targets.read(), TargetKind::Instant));
    let values = Memo::new(move |_| kinds(&targets.read(), TargetKind::Value));
    view! {
        <tr class="import-column" class:is-ignored=move || targets.read().is_empty() data-testid="import-column">
            <th scope="row">
                <span class="import-column-name">{name.clone()}</span>
                <span class="import-samples quiet small">{samples}</span>
                <span class="import-filled quiet small">{filled}</span>
            </th>
            <td>
                <TargetPicker editor name=name targets/>
                {move || faults.get().into_iter().map(|text| view! {
                    <p class="import-fault small"><Icon name=IconName::Warning/>{text}</p>
                }).collect_view()}
            </td>
            <td>
                <Show when=move || !instants.read().is_empty()>
                    <DateFormat editor column targets=instants/>
                </Show>
                <For each=move || values.get() key=|target| *target let:target>
                    <Meanings editor column target/>
                </For>
            </td>
        </tr>
    }
}

fn kinds(targets: &[Target], kind: TargetKind) -> Vec<Target> {
    targets
        .iter()
        .copied()
        // Teams are taken by the names that the file gives them.
        .filter(|target| target.kind() == kind && *target != Target::Team)
        .collect()
}

fn samples_of(column: &FileColumn) -> String {
    let samples: Vec<_> = column
        .samples
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    samples.join(" · ")
}

/// The fields that a column goes into.
#[component]
fn TargetPicker(
    /// The mapping in the making.
    editor: Editor,
    /// The column's name.
    name: String,
    /// What it goes into.
    targets: Memo<Vec<Target>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let own = StoredValue::new(name.clone());
    let label = move || own.with_value(|name| t_string!(i18n, imports.mapping.picker, name = name));
    let names = move || {
        let (locale, of_customers) = (preferences.locale(), editor.is_of_customers());
        targets
            .get()
            .into_iter()
            .map(|target| target_text(target, of_customers, locale))
            .collect::<Vec<_>>()
    };
    let shown = move || match names() {
        names if names.is_empty() => t_string!(i18n, imports.mapping.nothing).to_owned(),
        names => names.join(t_string!(i18n, imports.between)),
    };
    let options = Memo::new(move |_| {
        let (locale, of_customers) = (preferences.locale(), editor.is_of_customers());
        editor.mapping(|mapping| {
            let fitting = Target::ALL
                .iter()
                .filter(|target| target.fits(mapping.row_per));
            fitting
                .map(|target| {
                    let choice =
                        Choice::new(target.code(), target_text(*target, of_customers, locale));
                    let mut taken = mapping.columns_of(*target);
                    own.with_value(|name| taken.retain(|it| it != name));
                    if taken.is_empty() {
                        choice
                    } else {
                        choice.with_detail(taken.join(t_string!(i18n, imports.between)))
                    }
                })
                .collect::<Vec<_>>()
        })
    });
    let chosen = Signal::derive(move || {
        let targets = targets.get().into_iter();
        targets
            .map(|target| target.code().to_owned())
            .collect::<Vec<_>>()
    });
    let toggle = move |code: String| {
        let Some(target) = Target::from_code(&code) else {
            return;
        };
        let is_on = targets.read_untracked().contains(&target);
        own.with_value(|name| {
            editor.edit(|mapping, header| {
                if is_on {
                    mapping.unassign(name, target, header);
                } else {
                    mapping.assign(name, target, header);
                }
            });
            if !is_on && target.kind() == TargetKind::Value {
                suggest(editor, directory, name, target);
            }
        });
    };
    let clear = move || {
        own.with_value(|name| {
            for target in targets.get_untracked() {
                editor.edit(|mapping, header| mapping.unassign(name, target, header));
            }
        });
    };
    let face = move || {
        view! {
            <span class="import-targets">
                {move || match names() {
                    names if names.is_empty() => {
                        view! { <span class="quiet">{t!(i18n, imports.mapping.nothing)}</span> }.into_any()
                    }
                    names => names
                        .into_iter()
                        .map(|name| view! { <span class="tag">{name}</span> })
                        .collect_view()
                        .into_any(),
                }}
            </span>
            <Icon name=IconName::ChevronDown/>
        }
    };
    view! {
        <Popover
            class="import-picker"
            label=Signal::derive(label)
            shown=Signal::derive(shown)
            trigger=face
            testid="import-picker"
        >
            <MenuItem
                checked=Signal::derive(move || targets.read().is_empty())
                on_select=clear
                testid=Some("import-target-none".to_owned())
            >
                {t!(i18n, imports.mapping.nothing)}
            </MenuItem>
            <hr/>
            <PickList options chosen on_pick=toggle several=true testid="import-target"/>
        </Popover>
    }
}

/// How the dates of a column are written, with what becomes of its first value.
#[component]
fn DateFormat(
    /// The mapping in the making.
    editor: Editor,
    /// The column.
    column: StoredValue<Option<FileColumn>>,
    /// The dates that it goes into.
    targets: Memo<Vec<Target>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let samples = move || {
        column.with_value(|it| it.as_ref().map(|it| it.samples.clone()).unwrap_or_default())
    };
    let current = Memo::new(move |_| {
        let target = targets.read().first().copied()?;
        let formats = editor.mapping(|mapping| mapping.formats(target).to_vec());
        let reads = |format: &&String| {
            samples()
                .iter()
                .all(|text| patterns::read(text, format).is_some())
        };
        formats.iter().find(reads).or(formats.first()).cloned()
    });
    let is_other = RwSignal::new(false);
    let written = RwSignal::new(String::new());
    let set = move |format: String| {
        editor.edit(|mapping, _| {
            for target in targets.get_untracked() {
                mapping.edit_instant(target, |source| source.formats = vec![format.clone()]);
            }
        });
    };
    let options = Signal::derive(move || {
        let mut formats =
            column.with_value(|it| it.as_ref().map(|it| it.formats.clone()).unwrap_or_default());
        if formats.is_empty() {
            formats = patterns::USUAL_FORMATS
                .iter()
                .map(|&it| it.to_owned())
                .collect();
        }
        if let Some(current) = current.get()
            && !formats.contains(&current)
        {
            formats.insert(0, current);
        }
        let mut choices: Vec<_> = formats
            .iter()
            .map(|format| Choice::new(format, patterns::shown(format)))
            .collect();
        if current.read().is_none() {
            choices.insert(0, Choice::new("", t_string!(i18n, imports.date.choose)));
        }
        choices.push(Choice::new(OTHER, t_string!(i18n, imports.date.other)));
        choices
    });
    let value = Signal::derive(move || {
        if is_other.get() {
            OTHER.to_owned()
        } else {
            current.get().unwrap_or_default()
        }
    });
    let pick = move |format: String| {
        is_other.set(format == OTHER);
        if format == OTHER {
            written.set(
                current
                    .get_untracked()
                    .map(|it| patterns::shown(&it))
                    .unwrap_or_default(),
            );
        } else if !format.is_empty() {
            set(format);
        }
    };
    effect(move || {
        let text = written.get();
        if untrack(|| is_other.get())
            && let Some(format) = patterns::written(&text)
            && current.get_untracked().as_ref() != Some(&format)
        {
            set(format);
        }
    });
    let unknown = Signal::derive(move || {
        let is_unknown = is_other.get() && patterns::written(&written.read()).is_none();
        is_unknown.then(|| t_string!(i18n, imports.date.unknown).to_owned())
    });
    let example = move || {
        let sample = samples().first().cloned()?;
        let read = patterns::read(&sample, &current.get()?);
        Some(match read {
            Some(read) => {
                let day = format::date(read.on, preferences.locale());
                let time = read.at.map(|at| at.format(" %H:%M:%S").to_string());
                let meant = format!("{day}{}", time.unwrap_or_default());
                t_string!(i18n, imports.date.example, text = sample, meant = meant)
            }
            None => t_string!(i18n, imports.date.does_not_fit, text = sample),
        })
    };
    view! {
        <Pick
            label=Signal::derive(move || t_string!(i18n, imports.date.format).to_owned())
            value
            options
            on_pick=pick
            hint=Signal::derive(example)
            testid=Some("import-date-format".to_owned())
        />
        <Show when=move || is_other.get()>
            <TextField
                label=Signal::derive(move || t_string!(i18n, imports.date.written).to_owned())
                value=written
                error=unknown
                hint=Signal::derive(move || Some(t_string!(i18n, imports.date.letters).to_owned()))
            />
        </Show>
    }
}

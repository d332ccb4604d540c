//! The first ten records as they will be stored, with what is wrong with them in the cell and below
//! the row. It stays in sight while the mapping above it changes.

use leptos::prelude::*;
use rapport_types::customers::{CustomerKind, Lifecycle, Nature};
use rapport_types::imports::{
    ImportFaultView, ImportPreview, Mapping, PreviewRow, RowPer, Severity, Target,
};
use rapport_types::locale::Locale as Language;
use rapport_types::tickets::{Priority, Status};

use super::editor::Editor;
use super::words::field_text;
use crate::api::ApiError;
use crate::api::configuration::{Directory, use_directory};
use crate::api::query::Query;
use crate::components::badge::{priority_text, status_text};
use crate::components::button::{Button, ButtonKind};
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::states::ErrorState;
use crate::format;
use crate::i18n::*;
use crate::pages::customers::words::{kind_text, lifecycle_text, nature_text};
use crate::preferences::use_preferences;

/// The fields in the order of the columns.
const FIELDS: [&str; 35] = [
    "external_id",
    "name",
    "subject",
    "status",
    "opened_at",
    "first_responded_at",
    "resolved_at",
    "closed_at",
    "type",
    "kind",
    "lifecycle",
    "channel",
    "priority",
    "category",
    "phones",
    "emails",
    "customer",
    "customer_email",
    "customer_phone",
    "team",
    "assignee",
    "owner",
    "satisfaction_score",
    "reopened_count",
    "event_count",
    "address",
    "region",
    "nature",
    "industry",
    "job_title",
    "birthday_on",
    "source_channel",
    "tags",
    "description",
    "note",
];

/// One cell.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    text: String,
    fault: Option<(Severity, String)>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    line: u64,
    is_taken: bool,
    cells: Vec<Cell>,
    said: Vec<(Severity, String)>,
}

/// The preview.
#[component]
pub(super) fn Preview(
    /// The mapping in the making.
    editor: Editor,
    /// What becomes of the first records.
    preview: Query<ImportPreview>,
    /// Checks the whole file.
    #[prop(into)]
    check: Callback<()>,
    /// Whether that is being asked for.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why that was refused.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let fields = Memo::new(move |_| {
        preview
            .with(|it| it.map(|it| editor.mapping(|mapping| fields_of(it, mapping))))
            .unwrap_or_default()
    });
    // Times stay in the zone that they were read in until there are others.
    let zone = Memo::new(move |_| {
        preview.with(|_| ());
        untrack(|| editor.mapping(|mapping| mapping.zone.clone()))
    });
    let rows = Memo::new(move |_| {
        let (locale, zone) = (preferences.locale(), zone.get());
        let fields = fields.get();
        preview.with(|it| {
            let rows = it.map_or(&[][..], |it| it.rows.as_slice());
            let row = |(at, row): (usize, &PreviewRow)| {
                row_of(at, row, &fields, editor, directory, (&zone, locale))
            };
            rows.iter().enumerate().map(row).collect::<Vec<_>>()
        })
    });
    let rejected = Memo::new(move |_| rows.read().iter().filter(|row| !row.is_taken).count());
    let is_blocked = Memo::new(move |_| {
        let is_missing = editor.mapping(|mapping| !mapping.missing().is_empty());
        is_missing || preview.with(|it| it.is_some_and(|it| !it.faults.is_empty()))
    });
    // What a column has to do with stands at the column; what is missing, above the columns.
    let general = Memo::new(move |_| {
        if editor.mapping(|mapping| !mapping.missing().is_empty()) {
            return Vec::new();
        }
        preview.with(|it| {
            let faults = it.map_or(&[][..], |it| it.faults.as_slice());
            let general = faults.iter().filter(|fault| fault.column.is_none());
            general
                .map(|fault| fault.message.clone())
                .collect::<Vec<_>>()
        })
    });
    let state = move || match (is_blocked.get(), rejected.get(), rows.read().len()) {
        (true, ..) => t_string!(i18n, imports.preview.blocked).to_owned(),
        (false, _, 0) => String::new(),
        (false, 0, count) => t_string!(i18n, imports.preview.all_good, count = count),
        (false, bad, count) => t_string!(i18n, imports.preview.some_bad, bad = bad, count = count),
    };
    let records = editor.file(|file| file.records);
    let count = move || format::integer(records.cast_signed(), preferences.locale());
    view! {
        <section class="panel import-preview" aria-labelledby="import-preview-title" data-testid="import-preview">
            <header class="panel-head">
                <h2 id="import-preview-title">{t!(i18n, imports.preview.title)}</h2>
                <span class="quiet small" role="status">{state}</span>
                {move || preview.is_loading().then(|| view! {
                    <span class="spinner" aria-hidden="true"></span>
                })}
                <span class="panel-more">
                    <Button
                        kind=ButtonKind::Primary
                        busy
                        disabled=is_blocked
                        on_click=move || check.run(())
                        testid="import-check"
                    >
                        {move || t_string!(i18n, imports.preview.check, count = count())}
                    </Button>
                </span>
            </header>
            <FormError error/>
            {move || preview.error().map(|error| view! {
                <ErrorState error on_retry=move || preview.reload()/>
            })}
            {move || general.get().into_iter().map(|text| view! {
                <p class="import-note import-note-warn"><Icon name=IconName::Warning/><span>{text}</span></p>
            }).collect_view()}
            <Show when=move || !rows.read().is_empty()>
                <div
                    class="import-preview-rows"
                    class:is-loading=move || preview.is_loading()
                    tabindex="0"
                    role="region"
                    aria-labelledby="import-preview-title"
                >
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{t!(i18n, imports.preview.line)}</th>
                                {move || fields.get().into_iter().map(|field| view! {
                                    <th scope="col">{move || field_text(field, preferences.locale())}</th>
                                }).collect_view()}
                            </tr>
                        </thead>
                        <tbody>
                            {move || {
                                let width = fields.read().len() + 1;
                                rows.get().into_iter().map(|row| row_view(row, width)).collect_view()
                            }}
                        </tbody>
                    </table>
                </div>
            </Show>
        </section>
    }
}

/// The fields that some row has, in their order; of rows that are left out those that it would have.
fn fields_of(preview: &ImportPreview, mapping: &Mapping) -> Vec<&'static str> {
    let is_any_left_out = preview.rows.iter().any(|row| !row.is_taken);
    let is_wanted = |name: &str| {
        let mut targets = Target::ALL.iter().filter(|it| it.fits(mapping.row_per));
        targets.any(|target| {
            target.preview_fields().first() == Some(&name)
                && !mapping.columns_of(*target).is_empty()
        })
    };
    let has = |name: &str| {
        let mut rows = preview.rows.iter();
        rows.any(|row| row.fields.iter().any(|field| field.name == name))
    };
    FIELDS
        .iter()
        .copied()
        .filter(|name| has(name) || (is_any_left_out && is_wanted(name)))
        .collect()
}

fn row_of(
    at: usize,
    row: &PreviewRow,
    fields: &[&'static str],
    editor: Editor,
    directory: Directory,
    (zone, locale): (&str, Language),
) -> Row {
    let row_per = editor.mapping(|mapping| mapping.row_per);
    // Where a column's value ends up, as far as it is shown.
    let field_of = |column: &str| {
        let targets = editor.mapping(|mapping| mapping.targets(column));
        let mut names = targets.iter().flat_map(|it| it.preview_fields());
        names.find(|name| fields.contains(name)).copied()
    };
    let mut placed: Vec<(&str, Severity, &str)> = Vec::new();
    for fault in &row.faults {
        if let Some(field) = fault.column.as_deref().and_then(field_of) {
            placed.push((field, fault.severity, fault.message.as_str()));
        }
    }
    let cell = |field: &&'static str| {
        let stored = row.fields.iter().find(|it| it.name == *field);
        let text = match stored {
            Some(stored) => shown(field, &stored.value, zone, directory, locale),
            // What is not stored stands as the file has it.
            None if !row.is_taken && row_per != RowPer::Event => raw(at, field, editor),
            None => String::new(),
        };
        let fault = placed
            .iter()
            .filter(|(name, ..)| name == field)
            .max_by_key(|(_, severity, _)| *severity);
        Cell {
            text,
            fault: fault.map(|(_, severity, text)| (*severity, (*text).to_owned())),
        }
    };
    let said = |fault: &ImportFaultView| {
        let text = match &fault.column {
            Some(column) => format!("{column}: {}", fault.message),
            None => fault.message.clone(),
        };
        (fault.severity, text)
    };
    Row {
        line: row.line,
        is_taken: row.is_taken,
        cells: fields.iter().map(cell).collect(),
        said: row.faults.iter().map(said).collect(),
    }
}

/// The cells of the file that go into a field.
fn raw(at: usize, field: &str, editor: Editor) -> String {
    editor.file(|file| {
        let Some(cells) = file.rows.get(at) else {
            return String::new();
        };
        let goes_there = |name: &str| {
            let targets = editor.mapping(|mapping| mapping.targets(name));
            let mut targets = targets.iter();
            targets.any(|target| target.preview_fields().first() == Some(&field))
        };
        let parts: Vec<&str> = file
            .columns
            .iter()
            .zip(cells)
            .filter(|(column, cell)| !cell.is_empty() && goes_there(&column.name))
            .map(|(_, cell)| cell.as_str())
            .collect();
        parts.join(" / ")
    })
}

/// A value as the record's own page would show it.
fn shown(field: &str, value: &str, zone: &str, directory: Directory, locale: Language) -> String {
    let word = match field {
        "status" => Status::from_code(value).map(|it| status_text(it, locale)),
        "priority" => Priority::from_code(value).map(|it| priority_text(it, locale)),
        "kind" => CustomerKind::from_code(value).map(|it| kind_text(it, locale)),
        "lifecycle" => Lifecycle::from_code(value).map(|it| lifecycle_text(it, locale)),
        "nature" => Nature::from_code(value).map(|it| nature_text(it, locale)),
        _ => None,
    };
    if let Some(word) = word {
        return word.to_owned();
    }
    match field {
        "type" => directory.type_name(value, locale),
        "channel" | "source_channel" => directory.channel_name(value, locale),
        "birthday_on" => value
            .parse()
            .map_or_else(|_| value.to_owned(), |on| format::date(on, locale)),
        _ if field.ends_with("_at") => value.parse().map_or_else(
            |_| value.to_owned(),
            |at| format::instant_in(at, zone, locale),
        ),
        _ => value.to_owned(),
    }
}

const fn class_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "import-said-notice",
        Severity::Warning => "import-said-warning",
        Severity::Rejection | Severity::Mapping | Severity::File => "import-said-rejection",
    }
}

const fn icon_of(severity: Severity) -> IconName {
    match severity {
        Severity::Notice => IconName::Info,
        _ => IconName::Warning,
    }
}

fn row_view(row: Row, width: usize) -> AnyView {
    let cells = row.cells.into_iter().map(|cell| {
        let class = cell.fault.as_ref().map(|(severity, _)| class_of(*severity));
        let icon = cell.fault.as_ref().map(|(severity, _)| icon_of(*severity));
        // What is cut off is said in full.
        let title = match &cell.fault {
            Some((_, text)) => text.clone(),
            None => cell.text.clone(),
        };
        view! {
            <td class=class title=title>
                {icon.map(|name| view! { <Icon name/> })}
                <span>{cell.text}</span>
            </td>
        }
    });
    let said = (!row.said.is_empty()).then(|| {
        let said = row.said.into_iter().map(|(severity, text)| {
            view! {
                <li class=class_of(severity)><Icon name=icon_of(severity)/><span>{text}</span></li>
            }
        });
        view! {
            <tr class="import-said">
                <td colspan=width.to_string()><ul>{said.collect_view()}</ul></td>
            </tr>
        }
    });
    view! {
        <tr class:is-rejected=!row.is_taken data-testid="import-preview-row">
            <th scope="row">{row.line}</th>
            {cells.collect_view()}
        </tr>
        {said}
    }
    .into_any()
}

//! What holds for every row: values that the file does not give, the zone of its times, by what
//! people are recognised, where the records go.

use leptos::prelude::*;
use rapport_types::imports::{KeyKind, Recognised, RowPer, Target};
use rapport_types::text::Code;
use rapport_types::tickets::Status;

use super::choices::{Pick, values_of};
use super::editor::Editor;
use super::words::{field_text, key_text};
use crate::api::configuration::use_directory;
use crate::components::combobox::Combobox;
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::reports::days::all_zones;
use crate::preferences::use_preferences;

/// What holds for every row.
#[component]
pub(super) fn Rules(
    /// The mapping in the making.
    editor: Editor,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_of_customers = Memo::new(move |_| editor.is_of_customers());
    let has_events = Memo::new(move |_| editor.mapping(|mapping| mapping.row_per == RowPer::Event));
    view! {
        <section class="panel import-rules" aria-labelledby="import-rules-title">
            <header class="panel-head">
                <h2 id="import-rules-title">{t!(i18n, imports.rules.title)}</h2>
            </header>
            <div class="panel-body">
                {move || if is_of_customers.get() {
                    view! {
                        <DefaultValue editor target=Target::Kind/>
                        <DefaultValue editor target=Target::Lifecycle/>
                        <DefaultValue editor target=Target::SourceChannel/>
                        <KeyPicker editor who=Recognised::Record/>
                    }
                    .into_any()
                } else {
                    view! {
                        <DefaultValue editor target=Target::Type/>
                        <DefaultValue editor target=Target::Channel/>
                        <Show when=move || !has_events.get()>
                            <DefaultValue editor target=Target::Status/>
                        </Show>
                        <DefaultValue editor target=Target::Priority/>
                        <SubjectDefault editor/>
                        <KeyPicker editor who=Recognised::Customer/>
                    }
                    .into_any()
                }}
                <KeyPicker editor who=Recognised::Agent/>
                <Zone editor/>
                <Team editor/>
                <details class="import-more">
                    <summary data-testid="import-more">{t!(i18n, imports.rules.more)}</summary>
                    <Show when=move || !is_of_customers.get()>
                        <RowKind editor has_events/>
                        <OpenedDefault editor/>
                        <Organisations editor/>
                    </Show>
                    <Nothings editor/>
                    <SourceName editor/>
                </details>
            </div>
        </section>
    }
}

/// The value of a field where the row has none.
#[component]
fn DefaultValue(editor: Editor, target: Target) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let has_column =
        Memo::new(move |_| editor.mapping(|mapping| !mapping.columns_of(target).is_empty()));
    let value = Memo::new(move |_| {
        editor
            .mapping(|mapping| mapping.values(target)?.default.clone())
            .unwrap_or_default()
    });
    let is_needed = matches!(target, Target::Type | Target::Channel);
    let lacks = Signal::derive(move || is_needed && value.read().is_empty() && !has_column.get());
    let label = Signal::derive(move || {
        let name = field_text(target.code(), preferences.locale());
        match (has_column.get(), target) {
            (true, _) => t_string!(i18n, imports.rules.where_empty, name = name),
            (false, Target::Status) => t_string!(i18n, imports.rules.unresolved).to_owned(),
            (false, _) => name.to_owned(),
        }
    });
    let options = Signal::derive(move || {
        let mut options = values_of(target, directory, preferences.locale());
        if target == Target::Status && !has_column.get() {
            // What is over says so by its instants.
            options.retain(|it| Status::from_code(&it.value).is_none_or(|it| !it.is_over()));
        }
        let none = match (is_needed, has_column.get()) {
            (true, false) => t_string!(i18n, imports.rules.choose),
            (true, true) => t_string!(i18n, imports.values.rejected),
            _ => match target {
                Target::Priority => t_string!(i18n, imports.rules.usual_priority),
                Target::Status => t_string!(i18n, imports.rules.usual_status),
                Target::Kind => t_string!(i18n, imports.rules.usual_kind),
                Target::Lifecycle => t_string!(i18n, imports.rules.usual_lifecycle),
                _ => t_string!(i18n, imports.rules.none),
            },
        };
        options.insert(0, Choice::new("", none));
        options
    });
    let pick = move |meant: String| {
        editor.edit(|mapping, _| {
            mapping.edit_values(target, |source| {
                source.default = (!meant.is_empty()).then_some(meant);
            });
        });
    };
    view! {
        <Pick
            label value options lacks
            on_pick=pick
            testid=Some(format!("import-default-{}", target.code()))
        />
    }
}

/// The subject where the row has none.
#[component]
fn SubjectDefault(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let value = RwSignal::new(untrack(|| {
        editor
            .mapping(|mapping| mapping.texts(Target::Subject)?.default.clone())
            .unwrap_or_default()
    }));
    Effect::new(move |before: Option<String>| {
        let text = value.get();
        if before.is_some_and(|before| before != text) {
            let given = text.trim().to_owned();
            editor.edit(|mapping, _| {
                mapping.edit_texts(Target::Subject, |source| {
                    source.default = (!given.is_empty()).then_some(given);
                });
            });
        }
        text
    });
    let fault = Signal::derive(move || {
        let is_empty = value.read().trim().is_empty();
        is_empty.then(|| t_string!(i18n, imports.rules.needed).to_owned())
    });
    view! {
        <TextField
            label=Signal::derive(move || t_string!(i18n, imports.rules.subject).to_owned())
            value
            error=fault
            testid="import-default-subject"
        />
    }
}

/// By what somebody is recognised, once there is a column that says who they are.
#[component]
fn KeyPicker(editor: Editor, who: Recognised) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let ways = Memo::new(move |_| editor.mapping(|mapping| mapping.ways_to_recognise(who)));
    let value = Memo::new(move |_| {
        let by = editor.mapping(|mapping| mapping.recognised_by(who));
        by.map(|by| code_of(by).to_owned()).unwrap_or_default()
    });
    let label = Signal::derive(move || {
        let label = match (who, editor.is_of_customers()) {
            (Recognised::Agent, true) => t_string!(i18n, imports.by.owner),
            (Recognised::Agent, false) => t_string!(i18n, imports.by.agent),
            (Recognised::Customer | Recognised::Record, _) => t_string!(i18n, imports.by.customer),
        };
        label.to_owned()
    });
    let options = Signal::derive(move || {
        let ways = ways.get().into_iter();
        ways.map(|by| Choice::new(code_of(by), key_text(by, preferences.locale())))
            .collect::<Vec<_>>()
    });
    let pick = move |code: String| {
        let all = [KeyKind::ExternalId, KeyKind::Email, KeyKind::Name];
        if let Some(by) = all.into_iter().find(|by| code_of(*by) == code) {
            editor.edit(|mapping, header| mapping.recognise_by(who, by, header));
        }
    };
    view! {
        <Show when=move || !ways.read().is_empty()>
            <Pick label value options on_pick=pick/>
        </Show>
    }
}

const fn code_of(by: KeyKind) -> &'static str {
    match by {
        KeyKind::ExternalId => "external_id",
        KeyKind::Email => "email",
        KeyKind::Name => "name",
    }
}

/// The zone of times without one.
#[component]
fn Zone(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let value = RwSignal::new(Some(untrack(|| {
        editor.mapping(|mapping| mapping.zone.clone())
    })));
    effect(move || {
        let zone = editor.mapping(|mapping| mapping.zone.clone());
        value.set(Some(zone));
    });
    let options = Signal::stored({
        let mut zones = all_zones();
        zones.insert(0, "UTC".to_owned());
        zones
            .into_iter()
            .map(|zone| Choice::new(zone.clone(), zone))
            .collect::<Vec<_>>()
    });
    let change = move |zone: Option<String>| {
        if let Some(zone) = zone {
            editor.edit(|mapping, _| mapping.zone = zone);
        }
    };
    view! {
        <Combobox
            label=Signal::derive(move || t_string!(i18n, imports.rules.zone).to_owned())
            value
            options
            required=true
            on_change=change
            testid="import-zone"
        />
    }
}

/// The team that the records belong to.
#[component]
fn Team(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let value = RwSignal::new(untrack(|| editor.team()).map(|id| id.to_string()));
    let change = move |id: Option<String>| editor.set_team(id.and_then(|id| id.parse().ok()));
    view! {
        <Combobox
            label=Signal::derive(move || t_string!(i18n, imports.rules.team).to_owned())
            value
            options=Signal::derive(move || directory.team_choices(preferences.locale()))
            placeholder=Signal::derive(move || t_string!(i18n, imports.rules.whole).to_owned())
            on_change=change
        />
    }
}

/// Whether a row is a ticket or one event of it.
#[component]
fn RowKind(editor: Editor, has_events: Memo<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Pick
            label=Signal::derive(move || t_string!(i18n, imports.rules.row).to_owned())
            value=Signal::derive(move || (if has_events.get() { "event" } else { "ticket" }).to_owned())
            options=Signal::derive(move || vec![
                Choice::new("ticket", t_string!(i18n, imports.rules.row_ticket)),
                Choice::new("event", t_string!(i18n, imports.rules.row_event)),
            ])
            on_pick=move |kind: String| {
                editor.edit(|mapping, header| mapping.set_has_events(kind == "event", header));
            }
        />
    }
}

/// When a ticket was opened whose row does not say so: a time of this computer's clock.
#[component]
fn OpenedDefault(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let kept =
        untrack(|| editor.mapping(|mapping| mapping.instant(Target::OpenedAt)?.default.clone()));
    let value = RwSignal::new(kept.as_deref().map(local_text).unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let text = value.get();
        if before.is_some_and(|before| before != text) {
            editor.edit(|mapping, _| {
                mapping.edit_instant(Target::OpenedAt, |source| source.default = instant(&text));
            });
        }
        text
    });
    view! {
        <TextField
            label=Signal::derive(move || t_string!(i18n, imports.rules.opened).to_owned())
            kind="datetime-local"
            value
        />
    }
}

/// An instant as the browser's field has it: local, to the minute.
fn local_text(instant: &str) -> String {
    let date = js_sys::Date::new(&instant.into());
    let shift = date.get_timezone_offset() * 60_000.0;
    let local = js_sys::Date::new(&(date.get_time() - shift).into());
    if local.get_time().is_nan() {
        return String::new();
    }
    String::from(local.to_iso_string())
        .chars()
        .take(16)
        .collect()
}

/// The instant that the browser's field has.
fn instant(text: &str) -> Option<String> {
    let date = js_sys::Date::new(&text.into());
    (!text.is_empty() && !date.get_time().is_nan()).then(|| date.to_iso_string().into())
}

/// Whether the customers are organisations.
#[component]
fn Organisations(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let is_on = Memo::new(move |_| {
        editor.mapping(|mapping| mapping.customer.as_ref().is_some_and(|it| it.organisation))
    });
    let has_customers = Memo::new(move |_| editor.mapping(|mapping| mapping.customer.is_some()));
    view! {
        <Show when=move || has_customers.get()>
            <label class="import-check">
                <input
                    type="checkbox"
                    prop:checked=is_on
                    on:change:target=move |event| {
                        let is_on = event.target().checked();
                        editor.edit(|mapping, _| if let Some(customer) = &mut mapping.customer {
                            customer.organisation = is_on;
                        });
                    }
                />
                <span>{t!(i18n, imports.rules.organisations)}</span>
            </label>
        </Show>
    }
}

/// What stands for "nothing".
#[component]
fn Nothings(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let value = RwSignal::new(untrack(|| {
        editor.mapping(|mapping| mapping.null_markers.join(" "))
    }));
    Effect::new(move |before: Option<String>| {
        let text = value.get();
        if before.is_some_and(|before| before != text) {
            let markers = text.split_whitespace().map(str::to_owned).collect();
            editor.edit(|mapping, _| mapping.null_markers = markers);
        }
        text
    });
    view! {
        <TextField
            label=Signal::derive(move || t_string!(i18n, imports.rules.nothings).to_owned())
            hint=Signal::derive(move || Some(t_string!(i18n, imports.rules.nothings_hint).to_owned()))
            value
        />
    }
}

/// The name under which the keys of the rows are kept.
#[component]
fn SourceName(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let value = RwSignal::new(untrack(|| {
        editor.mapping(|mapping| mapping.source.as_str().to_owned())
    }));
    let fault = RwSignal::new(false);
    Effect::new(move |before: Option<String>| {
        let text = value.get();
        if before.is_some_and(|before| before != text) {
            match Code::try_from(text.trim()) {
                Ok(source) => {
                    fault.set(false);
                    editor.edit(|mapping, _| mapping.source = source);
                }
                Err(_) => fault.set(true),
            }
        }
        text
    });
    view! {
        <TextField
            label=Signal::derive(move || t_string!(i18n, imports.rules.source).to_owned())
            hint=Signal::derive(move || Some(t_string!(i18n, imports.rules.source_hint).to_owned()))
            error=Signal::derive(move || fault.get().then(|| t_string!(i18n, imports.rules.source_fault).to_owned()))
            value
            testid="import-source"
        />
    }
}

//! Text that is typed. The error and the hint share one line that is always there, so that a form
//! does not jump.
//!
//! ```ignore
//! let name = RwSignal::new(String::new());
//! <TextField label=move || t_string!(i18n, customers.name) value=name required=true
//!     error=Signal::derive(move || save.error()?.field("/name", locale.get()))/>
//! <TextArea label=… value=note rows=4/>
//! ```

use leptos::prelude::*;

use super::element_id;
use super::focus::focus_soon;
use super::keys::composes;

/// One line of text.
#[component]
pub fn TextField(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// `text`, `password`, `email`, `tel`, `date`, `search`.
    #[prop(optional, default = "text")]
    kind: &'static str,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A word of help below.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// Marked as required.
    #[prop(optional)]
    required: bool,
    /// What the browser may fill in, for example `username`.
    #[prop(optional, default = "off")]
    autocomplete: &'static str,
    /// The `name` of the element.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Not editable now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Told of every key, for hints such as caps lock.
    #[prop(optional, into)]
    on_key: Option<Callback<web_sys::KeyboardEvent>>,
    /// The `data-testid` of the element.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let id = element_id("field");
    let note = format!("{id}-note");
    if autofocus {
        focus_soon(id.clone());
    }
    view! {
        <div class="field" class:has-error=move || error.read().is_some()>
            <label for=id.clone()>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}
            </label>
            <input
                id=id
                class="input"
                type=kind
                name=name
                data-testid=testid
                autocomplete=autocomplete
                required=required
                disabled=disabled
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=note.clone()
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
                on:keydown=move |event| if let Some(run) = on_key { run.run(event) }
                on:keyup=move |event| if let Some(run) = on_key { run.run(event) }
            />
            <FieldNote id=note error hint/>
        </div>
    }
}

/// Several lines of text; grows with them.
#[component]
pub fn TextArea(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// Lines to begin with.
    #[prop(optional, default = 3)]
    rows: u32,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A word of help below.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// Marked as required.
    #[prop(optional)]
    required: bool,
    /// The label is for screen readers only.
    #[prop(optional)]
    quiet_label: bool,
    /// What stands there while it is empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Not editable now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Ctrl+Enter or ⌘+Enter.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// The `data-testid` of the element.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let id = element_id("area");
    let note = format!("{id}-note");
    if autofocus {
        focus_soon(id.clone());
    }
    view! {
        <div class="field" class:has-error=move || error.read().is_some()>
            <label for=id.clone() class:visually-hidden=quiet_label>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}
            </label>
            <textarea
                id=id
                class="input textarea"
                data-testid=testid
                rows=rows
                style:--rows=rows.to_string()
                required=required
                disabled=disabled
                placeholder=placeholder
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=note.clone()
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Enter"
                        && (event.ctrl_key() || event.meta_key())
                        && !composes(&event)
                        && let Some(run) = on_submit
                    {
                        event.prevent_default();
                        run.run(());
                    }
                }
            ></textarea>
            <FieldNote id=note error hint/>
        </div>
    }
}

/// The line below a field: its error, else its hint.
#[component]
pub(super) fn FieldNote(
    /// The id that the field refers to.
    id: String,
    /// What is wrong.
    error: Signal<Option<String>>,
    /// A word of help.
    hint: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <p class="field-note" id=id role=move || error.read().is_some().then_some("alert")>
            {move || error.get().or_else(|| hint.get())}
        </p>
    }
}

//! One of many, found by typing: arrow keys, enter, escape; safe with an input method.
//!
//! ```ignore
//! // All choices are known: it filters by itself.
//! <Combobox label=… value=team_id options=teams/>
//! // The server searches: change `options` when the text changes.
//! <Combobox label=… value=customer_id options=found on_type=move |text| query.set(text)
//!     shown=Signal::derive(move || name_of_the_chosen_one.get())/>
//! ```
//! `value` is the chosen choice's value; it can be emptied unless `required`.

use leptos::prelude::*;

use super::element_id;
use super::field::FieldNote;
use super::focus::{focus_soon, reveal_id};
use super::icon::{Icon, IconName};
use super::keys::composes;
use super::select::Choice;
use crate::i18n::*;

/// Most choices shown at once; typing narrows them.
const SHOWN: usize = 60;

/// A field with a list that narrows while typing.
#[component]
pub fn Combobox(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The chosen value.
    value: RwSignal<Option<String>>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The server searches: told of the text; `options` are then shown as they are.
    #[prop(optional, into)]
    on_type: Option<Callback<String>>,
    /// What is said where the choices will be, instead of that nothing matches.
    #[prop(optional, into)]
    note_instead: Signal<Option<String>>,
    /// What the chosen value is called, when it may not be among the options.
    #[prop(optional, into)]
    shown: Option<Signal<Option<String>>>,
    /// Told of the reader's choice.
    #[prop(optional, into)]
    on_change: Option<Callback<Option<String>>>,
    /// What stands there while it is empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marked as required; cannot be emptied.
    #[prop(optional)]
    required: bool,
    /// The label is for screen readers only, and there is no line below.
    #[prop(optional)]
    inline: bool,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Not changeable now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The `data-testid` of the element.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = element_id("combo");
    let (list_id, note) = (format!("{id}-list"), format!("{id}-note"));
    // None while nobody types: the field shows the chosen one.
    let typed = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let cursor = RwSignal::new(0_usize);
    let input = NodeRef::<leptos::html::Input>::new();
    if autofocus {
        focus_soon(id.clone());
    }

    let visible = Memo::new(move |_| {
        let text = typed.get().unwrap_or_default().to_lowercase();
        let searched_elsewhere = on_type.is_some();
        options.with(|all| {
            let fits = |choice: &&Choice| {
                searched_elsewhere
                    || text.is_empty()
                    || choice.label.to_lowercase().contains(&text)
                    || choice
                        .detail
                        .as_ref()
                        .is_some_and(|it| it.to_lowercase().contains(&text))
            };
            all.iter()
                .filter(fits)
                .take(SHOWN)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let chosen_label = move || {
        let value = value.get()?;
        let known = options.with(|all| {
            all.iter()
                .find(|it| it.value == value)
                .map(|it| it.label.clone())
        });
        known.or_else(|| shown?.get())
    };
    let choose = move |choice: Option<String>| {
        value.set(choice.clone());
        typed.set(None);
        open.set(false);
        if let Some(run) = on_change {
            run.run(choice);
        }
    };
    let begin = move |text: Option<String>| {
        if let (Some(run), Some(text)) = (on_type, text.clone()) {
            run.run(text);
        }
        typed.set(text);
        cursor.set(0);
        open.set(true);
    };
    let shown_list = list_id.clone();
    let step_to = move |at: usize| {
        cursor.set(at);
        reveal_id(&format!("{shown_list}-{at}"));
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let count = visible.read_untracked().len();
        match event.key().as_str() {
            "ArrowDown" if !open.get_untracked() => begin(None),
            "ArrowDown" if count > 0 => step_to((cursor.get_untracked() + 1) % count),
            "ArrowUp" if count > 0 => step_to((cursor.get_untracked() + count - 1) % count),
            "Enter" if open.get_untracked() => {
                let at = cursor.get_untracked();
                if let Some(choice) = visible.with_untracked(|list| list.get(at).cloned()) {
                    choose(Some(choice.value));
                }
            }
            "Escape" if open.get_untracked() => {
                typed.set(None);
                open.set(false);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let option_id = {
        let list_id = list_id.clone();
        move |at: usize| format!("{list_id}-{at}")
    };
    let active_id = option_id.clone();
    let list_label = label;
    view! {
        <div class="field combobox" class:field-inline=inline class:has-error=move || error.read().is_some()>
            <label for=id.clone() class:visually-hidden=inline>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}
            </label>
            <div class="combobox-box">
                <input
                    id=id
                    node_ref=input
                    class="input"
                    data-testid=testid
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    aria-autocomplete="list"
                    aria-controls=list_id.clone()
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    aria-activedescendant=move || open.get().then(|| active_id(cursor.get()))
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=(!inline).then(|| note.clone())
                    aria-required=required.then_some("true")
                    disabled=disabled
                    placeholder=placeholder
                    prop:value=move || typed.get().or_else(chosen_label).unwrap_or_default()
                    on:input:target=move |event| begin(Some(event.target().value()))
                    on:click=move |_| if !open.get_untracked() { begin(None) }
                    on:focus=move |_| if let Some(input) = input.get_untracked() { input.select() }
                    on:blur=move |_| {
                        typed.set(None);
                        open.set(false);
                    }
                    on:keydown=on_key
                />
                {move || (!required && value.read().is_some() && !disabled.get()).then(|| view! {
                    <button
                        class="combobox-clear"
                        type="button"
                        tabindex="-1"
                        aria-label=move || t_string!(i18n, frame.clear)
                        on:mousedown=move |event| event.prevent_default()
                        on:click=move |_| choose(None)
                    >
                        <Icon name=IconName::Close/>
                    </button>
                })}
                <ul
                    class="listbox"
                    role="listbox"
                    id=list_id
                    aria-label=list_label
                    hidden=move || !open.get()
                >
                    {move || {
                        let choices = visible.get();
                        if choices.is_empty() {
                            let words = note_instead
                                .get()
                                .unwrap_or_else(|| t_string!(i18n, frame.no_match).to_owned());
                            return view! { <li class="listbox-empty" role="option" aria-disabled="true" aria-selected="false">{words}</li> }
                            .into_any();
                        }
                        choices.into_iter().enumerate().map(|(at, choice)| {
                            let own = choice.value.clone();
                            view! {
                                <li
                                    id=option_id(at)
                                    class="listbox-option"
                                    class:is-active=move || cursor.get() == at
                                    role="option"
                                    aria-selected=move || {
                                        if value.read().as_ref() == Some(&own) { "true" } else { "false" }
                                    }
                                    // Before the field loses the focus.
                                    on:mousedown=move |event| {
                                        event.prevent_default();
                                        choose(Some(choice.value.clone()));
                                    }
                                    on:mousemove=move |_| {
                                        if cursor.get_untracked() != at {
                                            cursor.set(at);
                                        }
                                    }
                                >
                                    <span>{choice.label}</span>
                                    {choice.detail.map(|it| view! { <span class="quiet">{it}</span> })}
                                </li>
                            }
                        }).collect_view().into_any()
                    }}
                </ul>
            </div>
            {(!inline).then(|| view! { <FieldNote id=note error hint=Signal::stored(None)/> })}
        </div>
    }
}

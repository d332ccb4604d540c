//! What somebody is typing for a fact, and the field to type it in.

use leptos::prelude::*;
use rapport_types::customers::CustomerKind;

use super::facts::{Fact, Input, split_words};
use crate::api::ApiError;
use crate::api::configuration::use_directory;
use crate::components::combobox::Combobox;
use crate::components::field::{TextArea, TextField};
use crate::components::list_field::{Line, ListField, lines_of, texts_of, typed_of};
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What is being typed.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    fact: Fact,
    text: RwSignal<String>,
    chosen: RwSignal<Option<String>>,
    lines: RwSignal<Vec<Line>>,
}

impl Draft {
    /// An empty one.
    pub(super) fn new(fact: Fact) -> Self {
        Self {
            fact,
            text: RwSignal::new(String::new()),
            chosen: RwSignal::new(None),
            lines: RwSignal::new(lines_of(&[])),
        }
    }

    /// Puts values there.
    pub(super) fn fill(self, values: &[String]) {
        match self.fact.input() {
            Input::List(_) => self.lines.set(lines_of(values)),
            Input::Search => self.chosen.set(values.first().cloned()),
            Input::Words => self.text.set(values.join(", ")),
            _ => self.text.set(values.first().cloned().unwrap_or_default()),
        }
    }

    /// What was typed, without empty values.
    pub(super) fn values(self) -> Vec<String> {
        match self.fact.input() {
            Input::List(_) => texts_of(self.lines),
            Input::Search => self.chosen.get_untracked().into_iter().collect(),
            Input::Words => split_words(&self.text.read_untracked()),
            _ => {
                let text = self.text.get_untracked();
                let text = text.trim();
                if text.is_empty() {
                    Vec::new()
                } else {
                    vec![text.to_owned()]
                }
            }
        }
    }

    /// What stands there, as [`Self::fill`] takes it; tracked.
    pub(super) fn typed(self) -> Vec<String> {
        let text = match self.fact.input() {
            Input::List(_) => return typed_of(self.lines),
            Input::Search => self.chosen.get().unwrap_or_default(),
            _ => self.text.get(),
        };
        if text.trim().is_empty() {
            Vec::new()
        } else {
            vec![text]
        }
    }

    /// The kind of customer that is chosen, for the fact that is one; tracked.
    pub(super) fn kind(self) -> CustomerKind {
        CustomerKind::from_code(&self.text.read()).unwrap_or(CustomerKind::Person)
    }
}

/// The field for a fact, with what the API found wrong with it.
#[component]
pub(super) fn DraftField(
    /// What is being typed.
    draft: Draft,
    /// The refusal of the last try.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// Takes the focus.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let fact = draft.fact;
    let label = Signal::derive(move || fact.label(preferences.locale()).to_owned());
    let fault = Signal::derive(move || {
        error
            .get()?
            .field(&format!("/{}", fact.member()), preferences.locale())
    });
    let choices = Signal::derive(move || fact.choices(directory, preferences.locale()));
    match fact.input() {
        Input::Line => view! {
            <TextField
                label value=draft.text error=fault required=fact.is_required() autofocus
                testid=testid(fact)
            />
        }
        .into_any(),
        Input::Day => view! {
            <TextField label value=draft.text error=fault kind="date" autofocus/>
        }
        .into_any(),
        Input::Words => view! {
            <TextField
                label value=draft.text error=fault autofocus
                hint=Signal::derive(move || Some(t_string!(i18n, customers.words_hint).to_owned()))
            />
        }
        .into_any(),
        Input::Text => {
            view! { <TextArea label value=draft.text error=fault rows=4 autofocus/> }.into_any()
        }
        Input::List(kind) => view! {
            <ListField
                label lines=draft.lines kind autofocus
                testid=testid(fact)
                add=Signal::derive(move || match fact {
                    Fact::Phones => t_string!(i18n, customers.add_phone).to_owned(),
                    _ => t_string!(i18n, customers.add_email).to_owned(),
                })
                error=move |at: usize| {
                    error.get()?.field(&format!("/{}/{at}", fact.member()), preferences.locale())
                }
            />
        }
        .into_any(),
        Input::Choice => {
            let options = Signal::derive(move || {
                let none = || Choice::new("", t_string!(i18n, customers.not_given));
                let mut options = choices.get();
                if !fact.is_required() {
                    options.insert(0, none());
                }
                options
            });
            view! { <Select label value=draft.text options error=fault required=fact.is_required() autofocus/> }
                .into_any()
        }
        Input::Search => {
            let shown = Signal::derive(move || {
                Some(fact.word(&draft.chosen.get()?, directory, preferences.locale()))
            });
            view! { <Combobox label value=draft.chosen options=choices shown error=fault autofocus/> }
                .into_any()
        }
    }
}

/// The `data-testid` of the fields that the browser story types in.
const fn testid(fact: Fact) -> &'static str {
    match fact {
        Fact::Name => "customer-name-input",
        Fact::Phones => "customer-phones-input",
        Fact::Emails => "customer-emails-input",
        _ => "customer-line-input",
    }
}

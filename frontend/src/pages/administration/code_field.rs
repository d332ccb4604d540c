//! The code of a new record: what programs call it. It is in the record's address, so it is judged
//! before it is sent.

use leptos::prelude::*;
use rapport_types::problem::FieldCode;
use rapport_types::text::Code;

use super::words::text;
use crate::components::field::TextField;
use crate::components::focus::focus_fault;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct CodeDraft {
    typed: RwSignal<String>,
    fault: RwSignal<Option<FieldCode>>,
}

impl CodeDraft {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            fault: RwSignal::new(None),
        }
    }

    /// The code, unless it is none or belongs to another record: then the field says so.
    pub(super) fn checked(self, is_taken: impl Fn(&str) -> bool) -> Option<String> {
        let typed = self.typed.get_untracked().trim().to_owned();
        let fault = if typed.is_empty() {
            Some(FieldCode::Required)
        } else if Code::try_from(typed.clone()).is_err() {
            Some(FieldCode::InvalidCode)
        } else {
            is_taken(&typed).then_some(FieldCode::Taken)
        };
        self.fault.set(fault);
        if fault.is_some() {
            focus_fault();
            return None;
        }
        Some(typed)
    }
}

/// The field.
#[component]
pub(super) fn CodeField(
    /// What is typed.
    draft: CodeDraft,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    view! {
        <TextField
            label=text(move || t_string!(i18n, administration.code))
            value=draft.typed
            error=Signal::derive(move || {
                draft.fault.get().map(|fault| fault.message(preferences.locale()).to_owned())
            })
            hint=Signal::derive(move || Some(t_string!(i18n, administration.code_hint).to_owned()))
            required=true
            testid="record-code"
        />
    }
}

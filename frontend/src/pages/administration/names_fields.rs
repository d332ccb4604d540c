//! A name in both languages, of which one is required.

use std::collections::BTreeMap;

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;
use rapport_types::names::Names;
use serde_json::{Map, Value};

use super::words::text;
use crate::api::ApiError;
use crate::components::field::TextField;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What is being typed.
#[derive(Clone, Copy)]
pub(super) struct NamesDraft {
    en: RwSignal<String>,
    zh_cn: RwSignal<String>,
}

impl NamesDraft {
    /// The names as they are.
    pub(super) fn new(names: Option<&Names>) -> Self {
        let names = names.cloned().map(BTreeMap::from).unwrap_or_default();
        let name = |language: Language| {
            RwSignal::new(names.get(language.tag()).cloned().unwrap_or_default())
        };
        Self {
            en: name(Language::En),
            zh_cn: name(Language::ZhCn),
        }
    }

    /// What is sent: what was left empty is not said.
    pub(super) fn value(self) -> Value {
        let mut names = Map::new();
        for (language, typed) in [(Language::En, self.en), (Language::ZhCn, self.zh_cn)] {
            let typed = typed.get_untracked();
            if !typed.trim().is_empty() {
                names.insert(language.tag().to_owned(), typed.trim().into());
            }
        }
        Value::Object(names)
    }
}

/// The two fields, the reader's language first.
#[component]
pub(super) fn NamesFields(
    /// What is being typed.
    names: NamesDraft,
    /// The refusal of the last try.
    error: Signal<Option<ApiError>>,
    /// Takes the focus.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let fault = Signal::derive(move || error.get()?.field("/names", preferences.locale()));
    let hint =
        Signal::derive(move || Some(t_string!(i18n, administration.one_name_is_enough).to_owned()));
    let english = text(move || t_string!(i18n, administration.name_en));
    let chinese = text(move || t_string!(i18n, administration.name_zh_cn));
    let order = if untrack(|| preferences.locale()) == Language::En {
        [
            (english, names.en, "name-en"),
            (chinese, names.zh_cn, "name-zh-cn"),
        ]
    } else {
        [
            (chinese, names.zh_cn, "name-zh-cn"),
            (english, names.en, "name-en"),
        ]
    };
    let [
        (first, first_value, first_id),
        (second, second_value, second_id),
    ] = order;
    view! {
        <TextField label=first value=first_value error=fault required=true autofocus testid=first_id/>
        <TextField label=second value=second_value hint testid=second_id/>
    }
}

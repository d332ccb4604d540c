//! Small turns of speech of the administration.

use leptos::prelude::*;
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use serde_json::{Map, Value};

/// A text as a signal.
pub(super) fn text<S: Into<String>>(
    said: impl Fn() -> S + Send + Sync + 'static,
) -> Signal<String> {
    Signal::derive(move || said().into())
}

/// Several names in a row, as the language strings them.
pub(super) fn in_a_row(names: &[String], locale: Locale) -> String {
    names.join(match locale {
        Locale::En => ", ",
        Locale::ZhCn => "、",
    })
}

/// Whether a text that was typed is found in one of the names or the code.
pub(super) fn is_found(typed: &str, names: &Names, code: Option<&str>) -> bool {
    let typed = typed.trim().to_lowercase();
    typed.is_empty()
        || Locale::ALL
            .iter()
            .any(|locale| names.get(*locale).to_lowercase().contains(&typed))
        || code.is_some_and(|code| code.contains(&typed))
}

/// Members by name.
pub(super) fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What was typed; null when nothing was.
pub(super) fn or_null(typed: &str) -> Value {
    match typed.trim() {
        "" => Value::Null,
        typed => Value::String(typed.to_owned()),
    }
}

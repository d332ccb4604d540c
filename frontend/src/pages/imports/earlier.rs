//! The columns as an earlier import had them: who brings in the same file every month picks once.

use leptos::prelude::*;
use rapport_types::ids::ImportId;

use super::choices::Pick;
use super::editor::Editor;
use crate::api;
use crate::api::query::use_query;
use crate::api::submission::use_submission;
use crate::components::form_error::FormError;
use crate::components::select::Choice;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Imports that are offered.
const OFFERED: &str = "20";

/// A list of earlier imports of the same kind of records, where there are any.
#[component]
pub(super) fn Earlier(
    /// The mapping in the making.
    editor: Editor,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let imports = use_query(
        || (),
        |()| async move { api::imports::list(&[("limit", OFFERED), ("total", "none")]).await },
    );
    let load = use_submission(|id: ImportId| async move { api::imports::import(id).await });
    let options = Signal::derive(move || {
        let (entity, locale) = (editor.entity(), preferences.locale());
        imports.with(|page| {
            let all = page.map_or(&[][..], |page| page.data.as_slice());
            let of_kind = all.iter().filter(|it| it.entity == entity);
            of_kind
                .map(|it| {
                    let when = format::date_time(it.created_at, locale);
                    Choice::new(it.id.to_string(), format!("{} ({when})", it.file_name))
                })
                .collect::<Vec<_>>()
        })
    });
    let with_proposal = Signal::derive(move || {
        let mut options = options.get();
        options.insert(
            0,
            Choice::new("", t_string!(i18n, imports.mapping.proposal)),
        );
        options
    });
    let picked = RwSignal::new(String::new());
    let pick = move |id: String| {
        picked.set(id.clone());
        match id.parse::<ImportId>() {
            Ok(id) => load.send_then(id, move |import| editor.take(import.mapping)),
            Err(_) => editor.start_again(),
        }
    };
    view! {
        <Show when=move || !options.read().is_empty()>
            <div class="import-earlier">
                <Pick
                    label=Signal::derive(move || t_string!(i18n, imports.mapping.earlier).to_owned())
                    value=picked
                    options=with_proposal
                    on_pick=pick
                    testid=Some("import-earlier".to_owned())
                />
                <FormError error=load.error_signal()/>
            </div>
        </Show>
    }
}

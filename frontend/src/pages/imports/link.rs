//! The way to a new import from a list of records.

use leptos::prelude::*;
use rapport_types::permissions::Permission;

use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::IconName;
use crate::i18n::*;
use crate::links;
use crate::session::use_session;

/// A link for those who may import.
#[component]
pub fn ImportLink() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ImportRecords)>
            <LinkButton
                href=links::new_import(None, None)
                kind=ButtonKind::Ghost
                icon=IconName::Upload
            >
                {t!(i18n, imports.link)}
            </LinkButton>
        </Show>
    }
}

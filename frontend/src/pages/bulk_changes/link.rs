//! The way to the bulk changes from a list of records.

use leptos::prelude::*;
use rapport_types::bulk_changes::BulkEntity;

use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::IconName;
use crate::i18n::*;
use crate::links;
use crate::session::use_session;

/// A link for those who may change such records.
#[component]
pub fn BulkLink(entity: BulkEntity) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    view! {
        <Show when=move || session.may(entity.right())>
            <LinkButton
                href=links::bulk_changes(&[("entity", entity.code())])
                kind=ButtonKind::Ghost
                icon=IconName::Stack
            >
                {t!(i18n, bulk.link)}
            </LinkButton>
        </Show>
    }
}

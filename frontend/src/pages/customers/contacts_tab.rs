//! The tab of a customer's contacts. Its code comes when the tab is opened: few visits of a
//! customer's page need it.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use rapport_types::contacts::{ContactSummary, may_have_contacts};
use rapport_types::customers::CustomerKind;
use rapport_types::ids::CustomerId;

use super::contacts::Contacts;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::late::late;

/// Loads the contacts of an organisation, or the organisations of a person.
pub(super) fn use_contacts(id: CustomerId, kind: Memo<CustomerKind>) -> Query<Vec<ContactSummary>> {
    use_query(
        move || kind.get(),
        move |kind| async move {
            if may_have_contacts(kind) {
                api::contacts::of_organisation(id).await
            } else {
                api::contacts::organisations_of(id).await
            }
        },
    )
}

/// What the tab shows.
struct Shown {
    id: CustomerId,
    kind: Memo<CustomerKind>,
    contacts: Query<Vec<ContactSummary>>,
}

// With the forms, whose fields it needs.
#[leptos::wasm_split::wasm_split(
    forms,
    wasm_split_path = ::leptos::wasm_split,
    preload(preload),
    fallible
)]
fn contacts(shown: Shown) -> Result<AnyView, SplitLoaderError> {
    let Shown { id, kind, contacts } = shown;
    Ok(view! { <Contacts id kind contacts/> }.into_any())
}

/// Loads the code, so that the tab has not to wait for it.
pub async fn preload_contacts() {
    // Opening the tab asks once more, and tells when it fails again.
    let _ = preload().await;
}

/// The contacts, or the organisations.
#[component]
pub(super) fn ContactsTab(
    /// Whose.
    id: CustomerId,
    /// What it is.
    kind: Memo<CustomerKind>,
    /// What was loaded.
    contacts: Query<Vec<ContactSummary>>,
) -> impl IntoView {
    late(Box::pin(self::contacts(Shown { id, kind, contacts })))
}

//! What a customer's page says of merges: who became part of it, and whom it may be the same as. Its
//! code comes after the page: nobody has to wait for it.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use rapport_types::permissions::Permission;

use super::likely_same::{LikelySame, use_likely_same};
use super::merged_banner::{MergedBanner, use_merges};
use super::record::Record;
use crate::components::late::late;
use crate::session::use_session;

/// What is shown.
struct Shown {
    record: Record,
    on_undone: Callback<()>,
}

// With the forms, which are loaded early and have the dialog.
#[leptos::wasm_split::wasm_split(
    forms,
    wasm_split_path = ::leptos::wasm_split,
    fallible
)]
fn notes(shown: Shown) -> Result<AnyView, SplitLoaderError> {
    let Shown { record, on_undone } = shown;
    let likely = use_likely_same(record);
    let merges = use_merges(record);
    let undone = move || {
        likely.reload();
        on_undone.run(());
    };
    Ok(view! {
        <MergedBanner record merges on_undone=undone/>
        <LikelySame id=record.id found=likely/>
    }
    .into_any())
}

/// The notes, for whoever may merge customers.
#[component]
pub(super) fn MergeNotes(
    /// The customer on the page.
    record: Record,
    /// Told when a merge was undone.
    #[prop(into)]
    on_undone: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::EditCustomers)>
            {late(Box::pin(notes(Shown { record, on_undone })))}
        </Show>
    }
}

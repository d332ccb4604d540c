//! The block of approvals on a ticket's page. Its code comes after the page: nobody has to wait for
//! it.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use rapport_types::ids::TicketId;

use super::panel::Panel;
use crate::components::late::late;

/// What is shown.
struct Shown {
    id: TicketId,
    version: Signal<i64>,
    on_step: Callback<()>,
}

// With the page of approvals, whose parts it needs.
#[leptos::wasm_split::wasm_split(
    approvals,
    wasm_split_path = ::leptos::wasm_split,
    fallible
)]
fn panel(shown: Shown) -> Result<AnyView, SplitLoaderError> {
    let Shown {
        id,
        version,
        on_step,
    } = shown;
    Ok(view! { <Panel id version on_step/> }.into_any())
}

/// The block.
#[component]
pub(in crate::pages) fn TicketApprovals(
    /// The ticket.
    id: TicketId,
    /// Its version: with each change an approval may have become outdated.
    version: Signal<i64>,
    /// Told when the reader has taken a step, by which the ticket has changed.
    on_step: Callback<()>,
) -> impl IntoView {
    late(Box::pin(panel(Shown {
        id,
        version,
        on_step,
    })))
}

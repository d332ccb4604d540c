//! The stages and fields of a ticket's type. Their code comes with the first ticket that has such:
//! many have none.

mod input;
mod panel;
mod rail;

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;

use super::open_ticket::{OpenTicket, use_open_ticket};
use crate::components::late::late;

#[leptos::wasm_split::wasm_split(stages, wasm_split_path = ::leptos::wasm_split, fallible)]
fn stages(open: OpenTicket) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <panel::Panel open/> }.into_any())
}

/// Nothing, or where the ticket stands in its pipeline and what its fields hold.
#[component]
pub(super) fn Stages() -> impl IntoView {
    let open = use_open_ticket();
    let has_any = Memo::new(move |_| open.ticket.read().definition_version > 0);
    move || has_any.get().then(|| late(Box::pin(stages(open))))
}

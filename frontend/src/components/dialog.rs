//! A question over the page, with the browser's own focus trap and Escape.
//!
//! ```ignore
//! let open = RwSignal::new(false);
//! <Dialog open title=move || t_string!(i18n, tickets.close_title)>
//!     <p>…</p>
//!     <div class="dialog-actions"> <Button …/> </div>
//! </Dialog>
//! ```
//! The children are made when it opens and go when it closes.

use leptos::prelude::*;

use super::button::IconButton;
use super::element_id;
use super::focus::focus_soon;
use super::icon::IconName;
use crate::components::effect::effect;
use crate::i18n::*;

/// A dialog.
#[component]
pub fn Dialog(
    /// Whether it is open; closing it sets this.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = element_id("dialog");
    let title_id = id.clone();
    let body_id = format!("{id}-body");
    // The first field, not the button that closes.
    let focus_id = body_id.clone();
    let element = NodeRef::<leptos::html::Dialog>::new();
    effect(move || {
        let Some(element) = element.get() else { return };
        match (open.get(), element.open()) {
            (true, false) => {
                let _ = element.show_modal();
                focus_soon(focus_id.clone());
            }
            (false, true) => element.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=element
            class="dialog"
            aria-labelledby=id
            on:close=move |_| open.set(false)
        >
            <header class="dialog-head">
                <h2 id=title_id>{title}</h2>
                <IconButton
                    icon=IconName::Close
                    label=move || t_string!(i18n, frame.close).to_owned()
                    on_click=move || open.set(false)
                />
            </header>
            <div class="dialog-body" id=body_id>
                {move || open.get().then(|| children.with_value(|children| children()))}
            </div>
        </dialog>
    }
}

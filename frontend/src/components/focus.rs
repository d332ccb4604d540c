//! Where the keyboard is: gives the focus to what has just appeared, and keeps things in sight.
//!
//! ```ignore
//! focus_soon(id);      // a field, or the first one in an element
//! focus_fault();       // the first field that was refused
//! ```

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// What can take the focus.
const FOCUSABLE: &str = "input, textarea, select, button:not([tabindex='-1']), a[href]";

/// Gives the focus to the element with this id, or to the first field or button in it, once it is
/// on the page.
pub fn focus_soon(id: String) {
    request_animation_frame(move || {
        let Some(element) = document().get_element_by_id(&id) else {
            return;
        };
        if element.matches(FOCUSABLE).unwrap_or(false) {
            focus(Some(element));
        } else {
            focus(element.query_selector(FOCUSABLE).ok().flatten());
        }
    });
}

/// Gives the focus to the first field that was refused, once the page says so.
pub fn focus_fault() {
    request_animation_frame(|| {
        let found = document().query_selector("[aria-invalid='true']");
        focus(found.ok().flatten());
    });
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls no further than needed to see the whole element.
pub fn reveal(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The same for the element with this id.
pub fn reveal_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        reveal(&element);
    }
}

//! The keyboard, in one place: never while an input method composes, a field has the focus, a
//! dialog or a panel is open or a modifier is held.
//!
//! ```ignore
//! use_keys(move |key| match key {
//!     Key::Escape => { close(); true }      // true: it was for me
//!     _ => false,
//! });
//! ```
//! The component that came last is asked first; its keys end with it. `DataTable` brings `j`, `k`
//! and `enter` by itself, the shell brings `/`.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::focus::focus_soon;

/// The keys that mean something outside fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `/`: to the search box.
    Slash,
    /// `j`: down.
    Down,
    /// `k`: up.
    Up,
    /// Opens.
    Enter,
    /// Back.
    Escape,
}

type Handler = Callback<Key, bool>;

#[derive(Clone, Copy)]
struct Keys(StoredValue<Vec<(u64, Handler)>>);

/// Listens from now on. Once, at the root.
pub fn provide_keys() {
    let keys = Keys(StoredValue::new(Vec::new()));
    provide_context(keys);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let Some(key) = meant(&event) else { return };
        // Copied first: a handler may add and remove handlers.
        let handlers: Vec<Handler> = keys
            .0
            .with_value(|list| list.iter().rev().map(|(_, handler)| *handler).collect());
        if handlers.into_iter().any(|handler| handler.run(key)) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Hears keys as long as the component lives; answers whether the key was for it.
pub fn use_keys(handler: impl Fn(Key) -> bool + Send + Sync + 'static) {
    let Keys(list) = expect_context();
    let id = list.with_value(|list| list.last().map_or(0, |(id, _)| id + 1));
    let handler = Callback::new(handler);
    list.update_value(|list| list.push((id, handler)));
    on_cleanup(move || {
        list.try_update_value(|list| list.retain(|(other, _)| *other != id));
    });
}

/// Whether an input method has the key. 229 is what it reports in browsers that end the composing
/// before they tell of the key that ended it.
pub fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// The same for what has been typed into a field: half a syllable is no question yet.
pub fn is_half_typed(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"isComposing".into()).is_ok_and(|it| it.is_truthy())
}

/// As long as something is being typed, Escape does not leave the page: it leads back to the field.
/// Answers for everything in the element with this id.
pub fn hold_escape(is_typing: impl Fn() -> bool + Send + Sync + 'static, id: String) {
    use_keys(move |key| {
        let holds = key == Key::Escape && is_typing();
        if holds {
            focus_soon(id.clone());
        }
        holds
    });
}

/// The key that the reader meant for the page, if it was one.
fn meant(event: &KeyboardEvent) -> Option<Key> {
    if event.default_prevented()
        || composes(event)
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
    {
        return None;
    }
    let key = match event.key().as_str() {
        "/" => Key::Slash,
        "j" => Key::Down,
        "k" => Key::Up,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        _ => return None,
    };
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let inside = |selector: &str| {
        target
            .as_ref()
            .is_some_and(|it| it.closest(selector).ok().flatten().is_some())
    };
    if inside("input, textarea, select, [contenteditable], dialog, [popover]")
        || document()
            .query_selector("dialog[open], [popover]:popover-open")
            .ok()
            .flatten()
            .is_some()
        || (key == Key::Enter && inside("a, button, summary"))
    {
        return None;
    }
    Some(key)
}

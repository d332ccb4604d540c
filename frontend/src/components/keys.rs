//! The keyboard, in one place: never while an input method composes, a field has the focus, a
//! dialog or a panel is open or a modifier is held (`keyboard.rs` decides, and has the table).
//!
//! ```ignore
//! use_keys(move |key| match key {
//!     Key::Escape => { close(); true }      // true: it was for me
//!     _ => false,
//! });
//! ```
//! The component that came last is asked first; its keys end with it. `DataTable` brings `j`, `k`
//! and `enter` by itself. What has a name, and so a place in the palette, is a
//! [command](super::commands) instead.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::commands::{Commands, provide_commands};
use super::focus::focus_soon;
pub use super::keyboard::Key;
use super::keyboard::{Begun, Meaning, Press, Scene, meaning};

#[derive(Clone, Copy)]
struct Handler {
    id: u64,
    shown: &'static [Key],
    run: Callback<Key, bool>,
}

/// The keys of the page.
#[derive(Clone, Copy)]
pub struct Keys(StoredValue<Vec<Handler>>);

impl Keys {
    /// Those beside the keys of commands that mean something now.
    pub fn shown(self) -> Vec<Key> {
        self.0
            .with_value(|list| list.iter().flat_map(|it| it.shown).copied().collect())
    }
}

/// The keys of the page.
pub fn all_keys() -> Keys {
    expect_context()
}

/// Listens from now on. Once, at the root.
pub fn provide_keys() {
    let keys = Keys(StoredValue::new(Vec::new()));
    provide_context(keys);
    let commands = provide_commands();
    let begun = StoredValue::new(None::<Begun>);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented() {
            return;
        }
        let key = event.key();
        let meaning = meaning(press(&event, &key), scene(&event), begun.get_value());
        begun.set_value(match meaning {
            Meaning::First(first) => Some(first),
            _ => None,
        });
        if let Meaning::Key(key) = meaning
            && pressed(key, keys, commands)
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Answers whether somebody took the key.
fn pressed(key: Key, Keys(handlers): Keys, commands: Commands) -> bool {
    if let Key::Act(command) = key {
        return commands.run(command);
    }
    // Copied first: a handler may add and remove handlers.
    let handlers = handlers.with_value(|list| list.iter().rev().copied().collect::<Vec<_>>());
    handlers.into_iter().any(|handler| handler.run.run(key))
}

/// Hears keys as long as the component lives; answers whether the key was for it.
pub fn use_keys(handler: impl Fn(Key) -> bool + Send + Sync + 'static) {
    use_shown_keys(&[], handler);
}

/// The same for keys that the sheet of keys shows.
pub fn use_shown_keys(
    shown: &'static [Key],
    handler: impl Fn(Key) -> bool + Send + Sync + 'static,
) {
    let Keys(list) = expect_context();
    let id = list.with_value(|list| list.last().map_or(0, |last| last.id + 1));
    let run = Callback::new(handler);
    list.update_value(|list| list.push(Handler { id, shown, run }));
    on_cleanup(move || {
        list.try_update_value(|list| list.retain(|other| other.id != id));
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

/// Whether this is a Mac, which has ⌘ where others have Ctrl.
pub fn is_mac() -> bool {
    window()
        .navigator()
        .user_agent()
        .is_ok_and(|name| name.contains("Mac OS"))
}

fn press<'a>(event: &KeyboardEvent, key: &'a str) -> Press<'a> {
    Press {
        key,
        at_ms: event.time_stamp(),
        shift: event.shift_key(),
        control: event.ctrl_key(),
        meta: event.meta_key(),
        alt: event.alt_key(),
        repeats: event.repeat(),
        composes: composes(event),
    }
}

fn scene(event: &KeyboardEvent) -> Scene {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let inside = |selector: &str| {
        target
            .as_ref()
            .is_some_and(|it| it.closest(selector).ok().flatten().is_some())
    };
    let is_open = document()
        .query_selector("dialog[open], [popover]:popover-open")
        .ok()
        .flatten()
        .is_some();
    Scene {
        // Nothing is typed into a box.
        in_field: inside("input:not([type='checkbox']), textarea, select, [contenteditable]"),
        on_control: inside("a, button, summary, input"),
        is_covered: is_open || inside("dialog, [popover]"),
        is_mac: is_mac(),
    }
}

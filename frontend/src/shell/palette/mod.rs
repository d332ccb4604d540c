//! The palette: one field for records and commands, open at once by `⌘K`, `Ctrl K` or a click on the
//! box in the top bar; and the sheet of keys. The field is here; what is below it, and the sheet,
//! come with a file of their own that is loaded when it is first needed or the line is idle.

mod hit;
mod hits;
mod matching;
mod names;
mod results;
mod sheet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use crate::api::ApiError;
use crate::components::button::IconButton;
use crate::components::effect::effect;
use crate::components::focus::focus_soon;
use crate::components::icon::{Icon, IconName};
use crate::components::key_hint::KeyHint;
use crate::components::keys::{is_half_typed, is_mac};
use crate::components::states::{ErrorState, Skeleton};
use crate::components::toast::{Toasts, use_toasts};
use crate::i18n::*;
use crate::preferences::{Preferences, use_preferences};
use results::results;
use sheet::sheet;

/// The field, for the focus.
const INPUT: &str = "palette-input";
/// The list below it.
const LIST: &str = "palette-list";

/// The palette and the sheet of keys.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    is_open: RwSignal<bool>,
    shows_keys: RwSignal<bool>,
    /// Whether the sheet of keys was ever asked for.
    has_keys: RwSignal<bool>,
    /// What has been typed; half a syllable is not.
    text: RwSignal<String>,
    /// The id of the marked entry.
    marked: RwSignal<Option<String>>,
    /// Told of the keys in the field.
    on_key: StoredValue<Option<Callback<KeyboardEvent>>>,
    parts: RwSignal<Option<Result<Parts, ()>>>,
    toasts: Toasts,
    preferences: Preferences,
}

/// What is loaded when it is needed.
type Parts = fn(Palette, Part) -> AnyView;

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Results,
    Keys,
}

#[leptos::wasm_split::wasm_split(
    palette,
    wasm_split_path = ::leptos::wasm_split,
    preload(preload_palette),
    fallible
)]
fn load() -> Result<Parts, SplitLoaderError> {
    let parts: Parts = |palette, part| match part {
        Part::Results => results(palette),
        Part::Keys => sheet(palette),
    };
    Ok(parts)
}

/// Loads its code, so that it has not to be waited for.
pub async fn preload() {
    // Asked for once more when it is needed.
    let _ = preload_palette().await;
}

/// Closed.
pub(super) fn new_palette() -> Palette {
    Palette {
        is_open: RwSignal::new(false),
        shows_keys: RwSignal::new(false),
        has_keys: RwSignal::new(false),
        text: RwSignal::new(String::new()),
        marked: RwSignal::new(None),
        on_key: StoredValue::new(None),
        parts: RwSignal::new(None),
        toasts: use_toasts(),
        preferences: use_preferences(),
    }
}

impl Palette {
    /// Opens it, empty.
    pub(super) fn open(self) {
        self.text.set(String::new());
        self.need_parts();
        self.is_open.set(true);
    }

    /// Opens the sheet of keys.
    pub(super) fn open_keys(self) {
        self.need_parts();
        self.has_keys.set(true);
        self.shows_keys.set(true);
    }

    fn close(self) {
        self.is_open.set(false);
    }

    fn need_parts(self) {
        if matches!(self.parts.get_untracked(), Some(Ok(_))) {
            return;
        }
        self.parts.set(None);
        spawn_local(async move {
            let loaded = load().await.map_err(|_| ());
            // The sheet has no place of its own to say it in.
            if loaded.is_err() && self.shows_keys.try_set(false).is_none() {
                let locale = self.preferences.locale_untracked();
                if !self.is_open.get_untracked() {
                    self.toasts.failed(ApiError::Offline.title(locale));
                }
            }
            self.parts.try_set(Some(loaded));
        });
    }

    fn results(self) -> AnyView {
        match self.parts.get() {
            Some(Ok(make)) => untrack(|| make(self, Part::Results)),
            Some(Err(())) => view! {
                <ErrorState error=ApiError::Offline on_retry=move || self.need_parts()/>
            }
            .into_any(),
            None => view! { <div class="palette-list"><Skeleton lines=6/></div> }.into_any(),
        }
    }

    fn sheet(self) -> Option<AnyView> {
        match self.parts.get() {
            Some(Ok(make)) if self.has_keys.get() => Some(untrack(|| make(self, Part::Keys))),
            _ => None,
        }
    }
}

/// The box in the top bar that opens it.
#[component]
pub(super) fn PaletteBox(palette: Palette) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <button
            class="search"
            type="button"
            data-testid="search"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |_| palette.open()
        >
            <Icon name=IconName::Search/>
            <span class="search-words">{t!(i18n, palette.placeholder)}</span>
            <KeyHint keys=if is_mac() { "⌘K" } else { "Ctrl K" }/>
        </button>
    }
}

/// The palette, and the sheet of keys when it is asked for.
#[component]
pub(super) fn PaletteDialog(palette: Palette) -> impl IntoView {
    let i18n = use_i18n();
    let element = NodeRef::<leptos::html::Dialog>::new();
    let is_open = palette.is_open;
    effect(move || {
        let Some(element) = element.get() else { return };
        match (is_open.get(), element.open()) {
            (true, false) => {
                let _ = element.show_modal();
                focus_soon(INPUT.to_owned());
            }
            (false, true) => element.close(),
            _ => {}
        }
    });
    // A click beside it.
    let leave = move |event: web_sys::MouseEvent| {
        let is_beside = event
            .target()
            .is_some_and(|target| target.has_type::<web_sys::HtmlDialogElement>());
        if is_beside {
            palette.close();
        }
    };
    view! {
        <dialog
            node_ref=element
            class="dialog palette"
            data-testid="palette"
            aria-label=move || t_string!(i18n, palette.label)
            on:close=move |_| is_open.set(false)
            on:click=leave
        >
            {move || is_open.get().then(|| view! { <Field palette/> })}
        </dialog>
        {move || palette.sheet()}
    }
}

/// The field and what is found for it.
#[component]
fn Field(palette: Palette) -> impl IntoView {
    let i18n = use_i18n();
    let take = move |typed: String, half_typed: bool| {
        if !half_typed {
            palette.text.set(typed);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if let Some(run) = palette.on_key.get_value() {
            run.run(event);
        }
    };
    view! {
        <search class="palette-field">
            <Icon name=IconName::Search/>
            <input
                id=INPUT
                class="search-input"
                data-testid="palette-input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="go"
                aria-label=move || t_string!(i18n, palette.label)
                aria-controls=LIST
                aria-autocomplete="list"
                aria-expanded="true"
                aria-activedescendant=move || palette.marked.get()
                placeholder=move || t_string!(i18n, palette.placeholder)
                on:input:target=move |event| {
                    let half_typed = is_half_typed(&event);
                    take(event.target().value(), half_typed);
                }
                on:compositionend:target=move |event| take(event.target().value(), false)
                on:keydown=on_key
            />
            <IconButton
                icon=IconName::Close
                label=Signal::derive(move || t_string!(i18n, frame.close).to_owned())
                on_click=move || palette.close()
            />
        </search>
        {move || palette.results()}
    }
}

//! Two people wrote the same record at once: what the reader typed and what is stored now stand side
//! by side, field by field, and the reader says which shall be.
//!
//! ```ignore
//! <Conflict
//!     fields=Signal::derive(move || vec![Differing::new("name", label, mine, theirs)])
//!     latest=Signal::derive(move || Some((who, at)))  // whose change it is and when, when known
//!     busy=save.busy()
//!     on_save=move |mine: Vec<&'static str>| …        // the keys of the fields that stay mine
//!     on_drop=move || …                               // theirs shall be
//! />
//! ```
//! Show it after a 412, once the newer version is there, and save on top of that one. What was typed
//! stays where it was typed: `fields` may follow it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::button::{Button, ButtonKind};
use super::element_id;
use super::focus::focus_soon;
use super::icon::{Icon, IconName};
use super::instant::use_now;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// A field, in the words of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    key: &'static str,
    label: String,
    mine: String,
    theirs: String,
}

impl Differing {
    /// A field. `key` is what the choice names it by.
    pub fn new(
        key: &'static str,
        label: impl Into<String>,
        mine: impl Into<String>,
        theirs: impl Into<String>,
    ) -> Self {
        Self {
            key,
            label: label.into(),
            mine: mine.into(),
            theirs: theirs.into(),
        }
    }
}

/// Both versions, and the choice.
#[component]
pub fn Conflict(
    /// The fields that the reader meant to change; those in which both agree are left out.
    #[prop(into)]
    fields: Signal<Vec<Differing>>,
    /// Who made the latest change, empty when nobody knows, and when.
    #[prop(optional, into)]
    latest: Signal<Option<(String, DateTime<Utc>)>>,
    /// Under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Told of the fields of which the reader's side shall be.
    #[prop(into)]
    on_save: Callback<Vec<&'static str>>,
    /// Told that what is stored shall stay.
    #[prop(into)]
    on_drop: Callback<()>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let (now, preferences) = (use_now(), use_preferences());
    let id = element_id("conflict");
    if autofocus {
        focus_soon(id.clone());
    }
    let fields = Memo::new(move |_| {
        let mut fields = fields.get();
        fields.retain(|field| field.mine != field.theirs);
        fields
    });
    // The fields of which the other side shall be: whoever saves means to save.
    let given_up = RwSignal::new(HashSet::<&'static str>::new());
    let keys = move || fields.with(|all| all.iter().map(|it| it.key).collect::<Vec<_>>());
    let mine = move || {
        let mut keys = keys();
        keys.retain(|key| !given_up.read().contains(key));
        keys
    };
    let save = move || match untrack(mine) {
        mine if mine.is_empty() => on_drop.run(()),
        mine => on_save.run(mine),
    };
    // Enter on a side means that side, not the form around it.
    let on_key = move |event: web_sys::KeyboardEvent| {
        let on_side = event
            .target()
            .is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>());
        if event.key() == "Enter" && on_side && !busy.get_untracked() {
            event.prevent_default();
            save();
        }
    };
    let words = move || {
        let (who, at) = latest.get()?;
        let when = format::relative(at, now.get(), preferences.locale());
        Some(if who.is_empty() {
            t_string!(i18n, frame.conflict.latest, when = when)
        } else {
            t_string!(i18n, frame.conflict.latest_by, who = who, when = when)
        })
    };
    let has_several = Memo::new(move |_| fields.read().len() > 1);
    let agree = Memo::new(move |_| fields.read().is_empty());
    let rows = move || {
        let row = |field: Differing| view! { <Row field given_up/> };
        fields.get().into_iter().map(row).collect_view()
    };
    view! {
        <section
            class="conflict"
            id=id
            data-testid="conflict"
            aria-label=move || t_string!(i18n, frame.conflict.label)
            on:keydown=on_key
        >
            <Icon name=IconName::Warning/>
            <div class="conflict-body">
                <div role="alert">
                    <p><strong>{t!(i18n, frame.conflict.title)}</strong></p>
                    <p class="small">{words}</p>
                </div>
                <Show
                    when=move || !agree.get()
                    fallback=move || view! {
                        <p>{t!(i18n, frame.conflict.same)}</p>
                        <div class="form-actions">
                            <Button on_click=on_drop testid="conflict-drop">
                                {t!(i18n, frame.conflict.done)}
                            </Button>
                        </div>
                    }
                >
                    {rows}
                    <Show when=move || has_several.get()>
                        <div class="conflict-all">
                            <Button kind=ButtonKind::Ghost on_click=move || given_up.update(HashSet::clear)>
                                {t!(i18n, frame.conflict.all_mine)}
                            </Button>
                            <Button
                                kind=ButtonKind::Ghost
                                on_click=move || given_up.set(untrack(keys).into_iter().collect())
                            >
                                {t!(i18n, frame.conflict.all_theirs)}
                            </Button>
                        </div>
                    </Show>
                    <div class="form-actions">
                        <Button kind=ButtonKind::Primary busy on_click=save testid="conflict-save">
                            {move || if mine().is_empty() {
                                t_string!(i18n, frame.conflict.keep)
                            } else {
                                t_string!(i18n, frame.conflict.save)
                            }}
                        </Button>
                        <Button kind=ButtonKind::Ghost on_click=on_drop testid="conflict-drop">
                            {t!(i18n, frame.conflict.drop)}
                        </Button>
                    </div>
                </Show>
            </div>
        </section>
    }
}

/// One field with its two sides.
#[component]
fn Row(field: Differing, given_up: RwSignal<HashSet<&'static str>>) -> impl IntoView {
    let i18n = use_i18n();
    let key = field.key;
    let name = element_id("side");
    let is_given_up = move || given_up.read().contains(key);
    let side = move |words: String, is_theirs: bool, testid: &'static str| {
        let name = name.clone();
        let is_chosen = move || is_given_up() == is_theirs;
        let choose = move |_| {
            given_up.update(|all| {
                if is_theirs {
                    all.insert(key);
                } else {
                    all.remove(key);
                }
            });
        };
        let words = if words.is_empty() {
            view! { <span class="quiet">{format::NOTHING}</span> }.into_any()
        } else {
            words.into_any()
        };
        view! {
            <label class="conflict-side" class:is-chosen=is_chosen data-testid=testid>
                <input type="radio" name=name prop:checked=is_chosen on:change=choose/>
                <span class="conflict-name">
                    {move || if is_theirs {
                        t_string!(i18n, frame.conflict.theirs)
                    } else {
                        t_string!(i18n, frame.conflict.mine)
                    }}
                </span>
                <span class="conflict-words">{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="conflict-field">
            <legend>{field.label}</legend>
            {side(field.mine, false, "conflict-mine")}
            {side(field.theirs, true, "conflict-theirs")}
        </fieldset>
    }
}

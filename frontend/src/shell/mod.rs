//! The frame around every page behind the sign-in: rail, top bar, and where the reader is.
//!
//! A page says where it is with [`use_place`]:
//! ```ignore
//! use_place(move || vec![
//!     Crumb::link(t_string!(i18n, frame.nav.tickets), links::tickets(&[])),
//!     Crumb::here(format!("T-{number}")),
//! ]);
//! ```

mod commands;
mod palette;
mod rail;
mod top_bar;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use crate::api;
use crate::components::effect::effect;
use crate::i18n::*;
use commands::offer_commands;
use palette::{PaletteDialog, new_palette};
use rail::Rail;
use top_bar::TopBar;

pub use palette::preload as load_palette;
pub use rail::Mark;
pub use top_bar::{LanguageMenu, ThemeMenu};

/// One step of the way to where the reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its text.
    pub label: String,
    /// Where it leads; none for the page itself.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that can be gone back to.
    pub fn link(label: impl Into<String>, href: String) -> Self {
        Self {
            label: label.into(),
            href: Some(href),
        }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
        }
    }
}

/// Where the reader is.
#[derive(Clone, Copy)]
struct Place(RwSignal<Vec<Crumb>>);

/// Says where the reader is, in the top bar and in the window's title, for as long as the page is
/// open. Follows what `crumbs` reads.
pub fn use_place(crumbs: impl Fn() -> Vec<Crumb> + 'static) {
    let Some(Place(place)) = use_context::<Place>() else {
        return;
    };
    effect(move || {
        let crumbs = crumbs();
        let title = crumbs
            .last()
            .map(|crumb| crumb.label.clone())
            .unwrap_or_default();
        document().set_title(&format!("{title} · Rapport"));
        place.set(crumbs);
    });
}

/// Whether the way to a page is still under way: its code may have to be loaded.
#[derive(Clone, Copy)]
pub struct Routing(pub ReadSignal<bool>);

/// The frame; the page stands in its middle.
#[component]
pub fn Shell() -> impl IntoView {
    let i18n = use_i18n();
    let place = RwSignal::new(Vec::new());
    provide_context(Place(place));
    let lists = api::configuration::provide_directory();
    let palette = new_palette();
    offer_commands(palette);
    api::live::follow();
    // The link would be a page of its own to the router.
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        focus_page();
    };
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            // After the new page has had the chance to give the focus to a field of its own.
            request_animation_frame(|| request_animation_frame(focus_page_unless_inside));
        }
        now
    });
    // A page whose code had to be loaded stands there later than its path.
    let Routing(is_routing) = expect_context();
    Effect::new(move |before: Option<bool>| {
        let now = is_routing.get();
        if before == Some(true) && !now {
            request_animation_frame(|| request_animation_frame(focus_page_unless_inside));
        }
        now
    });
    view! {
        <a class="skip-link" href="#page" on:click=skip>{t!(i18n, frame.skip)}</a>
        <div role="status">
            {move || lists.get().then(|| view! { <p class="offline">{t!(i18n, frame.lists_missing)}</p> })}
        </div>
        <div class="frame">
            <Rail/>
            <div class="frame-main">
                <TopBar place=place palette/>
                <main id="page" class="page" tabindex="-1"><Outlet/></main>
            </div>
        </div>
        <PaletteDialog palette/>
    }
}

/// Gives the focus to the page itself, so that reading and tabbing go on from its beginning.
fn focus_page() {
    if let Some(page) = page() {
        let _ = page.focus();
    }
}

fn focus_page_unless_inside() {
    let Some(page) = page() else { return };
    let inside = document()
        .active_element()
        .is_some_and(|active| page.contains(Some(&active)));
    if !inside {
        focus_page();
    }
}

fn page() -> Option<web_sys::HtmlElement> {
    document().get_element_by_id("page")?.dyn_into().ok()
}

/// A thin bar while the server cannot be reached.
#[component]
pub fn Offline() -> impl IntoView {
    let i18n = use_i18n();
    let online = api::online();
    view! {
        <div role="status">
            {move || (!online.get()).then(|| view! { <p class="offline">{t!(i18n, frame.offline)}</p> })}
        </div>
    }
}

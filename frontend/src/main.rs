//! The web app of Rapport.
//!
//! `app.rs` is the table of contents (one line per page), `links.rs` every path, `session.rs` who
//! is signed in, `api/` the typed client, `components/` what pages are made of, `pages/<feature>/`
//! the pages. Text lives in `locales/<language>/<namespace>.json`, styles in `styles/`.

mod api;
mod app;
mod components;
mod format;
mod links;
mod pages;
mod preferences;
mod recent;
mod said;
mod session;
mod shell;

/// The text of the page, made by `build.rs` from `locales/`.
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

/// The text of the page and how to say it: `t!` in views, `t_string!` elsewhere.
mod i18n {
    pub use crate::generated::i18n::*;
    // In place of the generated `t!`.
    pub(crate) use crate::said::t;
}

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}

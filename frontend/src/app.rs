//! The root: contexts, and one line per page.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;

use crate::components::instant::provide_now;
use crate::components::keys::provide_keys;
use crate::components::toast::{Toaster, provide_toasts};
use crate::i18n::I18nContextProvider;
use crate::links;
use crate::pages::customers::{CustomerDetail, CustomerForm, CustomerList};
use crate::pages::home::Home;
use crate::pages::not_found::NotFound;
use crate::pages::reports::Reports;
use crate::pages::sign_in::SignIn;
use crate::pages::tickets::{TicketDetail, TicketForm, TicketList};
use crate::preferences::{Preferences, provide_preferences};
use crate::session::{SessionState, provide_session, use_session};
use crate::shell::{Offline, Shell};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let preferences = provide_preferences();
    view! {
        <I18nContextProvider enable_cookie=false>
            <Contexts preferences/>
        </I18nContextProvider>
    }
}

/// Everything that needs the language.
#[component]
fn Contexts(preferences: Preferences) -> impl IntoView {
    preferences.apply_locale();
    provide_now();
    provide_toasts();
    provide_keys();
    let session = provide_session();
    session.start();
    // Until it is known who is there, the skeleton that `index.html` painted stays.
    Effect::new(move |_| {
        if session.state() != SessionState::Starting
            && let Some(skeleton) = document().get_element_by_id("shell")
        {
            skeleton.remove();
        }
    });
    view! {
        <Offline/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn/>
                <ParentRoute path=path!("") view=SignedIn>
                    <Route path=path!("/") view=Home/>
                    <Route path=path!("/tickets") view=TicketList/>
                    <Route path=path!("/tickets/new") view=TicketForm/>
                    <Route path=path!("/tickets/:id") view=TicketDetail/>
                    <Route path=path!("/customers") view=CustomerList/>
                    <Route path=path!("/customers/new") view=CustomerForm/>
                    <Route path=path!("/customers/:id") view=CustomerDetail/>
                    <Route path=path!("/reports") view=Reports/>
                    <Route path=path!("/*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
        <Toaster/>
    }
}

/// Everything behind the sign-in: the shell, or the way to the sign-in page and back.
#[component]
fn SignedIn() -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let SessionState::SignedOut = session.state() {
            let here = format!(
                "{}{}",
                location.pathname.get_untracked(),
                match location.search.get_untracked() {
                    search if search.is_empty() => search,
                    search => format!("?{}", search.trim_start_matches('?')),
                },
            );
            navigate(
                &links::sign_in(Some(&here)),
                leptos_router::NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
        }
    });
    move || session.is_signed_in().then(|| view! { <Shell/> })
}

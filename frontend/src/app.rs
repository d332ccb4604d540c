//! The root: contexts, and one line per page.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{Lazy, LazyRoute, lazy_route, path};

use crate::components::instant::provide_now;
use crate::components::keys::provide_keys;
use crate::components::states::{ErrorState, Skeleton};
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

/// A page whose code the browser loads when it is first needed.
macro_rules! pages {
    ($($page:ident: $view:ident,)+) => {
        $(
            struct $page;

            #[lazy_route]
            impl LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                fn view(page: Self) -> AnyView {
                    let $page = page;
                    $view().into_any()
                }
            }
        )+

        /// Loads the code of all pages, so that none has to be waited for.
        async fn load_pages() {
            $(<$page as LazyRoute>::preload().await;)+
        }
    };
}

pages! {
    HomePage: Home,
    TicketListPage: TicketList,
    TicketDetailPage: TicketDetail,
    TicketFormPage: TicketForm,
    CustomerListPage: CustomerList,
    CustomerDetailPage: CustomerDetail,
    CustomerFormPage: CustomerForm,
    ReportsPage: Reports,
}

/// How long the first page has the line to itself before the others' code is loaded.
const FIRST_PAGE: Duration = Duration::from_secs(3);

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
    let (is_routing, set_is_routing) = signal(false);
    view! {
        <Offline/>
        // Shows itself when the way to a page takes long enough to be noticed.
        <div class="routing" class:is-routing=is_routing aria-hidden="true"></div>
        <Router set_is_routing>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn/>
                <ParentRoute path=path!("") view=SignedIn>
                    <Route path=path!("/") view={Lazy::<HomePage>::new()}/>
                    <Route path=path!("/tickets") view={Lazy::<TicketListPage>::new()}/>
                    <Route path=path!("/tickets/new") view={Lazy::<TicketFormPage>::new()}/>
                    <Route path=path!("/tickets/:id") view={Lazy::<TicketDetailPage>::new()}/>
                    <Route path=path!("/customers") view={Lazy::<CustomerListPage>::new()}/>
                    <Route path=path!("/customers/new") view={Lazy::<CustomerFormPage>::new()}/>
                    <Route path=path!("/customers/:id") view={Lazy::<CustomerDetailPage>::new()}/>
                    <Route path=path!("/reports") view={Lazy::<ReportsPage>::new()}/>
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
    set_timeout(|| leptos::task::spawn_local(load_pages()), FIRST_PAGE);
    let is_signed_in = Memo::new(move |_| session.is_signed_in());
    move || {
        if is_signed_in.get() {
            return Some(view! { <Shell/> }.into_any());
        }
        match session.state() {
            SessionState::Unknown(error) => Some(
                view! {
                    <main class="page">
                        <ErrorState error on_retry=move || session.start_again()/>
                    </main>
                }
                .into_any(),
            ),
            // On the first start the skeleton of `index.html` lies above.
            SessionState::Starting => {
                Some(view! { <main class="page"><Skeleton lines=8/></main> }.into_any())
            }
            SessionState::SignedOut | SessionState::SignedIn(_) => None,
        }
    }
}

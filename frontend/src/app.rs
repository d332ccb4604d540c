//! The root: contexts, and one line per page.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{Lazy, LazyRoute, path};

use crate::api::ApiError;
use crate::components::effect::effect;
use crate::components::instant::provide_now;
use crate::components::keys::provide_keys;
use crate::components::states::{ErrorState, Skeleton};
use crate::components::toast::{Toaster, provide_toasts};
use crate::i18n::I18nContextProvider;
use crate::links;
use crate::pages::account::{Account, FirstPassword};
use crate::pages::administration::{
    Administration, ApprovalRules, Categories, Channels, Organisation, Roles, Teams, TicketTypes,
    Users,
};
use crate::pages::approvals::Approvals;
use crate::pages::bulk_changes::{BulkChangeDetail, BulkChangeList};
use crate::pages::calendars::{CalendarEditor, CalendarList};
use crate::pages::clock_policies::ClockPolicyList;
use crate::pages::customers::{
    CustomerDetail, CustomerForm, CustomerList, MergeCustomers, preload_contacts,
};
use crate::pages::home::Home;
use crate::pages::imports::{ImportDetail, ImportForm, ImportList};
use crate::pages::not_found::NotFound;
use crate::pages::reports::Reports;
use crate::pages::sign_in::SignIn;
use crate::pages::tickets::{TicketDetail, TicketForm, TicketList};
use crate::preferences::{Preferences, provide_preferences};
use crate::session::{SessionState, provide_session, use_session};
use crate::shell::{Offline, Routing, Shell, load_palette};

/// Pages whose code the browser loads together, when the first of them is needed: a file per group,
/// which holds what it shares with others as well. The choice of groups keeps what a first visit
/// loads under the limit of `cargo xtask frontend --release`.
macro_rules! page_groups {
    ($($load:ident, $preload:ident, $group:ident { $($page:ident => $view:ident,)+ })+) => {
        $(
            #[allow(clippy::enum_variant_names, reason = "pages are named as they are")]
            enum $group {
                $($view,)+
            }

            #[leptos::wasm_split::wasm_split(
                $load,
                wasm_split_path = ::leptos::wasm_split,
                preload($preload),
                fallible
            )]
            fn $load(page: $group) -> Result<AnyView, SplitLoaderError> {
                Ok(match page {
                    $($group::$view => $view().into_any(),)+
                })
            }

            $(
                struct $page;

                impl LazyRoute for $page {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_: Self) -> AnyView {
                        $load($group::$view).await.unwrap_or_else(|_| not_loaded())
                    }

                    async fn preload() {
                        // `view` asks once more, and tells when it fails again.
                        let _ = $preload().await;
                    }
                }
            )+
        )+
    };
}

page_groups! {
    lists, preload_lists, Lists {
        HomePage => Home,
        TicketListPage => TicketList,
        CustomerListPage => CustomerList,
    }
    ticket, preload_ticket, TicketPages {
        TicketDetailPage => TicketDetail,
    }
    customer, preload_customer, CustomerPages {
        CustomerDetailPage => CustomerDetail,
    }
    merging, preload_merging, MergingPages {
        MergeCustomersPage => MergeCustomers,
    }
    forms, preload_forms, FormPages {
        CustomerFormPage => CustomerForm,
        TicketFormPage => TicketForm,
    }
    reports, preload_reports, ReportPages {
        ReportsPage => Reports,
    }
    account, preload_account, AccountPages {
        AccountPage => Account,
        FirstPasswordPage => FirstPassword,
    }
    people, preload_people, PeoplePages {
        UsersPage => Users,
        RolesPage => Roles,
    }
    administration, preload_administration, AdministrationPages {
        AdministrationPage => Administration,
        TeamsPage => Teams,
        CategoriesPage => Categories,
        TicketTypesPage => TicketTypes,
        ChannelsPage => Channels,
        OrganisationPage => Organisation,
    }
    calendars, preload_calendars, CalendarPages {
        CalendarListPage => CalendarList,
        CalendarEditorPage => CalendarEditor,
    }
    clock_policies, preload_clock_policies, ClockPolicyPages {
        ClockPoliciesPage => ClockPolicyList,
    }
    imports, preload_imports, ImportPages {
        ImportListPage => ImportList,
        ImportDetailPage => ImportDetail,
    }
    bulk_changes, preload_bulk_changes, BulkChangePages {
        BulkChangeListPage => BulkChangeList,
        BulkChangeDetailPage => BulkChangeDetail,
    }
    approvals, preload_approvals, ApprovalPages {
        ApprovalsPage => Approvals,
        ApprovalRulesPage => ApprovalRules,
    }
    import_form, preload_import_form, ImportFormPages {
        ImportFormPage => ImportForm,
    }
}

/// Loads the code of the pages that people work in all day, so that none has to be waited for.
async fn load_pages() {
    let _ = preload_lists().await;
    let _ = preload_ticket().await;
    let _ = preload_customer().await;
    let _ = preload_forms().await;
    let _ = preload_reports().await;
    load_palette().await;
    preload_contacts().await;
}

/// Stands where a page's code did not come: the server is out of reach, or serves a newer version of
/// the web app.
fn not_loaded() -> AnyView {
    let reload = move || {
        let _ = window().location().reload();
    };
    view! { <ErrorState error=ApiError::Offline on_retry=reload/> }.into_any()
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
    let (is_routing, set_is_routing) = signal(false);
    provide_context(Routing(is_routing));
    view! {
        <Offline/>
        // Shows itself when the way to a page takes long enough to be noticed.
        <div class="routing" class:is-routing=is_routing aria-hidden="true"></div>
        <Router set_is_routing>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn/>
                <Route path=path!("/first-password") view={Lazy::<FirstPasswordPage>::new()}/>
                <ParentRoute path=path!("") view=SignedIn>
                    <Route path=path!("/") view={Lazy::<HomePage>::new()}/>
                    <Route path=path!("/tickets") view={Lazy::<TicketListPage>::new()}/>
                    <Route path=path!("/tickets/new") view={Lazy::<TicketFormPage>::new()}/>
                    <Route path=path!("/tickets/:id") view={Lazy::<TicketDetailPage>::new()}/>
                    <Route path=path!("/customers") view={Lazy::<CustomerListPage>::new()}/>
                    <Route path=path!("/customers/new") view={Lazy::<CustomerFormPage>::new()}/>
                    <Route path=path!("/customers/:id") view={Lazy::<CustomerDetailPage>::new()}/>
                    <Route path=path!("/customers/:id/merge/:other?") view={Lazy::<MergeCustomersPage>::new()}/>
                    <Route path=path!("/reports") view={Lazy::<ReportsPage>::new()}/>
                    <Route path=path!("/approvals") view={Lazy::<ApprovalsPage>::new()}/>
                    <Route path=path!("/me") view={Lazy::<AccountPage>::new()}/>
                    <Administered/>
                    <Route path=path!("/imports") view={Lazy::<ImportListPage>::new()}/>
                    <Route path=path!("/imports/new") view={Lazy::<ImportFormPage>::new()}/>
                    <Route path=path!("/imports/:id") view={Lazy::<ImportDetailPage>::new()}/>
                    <Route path=path!("/bulk-changes") view={Lazy::<BulkChangeListPage>::new()}/>
                    <Route path=path!("/bulk-changes/:id") view={Lazy::<BulkChangeDetailPage>::new()}/>
                    <Route path=path!("/*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
        <Toaster/>
    }
}

/// The pages of the administration.
#[component(transparent)]
fn Administered() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/administration") view=Outlet>
            <Route path=path!("") view={Lazy::<AdministrationPage>::new()}/>
            <Route path=path!("users/:id?") view={Lazy::<UsersPage>::new()}/>
            <Route path=path!("roles/:id?") view={Lazy::<RolesPage>::new()}/>
            <Route path=path!("teams/:id?") view={Lazy::<TeamsPage>::new()}/>
            <Route path=path!("categories/:id?") view={Lazy::<CategoriesPage>::new()}/>
            <Route path=path!("ticket-types/:id?") view={Lazy::<TicketTypesPage>::new()}/>
            <Route path=path!("approval-rules/:id?") view={Lazy::<ApprovalRulesPage>::new()}/>
            <Route path=path!("channels/:id?") view={Lazy::<ChannelsPage>::new()}/>
            <Route path=path!("organisation") view={Lazy::<OrganisationPage>::new()}/>
            <Route path=path!("calendars") view={Lazy::<CalendarListPage>::new()}/>
            <Route path=path!("calendars/:id") view={Lazy::<CalendarEditorPage>::new()}/>
            <Route path=path!("clock-policies") view={Lazy::<ClockPoliciesPage>::new()}/>
        </ParentRoute>
    }
    .into_inner()
}

/// Everything behind the sign-in: the shell, or the way to the sign-in page and back.
#[component]
fn SignedIn() -> impl IntoView {
    let session = use_session();
    session.end_skeleton();
    let location = use_location();
    let navigate = use_navigate();
    effect(move || {
        let here = || {
            format!(
                "{}{}",
                location.pathname.get_untracked(),
                match location.search.get_untracked() {
                    search if search.is_empty() => search,
                    search => format!("?{}", search.trim_start_matches('?')),
                },
            )
        };
        let instead = match session.state() {
            SessionState::SignedOut => links::sign_in(Some(&here())),
            SessionState::SignedIn(me) if me.must_change_password => links::first_password(),
            _ => return,
        };
        navigate(
            &instead,
            leptos_router::NavigateOptions {
                replace: true,
                ..Default::default()
            },
        );
    });
    set_timeout(|| leptos::task::spawn_local(load_pages()), FIRST_PAGE);
    let is_signed_in =
        Memo::new(move |_| session.is_signed_in() && !session.must_change_password());
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

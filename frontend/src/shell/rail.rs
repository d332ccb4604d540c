//! The way to the places; on a telephone a bar at the bottom, with "new" in its middle.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use rapport_types::permissions::Permission;

use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::links;
use crate::session::use_session;

/// The rail.
#[component]
pub(super) fn Rail() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let may = move |right: Permission| Signal::derive(move || session.may(right));
    view! {
        <nav class="rail" aria-label=move || t_string!(i18n, frame.nav.label)>
            <a class="rail-mark" href=links::home() aria-label="Rapport">
                <Mark/>
                <span class="rail-label">"Rapport"</span>
            </a>
            <RailLink
                href=links::home()
                icon=IconName::Home
                label=Signal::derive(move || t_string!(i18n, frame.nav.home).to_owned())
            />
            <RailLink
                href=links::tickets(&[])
                icon=IconName::Ticket
                label=Signal::derive(move || t_string!(i18n, frame.nav.tickets).to_owned())
                visible=may(Permission::ViewTickets)
            />
            // On a narrow screen Home leads to this one, when something waits there.
            <RailLink
                href=links::approvals(false)
                icon=IconName::Stamp
                label=Signal::derive(move || t_string!(i18n, frame.nav.approvals).to_owned())
                visible=may(Permission::ViewTickets)
                wide_only=true
            />
            <RailLink
                href=links::new_ticket(None)
                icon=IconName::Plus
                label=Signal::derive(move || t_string!(i18n, frame.nav.new).to_owned())
                visible=may(Permission::WorkTickets)
                narrow_only=true
            />
            <RailLink
                href=links::customers(&[])
                icon=IconName::People
                label=Signal::derive(move || t_string!(i18n, frame.nav.customers).to_owned())
                visible=may(Permission::ViewCustomers)
            />
            <RailLink
                href=links::reports(&[])
                icon=IconName::Chart
                label=Signal::derive(move || t_string!(i18n, frame.nav.reports).to_owned())
                visible=may(Permission::ViewReports)
            />
            // The bottom bar has five places; there the menu of the person leads to this one.
            <RailLink
                href=links::administration()
                icon=IconName::Gear
                label=Signal::derive(move || t_string!(i18n, frame.nav.administration).to_owned())
                visible=Signal::derive(move || session.may_administer())
                wide_only=true
            />
        </nav>
    }
}

/// One place.
#[component]
fn RailLink(
    /// Where it leads.
    href: String,
    /// Its picture.
    icon: IconName,
    /// Its name.
    label: Signal<String>,
    /// Whether the reader may go there.
    #[prop(default = Signal::stored(true))]
    visible: Signal<bool>,
    /// Shown in the bottom bar only.
    #[prop(optional)]
    narrow_only: bool,
    /// Shown in the rail at the side only.
    #[prop(optional)]
    wide_only: bool,
) -> impl IntoView {
    let location = use_location();
    let own = href.clone();
    let here = Memo::new(move |_| {
        let path = location.pathname.get();
        match own.as_str() {
            "/" => path == "/",
            // The form for a new ticket has an entry of its own in the bottom bar.
            "/tickets" => path.starts_with("/tickets") && path != "/tickets/new",
            "/administration" => {
                path.starts_with("/administration") || path.starts_with("/imports")
            }
            own => {
                path == own
                    || path
                        .strip_prefix(own)
                        .is_some_and(|rest| rest.starts_with('/'))
            }
        }
    });
    view! {
        <Show when=move || visible.get()>
            <a
                class="rail-link"
                class:narrow-only=narrow_only
                class:wide-only=wide_only
                href=href.clone()
                title=label
                aria-current=move || here.get().then_some("page")
            >
                <Icon name=icon/>
                <span class="rail-label">{label}</span>
            </a>
        </Show>
    }
}

/// The product's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 2.500 21.500 12 12 21.500 2.500 12Z"></path>
            <path class="mark-inner" d="M12 8.200 15.800 12 12 15.800 8.200 12Z"></path>
        </svg>
    }
}

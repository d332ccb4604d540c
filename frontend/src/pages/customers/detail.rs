//! One customer: head, then timeline, tickets or profile, as the URL says.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_types::contacts::may_have_contacts;
use rapport_types::customers::CustomerView;
use rapport_types::ids::CustomerId;
use rapport_types::permissions::Permission;

use super::contacts_tab::{ContactsTab, use_contacts};
use super::header::Header;
use super::list::last_list;
use super::merge_notes::MergeNotes;
use super::profile::Profile;
use super::record::Record;
use super::tickets_tab::{TicketsTab, use_customer_tickets};
use super::timeline::Timeline;
use crate::api::query::{Query, use_query};
use crate::api::{self, Reply};
use crate::components::effect::effect;
use crate::components::keys::{Key, use_shown_keys};
use crate::components::states::{Loaded, Skeleton};
use crate::components::tabs::{Tab, Tabs};
use crate::i18n::*;
use crate::links;
use crate::pages::address::use_address;
use crate::pages::not_found::NotFound;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// One customer.
#[component]
pub fn CustomerDetail() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("id")
                .and_then(|id| id.parse::<CustomerId>().ok())
        })
    });
    move || match id.get() {
        Some(id) => view! { <CustomerPage id/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn CustomerPage(id: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let query = use_query(
        move || id,
        |id| async move { api::customers::customer(id).await },
    );
    // A customer that was merged is answered by the one that it became part of.
    let heir = Memo::new(move |_| {
        let found = query.with(|reply| reply.map(|reply| reply.value.customer.id));
        found.filter(|found| *found != id)
    });
    let replace = navigate.clone();
    effect(move || {
        if let Some(heir) = heir.get() {
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            replace(&links::customer(heir), options);
        }
    });
    use_place(move || {
        let name = query.with(|reply| reply.map(|it| it.value.customer.name.as_str().to_owned()));
        vec![
            Crumb::link(t_string!(i18n, customers.title), last_list()),
            Crumb::here(name.unwrap_or_else(|| "…".to_owned())),
        ]
    });
    use_shown_keys(&[Key::Escape], move |key| {
        let back = key == Key::Escape;
        if back {
            navigate(&last_list(), Default::default());
        }
        back
    });
    let skeleton = || {
        view! {
            <div class="customer-head"><Skeleton lines=3/></div>
            <Skeleton lines=8/>
        }
    };
    view! {
        <Loaded query skeleton let:value>
            <Content id query value/>
        </Loaded>
    }
}

#[component]
fn Content(
    id: CustomerId,
    query: Query<Reply<CustomerView>>,
    value: Signal<Reply<CustomerView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let record = Record::new(id, query, value);
    let address = use_address(links::customer(id));
    let sees_tickets = Memo::new(move |_| session.may(Permission::ViewTickets));
    let tickets = use_customer_tickets(id, address, sees_tickets);
    let kind = Memo::new(move |_| record.with(|customer| customer.kind));
    let contacts = use_contacts(id, kind);
    let round = RwSignal::new(0_u32);
    let undone = move || {
        tickets.reload();
        contacts.reload();
        round.update(|round| *round += 1);
    };
    let tab = Memo::new(
        move |_| match (address.get("tab").as_str(), sees_tickets.get()) {
            ("contacts", _) => "contacts",
            ("profile", _) | (_, false) => "profile",
            ("tickets", true) => "tickets",
            (_, true) => "timeline",
        },
    );
    let tabs = Signal::derive(move || {
        let item = |key, label: &str, count| Tab {
            key,
            label: label.to_owned(),
            href: links::customer_tab(id, key),
            count,
        };
        let count = tickets.with(|page| page.and_then(|page| page.total).map(|total| total.count));
        let mut tabs = Vec::new();
        if sees_tickets.get() {
            tabs.push(item(
                "timeline",
                t_string!(i18n, customers.tab.timeline),
                None,
            ));
            tabs.push(item(
                "tickets",
                t_string!(i18n, customers.tab.tickets),
                count,
            ));
        }
        let linked = contacts.with(|rows| rows.map(|rows| rows.len() as u64));
        if may_have_contacts(kind.get()) {
            tabs.push(item(
                "contacts",
                t_string!(i18n, customers.contact.tab),
                linked,
            ));
        } else if linked > Some(0) || tab.get() == "contacts" {
            // Most people speak for nobody but themselves.
            tabs.push(item(
                "contacts",
                t_string!(i18n, customers.contact.tab_of),
                linked,
            ));
        }
        tabs.push(item(
            "profile",
            t_string!(i18n, customers.tab.profile),
            None,
        ));
        tabs
    });
    view! {
        <Header record/>
        <MergeNotes record on_undone=undone/>
        <Tabs
            label=Signal::derive(move || t_string!(i18n, customers.tab.label).to_owned())
            current=Signal::derive(move || tab.get().to_owned())
            items=tabs
        />
        <div class="customer-tab">
            {move || {
                // What belongs to another customer again is loaded anew.
                round.track();
                match tab.get() {
                "timeline" => view! { <Timeline id address/> }.into_any(),
                "tickets" => view! { <TicketsTab id tickets address/> }.into_any(),
                "contacts" => view! { <ContactsTab id kind contacts/> }.into_any(),
                _ => view! { <Profile record/> }.into_any(),
            }}}
        </div>
    }
}

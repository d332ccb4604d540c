//! One ticket: the conversation, the answer, and beside them the customer, clocks and rating. On a
//! narrow screen one of the two stands in front, as the URL says.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use rapport_types::ids::TicketId;

use super::change_notice::ChangeNotice;
use super::clocks_panel::ClocksPanel;
use super::composer::Composer;
use super::customer_panel::CustomerPanel;
use super::header::Header;
use super::list_url::last_list;
use super::open_ticket::provide_open_ticket;
use super::satisfaction::SatisfactionPanel;
use super::thread::Thread;
use crate::api;
use crate::api::Reply;
use crate::api::query::{Query, use_query};
use crate::components::icon::{Icon, IconName};
use crate::components::keys::{Key, use_shown_keys};
use crate::components::states::{Loaded, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::approvals::TicketApprovals;
use crate::pages::not_found::NotFound;
use crate::shell::{Crumb, use_place};
use rapport_types::tickets::TicketView;

/// One ticket.
#[component]
pub fn TicketDetail() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id")?.parse::<TicketId>().ok());
    // Another ticket is another page: nothing of the one before stays.
    move || match id.get() {
        Some(id) => view! { <TicketOf id/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn TicketOf(id: TicketId) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let ticket = use_query(
        move || id,
        |id| async move { api::tickets::ticket(id).await },
    );
    use_place(move || {
        let number = ticket.with(|reply| reply.map(|reply| reply.value.ticket.number));
        vec![
            Crumb::link(t_string!(i18n, tickets.title), last_list()),
            Crumb::here(number.map_or_else(|| "…".to_owned(), |number| format!("T-{number}"))),
        ]
    });
    use_shown_keys(&[Key::Escape], move |key| {
        if key == Key::Escape {
            navigate(&last_list(), leptos_router::NavigateOptions::default());
        }
        key == Key::Escape
    });
    view! {
        <Loaded query=ticket skeleton=|| view! { <TicketSkeleton/> } let:reply>
            <Panes id ticket reply/>
        </Loaded>
    }
}

/// The shape of a ticket in grey.
#[component]
fn TicketSkeleton() -> impl IntoView {
    view! {
        <div class="ticket ticket-skeleton">
            <div class="ticket-head"><Skeleton lines=2/></div>
            <div class="ticket-main"><Skeleton lines=8/></div>
            <div class="ticket-side"><Skeleton lines=6/></div>
        </div>
    }
}

#[component]
fn Panes(
    id: TicketId,
    ticket: Query<Reply<TicketView>>,
    reply: Signal<Reply<TicketView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = provide_open_ticket(id, ticket, reply);
    let query = use_query_map();
    let facts_in_front =
        Memo::new(move |_| query.read().get("pane").is_some_and(|pane| pane == "facts"));
    view! {
        <article class="ticket" class:facts-in-front=facts_in_front data-testid="ticket">
            <Header/>
            <div class="ticket-main">
                <ChangeNotice/>
                <a class="pane-switch narrow-only-block" href=links::ticket_facts(id)>
                    <span>{t!(i18n, tickets.facts_pane)}</span>
                    <Icon name=IconName::ChevronRight/>
                </a>
                <Thread/>
                <Composer/>
            </div>
            <aside class="ticket-side" aria-label=move || t_string!(i18n, tickets.facts_pane)>
                <a class="pane-switch narrow-only-block" href=links::ticket(id)>
                    <Icon name=IconName::ArrowLeft/>
                    <span>{t!(i18n, tickets.thread_pane)}</span>
                </a>
                <ClocksPanel/>
                <TicketApprovals
                    id
                    version=Signal::derive(move || open.ticket.read().version)
                    on_step=Callback::new(move |()| open.reload())
                />
                <SatisfactionPanel/>
                <CustomerPanel/>
            </aside>
        </article>
    }
}

//! One entry of the palette.

use leptos::prelude::*;

use super::hits::Hit;
use super::names::{name, picture};
use crate::components::badge::StatusBadge;
use crate::components::commands::Command;
use crate::components::icon::{Icon, IconName};
use crate::components::keyboard::keys_of;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The id of the entry at a place.
pub(super) fn hit_id(at: usize) -> String {
    format!("hit-{at}")
}

/// One entry: a link when it leads somewhere, so that it can be opened beside as well.
#[component]
pub(super) fn HitRow(
    hit: Hit,
    /// Its place.
    at: usize,
    /// The place of the marked one.
    cursor: RwSignal<usize>,
    /// Whether what the server found answers an earlier question.
    is_old: Signal<bool>,
    /// Told of a click; the browser follows a link by itself.
    on_click: Callback<Hit>,
) -> impl IntoView {
    let href = hit.href();
    let testid = match &hit {
        Hit::Visit(_) => "palette-visit",
        Hit::Command(_) => "palette-command",
        Hit::Customer(_) => "search-customer",
        Hit::Ticket(_) => "search-ticket",
        Hit::AllCustomers(_) | Hit::AllTickets(_) => "search-all",
    };
    let content = content(&hit);
    let is_found = hit.is_found();
    let is_old = move || is_found && is_old.get();
    let is_here = move || cursor.get() == at;
    let selected = move || if is_here() { "true" } else { "false" };
    let point = move |_: web_sys::MouseEvent| {
        if cursor.get_untracked() != at {
            cursor.set(at);
        }
    };
    match href {
        Some(href) => view! {
            <a
                id=hit_id(at)
                class="search-hit"
                class:is-active=is_here
                class:is-old=is_old
                data-testid=testid
                role="option"
                tabindex="-1"
                aria-selected=selected
                href=href
                on:click=move |_| on_click.run(hit.clone())
                on:mousemove=point
            >
                {content}
            </a>
        }
        .into_any(),
        None => view! {
            <div
                id=hit_id(at)
                class="search-hit"
                class:is-active=is_here
                data-testid=testid
                role="option"
                aria-selected=selected
                on:click=move |_| on_click.run(hit.clone())
                on:mousemove=point
            >
                {content}
            </div>
        }
        .into_any(),
    }
}

fn content(hit: &Hit) -> AnyView {
    let i18n = use_i18n();
    match hit {
        Hit::Visit(visit) => {
            let icon = if visit.number.starts_with('T') {
                IconName::Ticket
            } else {
                IconName::Person
            };
            view! {
                <Icon name=icon/>
                <span class="hit-main">{visit.name.clone()}</span>
                <span class="hit-side quiet">{visit.number.clone()}</span>
            }
            .into_any()
        }
        Hit::Command(command) => command_content(*command),
        Hit::Customer(customer) => view! {
            <Icon name=IconName::Person/>
            <span class="hit-main">{customer.name.as_str().to_owned()}</span>
            <span class="hit-side quiet">{format!("C-{}", customer.number)}</span>
        }
        .into_any(),
        Hit::Ticket(ticket) => {
            let customer = ticket
                .customer
                .as_ref()
                .map(|it| it.name.as_str().to_owned());
            view! {
                <Icon name=IconName::Ticket/>
                <span class="hit-main">{ticket.subject.as_str().to_owned()}</span>
                <span class="hit-side quiet wide-only">{customer}</span>
                <StatusBadge status=ticket.status/>
                <span class="hit-side quiet">{format!("T-{}", ticket.number)}</span>
            }
            .into_any()
        }
        Hit::AllCustomers(_) => view! {
            <Icon name=IconName::ChevronRight/>
            <span class="hit-main">{t!(i18n, palette.all_customers)}</span>
        }
        .into_any(),
        Hit::AllTickets(_) => view! {
            <Icon name=IconName::ChevronRight/>
            <span class="hit-main">{t!(i18n, palette.all_tickets)}</span>
        }
        .into_any(),
    }
}

fn command_content(command: Command) -> AnyView {
    let preferences = use_preferences();
    view! {
        <Icon name=picture(command)/>
        <span class="hit-main">{move || name(command, preferences.locale())}</span>
        {keys_of(command).map(|keys| view! { <KeyCaps keys/> })}
    }
    .into_any()
}

/// The keys of a sequence, each as a cap.
#[component]
pub(super) fn KeyCaps(
    /// As the table of keys has them.
    keys: &'static str,
) -> impl IntoView {
    let cap = |key: &'static str| view! { <kbd class="key-hint">{key}</kbd> };
    view! { <span class="key-caps">{keys.split(' ').map(cap).collect_view()}</span> }
}

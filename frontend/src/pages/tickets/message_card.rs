//! One message, and the description with which it all began.

use leptos::prelude::*;
use rapport_types::tickets::{Author, Message, Visibility};

use super::open_ticket::{OpenTicket, use_open_ticket};
use crate::components::avatar::Avatar;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::i18n::*;

/// The name of the ticket's customer; none when anonymous.
fn customer_name(open: OpenTicket) -> Option<String> {
    open.names
        .with(|names| Some(names.as_ref()?.customer.as_ref()?.name.as_str().to_owned()))
}

/// One message.
#[component]
pub(super) fn MessageCard(message: Message) -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let author = message.author;
    let is_note = message.visibility == Visibility::Internal;
    let name = Signal::derive(move || match author {
        Author::Staff(Some(id)) => open.user_name(id),
        Author::Staff(None) => t_string!(i18n, tickets.staff).to_owned(),
        Author::Customer(_) => {
            customer_name(open).unwrap_or_else(|| t_string!(i18n, tickets.anonymous).to_owned())
        }
        Author::System => t_string!(i18n, tickets.system).to_owned(),
    });
    let class = match author {
        _ if is_note => "message message-note",
        Author::Customer(_) => "message message-customer",
        Author::Staff(_) => "message message-staff",
        Author::System => "message message-system",
    };
    let role = move || match author {
        _ if is_note => t_string!(i18n, tickets.compose.note),
        Author::Customer(_) => t_string!(i18n, tickets.field.customer),
        Author::Staff(_) => t_string!(i18n, tickets.staff),
        Author::System => t_string!(i18n, tickets.system),
    };
    let testid = if is_note { "note" } else { "message" };
    view! {
        <li class=class data-testid=testid>
            <header class="message-head">
                {move || view! { <Avatar name=name.get()/> }}
                <strong>{name}</strong>
                <span class="message-role">
                    {is_note.then(|| view! { <Icon name=IconName::Lock/> })}
                    {role}
                </span>
                <span class="message-time"><Instant at=Some(message.sent_at)/></span>
            </header>
            <div class="message-body">{message.body.as_str().to_owned()}</div>
        </li>
    }
}

/// What the ticket is about, in full; nothing when nobody wrote it.
#[component]
pub(super) fn Description() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let text = Memo::new(move |_| {
        open.ticket
            .with(|ticket| ticket.description.as_ref().map(|it| it.as_str().to_owned()))
    });
    let at = Signal::derive(move || Some(open.ticket.read().opened_at));
    let name = Signal::derive(move || {
        customer_name(open).unwrap_or_else(|| t_string!(i18n, tickets.anonymous).to_owned())
    });
    move || {
        text.get().map(|text| {
            view! {
                <article class="message message-customer message-first">
                    <header class="message-head">
                        {move || view! { <Avatar name=name.get()/> }}
                        <strong>{name}</strong>
                        <span class="message-role">{t!(i18n, tickets.field.description)}</span>
                        <span class="message-time"><Instant at/></span>
                    </header>
                    <div class="message-body">{text}</div>
                </article>
            }
        })
    }
}

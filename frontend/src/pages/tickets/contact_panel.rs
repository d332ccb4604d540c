//! Who asks for the organisation: the ticket's contact, how to reach it, and the choice of another.

use leptos::prelude::*;
use rapport_types::contacts::ContactSummary;
use rapport_types::ids::CustomerId;
use rapport_types::patch::Patch;
use rapport_types::tickets::TicketPatch;

use super::contact_words::choice;
use super::facts::Fact;
use super::open_ticket::use_open_ticket;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::api::tickets::Change;
use crate::components::copy_text::CopyText;
use crate::components::icon::{Icon, IconName};
use crate::components::select::Choice;
use crate::components::states::ErrorState;
use crate::i18n::*;

/// The choice that stands for nobody.
const NONE: &str = "none";

/// The contact, where the reader sees the organisation.
#[component]
pub(super) fn ContactBlock(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let contacts: Query<Vec<ContactSummary>> = use_query(
        move || customer,
        |id| async move { api::contacts::of_organisation(id).await },
    );
    let chosen = Memo::new(move |_| open.ticket.read().contact_id);
    let named = Memo::new(move |_| {
        let id = chosen.get()?;
        let contact = contacts.with(|rows| rows?.iter().find(|row| row.person.id == id).cloned());
        let name = match &contact {
            Some(contact) => contact.person.name.as_str().to_owned(),
            // Who no longer speaks for the customer is still named by the ticket.
            None => open.names.with(|names| {
                let known = names.as_ref()?.contact.as_ref()?;
                (known.id == id).then(|| known.name.as_str().to_owned())
            })?,
        };
        Some((name, contact))
    });
    let options = Signal::derive(move || {
        let mut all = vec![Choice::new(NONE, t_string!(i18n, tickets.contact_none))];
        all.extend(
            contacts.with(|rows| rows.into_iter().flatten().map(choice).collect::<Vec<_>>()),
        );
        all
    });
    let ways = move || {
        let reach = named.get()?.1?.reach?;
        let phones = reach
            .phones
            .iter()
            .map(|phone| (IconName::Phone, phone.as_str().to_owned()));
        let emails = reach
            .emails
            .iter()
            .map(|email| (IconName::Mail, email.as_str().to_owned()));
        let ways = phones
            .chain(emails)
            .map(|(icon, text)| view! { <li><Icon name=icon/><CopyText text/></li> });
        Some(view! { <ul class="reach">{ways.collect_view()}</ul> })
    };
    let is_shown = Memo::new(move |_| {
        chosen.get().is_some() || contacts.with(|rows| rows.is_some_and(|rows| !rows.is_empty()))
    });
    view! {
        {move || contacts.error().map(|error| view! {
            <ErrorState error on_retry=move || contacts.reload()/>
        })}
        <Show when=move || is_shown.get()>
            <div class="side-contact" data-testid="ticket-contact-block">
                <Fact
                    name=Signal::derive(move || t_string!(i18n, tickets.field.contact).to_owned())
                    value=Signal::derive(move || match (named.get(), chosen.get()) {
                        (Some((name, _)), _) => name,
                        (None, Some(_)) => "…".to_owned(),
                        (None, None) => t_string!(i18n, tickets.contact_none).to_owned(),
                    })
                    options
                    chosen=Signal::derive(move || {
                        vec![chosen.get().map_or_else(|| NONE.to_owned(), |id| id.to_string())]
                    })
                    on_pick=move |value: String| {
                        let contact_id = Patch::from_option(value.parse::<CustomerId>().ok());
                        open.apply(Change::Facts(TicketPatch { contact_id, ..Default::default() }));
                    }
                    testid="contact"
                />
                {ways}
            </div>
        </Show>
    }
}

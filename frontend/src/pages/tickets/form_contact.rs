//! Who asks for an organisation with a new ticket: one of its contacts.

use leptos::prelude::*;
use rapport_types::contacts::ContactSummary;
use rapport_types::ids::CustomerId;

use super::contact_words::choice;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::combobox::Combobox;
use crate::i18n::*;

/// The choice of a contact; not there while the customer has none.
#[component]
pub(super) fn ContactField(
    /// The id of the chosen customer.
    customer: RwSignal<Option<String>>,
    /// The id of the chosen person.
    value: RwSignal<Option<String>>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let of = Memo::new(move |_| customer.get()?.parse::<CustomerId>().ok());
    let contacts: Query<Vec<ContactSummary>> = use_query(
        move || of.get(),
        |of| async move {
            match of {
                Some(id) => api::contacts::of_organisation(id).await,
                None => Ok(Vec::new()),
            }
        },
    );
    // Another customer has other contacts.
    Effect::new(move |before: Option<Option<CustomerId>>| {
        let now = of.get();
        if before.flatten().is_some_and(|before| Some(before) != now) {
            value.set(None);
        }
        now
    });
    // Those of the customer that is chosen now.
    let own = Memo::new(move |_| {
        let of = of.get();
        contacts.with(|rows| {
            let rows = rows.into_iter().flatten();
            rows.filter(|row| Some(row.customer.id) == of)
                .map(choice)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || own.with(|choices| !choices.is_empty())>
            <Combobox
                label=Signal::derive(move || t_string!(i18n, tickets.field.contact).to_owned())
                value
                options=own
                placeholder=Signal::derive(move || t_string!(i18n, tickets.contact_none).to_owned())
                error
                testid="ticket-contact"
            />
        </Show>
    }
}

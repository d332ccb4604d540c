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
    let contacts: Query<(Option<CustomerId>, Vec<ContactSummary>)> = use_query(
        move || of.get(),
        |of| async move {
            let rows = match of {
                Some(id) => api::contacts::of_organisation(id).await?,
                None => Vec::new(),
            };
            Ok((of, rows))
        },
    );
    // Those of the customer that is chosen now.
    let own = Memo::new(move |_| {
        contacts.with(|loaded| {
            let (whose, rows) = loaded?;
            (*whose == of.get()).then(|| rows.clone())
        })
    });
    // Another customer has other contacts.
    Effect::new(move |_| {
        let Some(rows) = own.get() else { return };
        let is_one = value.with_untracked(|value| {
            value
                .as_ref()
                .is_none_or(|value| rows.iter().any(|row| row.person.id.to_string() == *value))
        });
        if !is_one {
            value.set(None);
        }
    });
    let options = Signal::derive(move || {
        own.with(|rows| rows.iter().flatten().map(choice).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || own.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty()))>
            <Combobox
                label=Signal::derive(move || t_string!(i18n, tickets.field.contact).to_owned())
                value
                options
                placeholder=Signal::derive(move || t_string!(i18n, tickets.contact_none).to_owned())
                error
                testid="ticket-contact"
            />
        </Show>
    }
}

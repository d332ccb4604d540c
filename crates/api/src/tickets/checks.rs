//! Whether what a ticket names exists and is in use.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::error::StoreError;
use rapport_persistence::scope::Scope;
use rapport_persistence::writes::Writer;
use rapport_persistence::{contacts, customers};
use rapport_types::customers::Customer;
use rapport_types::ids::{CategoryId, CustomerId, TeamId};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::records::ExternalId;
use rapport_types::text::Code;
use rapport_types::tickets::{NewTicket, Ticket};

use super::fields;
use crate::customers::{channel_fault, user_fault};
use crate::error::ApiError;

/// A ticket has at most 20 keys in other systems.
pub(super) fn external_ids(ids: Option<&Vec<ExternalId>>) -> Vec<Fault> {
    let too_many = ids.is_some_and(|ids| ids.len() > 20);
    too_many
        .then(|| Fault::at("/external_ids", FieldCode::TooMany))
        .into_iter()
        .collect()
}

/// A record that the body names: unknown is a fault of that member, not a 404.
pub(super) fn known<T>(pointer: &str, found: Result<T, StoreError>) -> Result<T, ApiError> {
    found.map_err(|error| match error {
        StoreError::NotFound => Fault::at(pointer, FieldCode::UnknownRecord).into(),
        other => other.into(),
    })
}

/// The customers and contacts that tickets name, held until the end of the transaction.
pub(super) struct Asking {
    /// Those of the customers that the caller sees.
    customers: HashMap<CustomerId, Customer>,
    /// Contacts by the organisation that they speak for and themselves.
    contacts: HashMap<(CustomerId, CustomerId), Customer>,
}

impl Asking {
    /// Loads them; each of the two takes one statement, or none.
    pub(super) async fn load(
        writer: &Writer,
        scope: &Scope,
        customers: &[CustomerId],
        contacts: &[CustomerId],
    ) -> Result<Self, ApiError> {
        // Persons before organisations: see `contacts` in persistence.
        let contacts = contacts::find_persons_locked(writer, contacts).await?;
        let customers = customers::find_all_locked(writer, scope, customers).await?;
        let by_link =
            |(organisation, person): (CustomerId, Customer)| ((organisation, person.id), person);
        Ok(Self {
            customers: customers
                .into_iter()
                .map(|found| (found.id, found))
                .collect(),
            contacts: contacts.into_iter().map(by_link).collect(),
        })
    }

    /// A ticket's customer and those in its fields are ones that the caller sees, and its contact
    /// speaks for it. What an edit leaves as it was is not asked again.
    pub(super) fn check(
        &self,
        before: Option<&Ticket>,
        after: &Ticket,
        configuration: &Configuration,
    ) -> Result<(), ApiError> {
        let is_known = |customer: CustomerId| self.customers.contains_key(&customer);
        refuse(fields::unknown_customers(
            before,
            after,
            configuration,
            is_known,
        ))?;
        let asks = |ticket: &Ticket| (ticket.customer_id, ticket.contact_id);
        let (old_customer, old_contact) = before.map(asks).unwrap_or_default();
        let (customer, contact) = asks(after);
        if let Some(person) = contact
            && (customer, contact) != (old_customer, old_contact)
            && !customer.is_some_and(|of| self.contacts.contains_key(&(of, person)))
        {
            return Err(Fault::at("/contact_id", FieldCode::NotAContact).into());
        }
        match customer {
            Some(id) if customer != old_customer && !self.customers.contains_key(&id) => {
                Err(Fault::at("/customer_id", FieldCode::UnknownRecord).into())
            }
            _ => Ok(()),
        }
    }

    /// The customer and the contact of a ticket that was checked.
    pub(super) fn of(&self, ticket: &Ticket) -> Vec<Customer> {
        let customer = ticket.customer_id.and_then(|id| self.customers.get(&id));
        let link = ticket.customer_id.zip(ticket.contact_id);
        let contact = link.and_then(|link| self.contacts.get(&link));
        customer.into_iter().chain(contact).cloned().collect()
    }
}

/// What a new ticket names exists and is in use.
pub(super) fn new_ticket(
    new: &NewTicket,
    configuration: &Configuration,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    let mut faults: Vec<Fault> = [
        new.type_code
            .as_ref()
            .and_then(|code| type_fault(code, configuration)),
        new.channel
            .as_ref()
            .and_then(|code| channel_fault("/channel", code, configuration)),
        new.category_id
            .and_then(|id| category_fault(id, configuration)),
        new.team_id.and_then(|id| team_fault(id, configuration)),
        new.assignee_id
            .and_then(|id| user_fault("/assignee_id", id, configuration)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if new.opened_at.is_some_and(|at| at > now) {
        faults.push(Fault::at("/opened_at", FieldCode::InFuture));
    }
    refuse(faults)
}

/// What an edit names exists and is in use; what it leaves as it was is not asked again.
pub(super) fn changed_ticket(
    before: &Ticket,
    after: &Ticket,
    configuration: &Configuration,
) -> Result<(), ApiError> {
    let mut faults = Vec::new();
    if before.type_code != after.type_code {
        faults.extend(type_fault(&after.type_code, configuration));
    }
    if before.channel != after.channel {
        faults.extend(channel_fault("/channel", &after.channel, configuration));
    }
    faults.extend(fields::faults(Some(before), after, configuration));
    if before.category_id != after.category_id {
        faults.extend(
            after
                .category_id
                .and_then(|id| category_fault(id, configuration)),
        );
    }
    refuse(faults)
}

/// Refuses when there are faults.
pub(super) fn refuse(faults: Vec<Fault>) -> Result<(), ApiError> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(faults))
    }
}

/// Why a team cannot take a ticket. Any team in use can, also one outside the caller's scope:
/// passing a case on is what intake is for.
pub(super) fn team_fault(id: TeamId, configuration: &Configuration) -> Option<Fault> {
    match configuration.teams.get(&id) {
        None => Some(Fault::at("/team_id", FieldCode::UnknownRecord)),
        Some(team) if !team.active => Some(Fault::at("/team_id", FieldCode::Inactive)),
        Some(_) => None,
    }
}

fn type_fault(code: &Code, configuration: &Configuration) -> Option<Fault> {
    match configuration.ticket_types.get(code) {
        None => Some(Fault::at("/type", FieldCode::UnknownCode)),
        Some(kind) if !kind.active => Some(Fault::at("/type", FieldCode::Inactive)),
        Some(_) => None,
    }
}

fn category_fault(id: CategoryId, configuration: &Configuration) -> Option<Fault> {
    match configuration.categories.get(&id) {
        None => Some(Fault::at("/category_id", FieldCode::UnknownRecord)),
        Some(category) if !category.active => Some(Fault::at("/category_id", FieldCode::Inactive)),
        Some(_) => None,
    }
}

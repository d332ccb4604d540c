//! Whether what a ticket names exists and is in use.

use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::contacts;
use rapport_persistence::error::StoreError;
use rapport_persistence::writes::Writer;
use rapport_types::customers::Customer;
use rapport_types::ids::{CategoryId, TeamId};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::records::ExternalId;
use rapport_types::text::Code;
use rapport_types::tickets::{NewTicket, Ticket};

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

/// The contact that a ticket names, held until the end of the transaction: it speaks for the
/// ticket's customer.
pub(super) async fn contact(
    writer: &Writer,
    ticket: &Ticket,
) -> Result<Option<Customer>, ApiError> {
    let Some(person) = ticket.contact_id else {
        return Ok(None);
    };
    let found = match ticket.customer_id {
        Some(customer) => contacts::find_person_locked(writer, customer, person).await?,
        None => None,
    };
    if found.is_none() {
        return Err(Fault::at("/contact_id", FieldCode::NotAContact).into());
    }
    Ok(found)
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

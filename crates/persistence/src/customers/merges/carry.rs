//! Carrying out a merge that was decided.

use rapport_types::customers::{Customer, MergeMember};
use rapport_types::ids::{CustomerId, CustomerMergeId, TicketEventId, TicketId};
use rapport_types::records::Entity;
use rapport_types::text::{Code, LongText};
use rapport_types::ticket_types::FieldValue;
use rapport_types::tickets::{EventKind, Ticket, TicketEvent};
use sea_orm::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use serde_json::json;

use super::{MovedTicket, Traces, contacts};
use crate::contacts::organisations_of_locked;
use crate::customers::{index_customers, update};
use crate::entities::{customer_merge, customer_value};
use crate::error::StoreError;
use crate::external_ids;
use crate::scope::Scope;
use crate::tickets::{self, LoadedTicket};
use crate::values::json_text;
use crate::writes::{Writer, json as to_json};

/// Carries out a merge that was decided: `merged` is what the rules made of `survivor` and `other`,
/// both of which the transaction holds. Gives the survivor as it is then.
///
/// # Errors
/// What the database says.
pub async fn merge(
    writer: &mut Writer,
    id: CustomerMergeId,
    (survivor, other): (&Customer, &Customer),
    mut merged: Customer,
    take: &[MergeMember],
    new_event: impl Fn() -> TicketEventId,
) -> Result<Customer, StoreError> {
    // Before any ticket is held.
    organisations_of_locked(writer, &[survivor.id, other.id]).await?;
    // A key names one customer at a time, so it is let go before it is taken.
    external_ids::delete(writer, Entity::Customer, other.id.uuid()).await?;
    update(writer, survivor, &mut merged).await?;
    let tickets = move_tickets(writer, other.id, survivor.id, &new_event).await?;
    let contacts = contacts::move_all(writer, other, &merged).await?;
    let of_other = Condition::all().add(Expr::col("customer_id").eq(other.id.uuid()));
    writer
        .delete_parts::<customer_value::Entity>(of_other)
        .await?;
    writer.index(Entity::Customer, other.number, None, true);
    writer.delete_into(other, &merged).await?;
    index_customers(writer, &[&merged]).await?;
    let row = customer_merge::ActiveModel {
        id: Set(id.uuid()),
        survivor_id: Set(survivor.id.uuid()),
        other_id: Set(other.id.uuid()),
        other_number: Set(other.number),
        other_name: Set(other.name.as_str().to_owned()),
        take: Set(json_text(&take)),
        ticket_count: Set(i64::try_from(tickets.len()).unwrap_or(i64::MAX)),
        traces: Set(Some(to_json(&Traces {
            before: survivor.clone(),
            merged: merged.clone(),
            other: other.clone(),
            tickets,
            contacts,
        })?)),
        merged_at: Set(writer.now().timestamp_micros()),
        merged_by: Set(writer.actor().user().map(|id| id.uuid())),
        undone_at: Set(None),
        undone_by: Set(None),
    };
    writer.insert_parts(vec![row]).await?;
    Ok(merged)
}

async fn move_tickets(
    writer: &mut Writer,
    from: CustomerId,
    to: CustomerId,
    new_event: &impl Fn() -> TicketEventId,
) -> Result<Vec<MovedTicket>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT id FROM tickets WHERE customer_id = ")
        .bind(from.uuid())
        .push(" OR contact_id = ")
        .bind(from.uuid())
        .push(" OR id IN (SELECT ticket_id FROM ticket_values WHERE record = ")
        .bind(from.uuid())
        .push(") ORDER BY number")
        .push(writer.row_lock());
    let mut moves = Vec::new();
    for row in sql.rows(writer.connection()).await? {
        let id = TicketId::from_uuid(row.try_get("", "id")?);
        let before = get_ticket(writer, id).await?;
        let mut ticket = before.ticket.clone();
        let moved = MovedTicket {
            id,
            customer: ticket.customer_id == Some(from),
            contact: ticket.contact_id == Some(from),
            fields: rename_in_fields(&mut ticket, None, from, to),
        };
        if moved.customer {
            ticket.customer_id = Some(to);
        }
        if moved.contact {
            ticket.contact_id = Some(to);
        }
        hand_over(writer, &before, ticket, new_event).await?;
        moves.push(moved);
    }
    Ok(moves)
}

/// Puts one customer in place of another in the fields of a ticket that name it, in those of
/// `among` when given; says in which.
pub(super) fn rename_in_fields(
    ticket: &mut Ticket,
    among: Option<&[Code]>,
    from: CustomerId,
    to: CustomerId,
) -> Vec<Code> {
    let Ok(name) = LongText::try_from(to.to_string()) else {
        return Vec::new();
    };
    let mut renamed = Vec::new();
    for (code, value) in &mut ticket.fields {
        let is_meant = among.is_none_or(|among| among.contains(code));
        if is_meant && value.as_customer() == Some(from) {
            *value = FieldValue::Text(name.clone());
            renamed.push(code.clone());
        }
    }
    renamed
}

/// A ticket, whoever may see it, held until the end of the transaction.
#[allow(
    clippy::disallowed_methods,
    reason = "a ticket goes with its customer, whoever sees it"
)]
pub(super) async fn get_ticket(
    writer: &mut Writer,
    id: TicketId,
) -> Result<LoadedTicket, StoreError> {
    tickets::get_locked(writer, &Scope::system(), id).await
}

/// Gives a ticket to another customer and tells its history; its clocks go on as they were.
pub(super) async fn hand_over(
    writer: &mut Writer,
    before: &LoadedTicket,
    mut after: Ticket,
    new_event: &impl Fn() -> TicketEventId,
) -> Result<(), StoreError> {
    let old = &before.ticket;
    let (mut was, mut is) = (serde_json::Map::new(), serde_json::Map::new());
    for (name, from, to) in [
        ("customer_id", old.customer_id, after.customer_id),
        ("contact_id", old.contact_id, after.contact_id),
    ] {
        if from != to {
            was.insert(name.to_owned(), json!(from));
            is.insert(name.to_owned(), json!(to));
        }
    }
    let (mut own_was, mut own_is) = (serde_json::Map::new(), serde_json::Map::new());
    for (code, value) in &after.fields {
        let before = old.fields.get(code);
        if before != Some(value) {
            own_was.insert(code.to_string(), json!(before));
            own_is.insert(code.to_string(), json!(value));
        }
    }
    if !own_is.is_empty() {
        was.insert("fields".to_owned(), own_was.into());
        is.insert("fields".to_owned(), own_is.into());
    }
    if is.is_empty() {
        return Ok(());
    }
    let event = TicketEvent {
        id: new_event(),
        ticket_id: old.id,
        at: writer.now(),
        actor: writer.actor(),
        kind: EventKind::Edited,
        before: Some(was.into()),
        after: Some(is.into()),
        reason: None,
    };
    tickets::update(writer, before, &mut after, &before.clocks, &[event]).await
}

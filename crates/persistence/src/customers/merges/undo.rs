//! Undoing a merge: the survivor gives back what came with the other one, which returns.

use std::collections::HashSet;

use rapport_types::customers::{Customer, parted, restored};
use rapport_types::ids::TicketEventId;
use rapport_types::records::Entity;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};

use super::{StoredMerge, Traces, carry, contacts};
use crate::contacts::organisations_of_locked;
use crate::customers::{index_customers, insert_all, update};
use crate::entities::customer_merge::{self, Column};
use crate::error::StoreError;
use crate::external_ids;
use crate::writes::{Writer, from_json};

/// Undoes a merge that may be undone and whose survivor the transaction holds. Gives the survivor
/// and the customer that is back; nothing when what it needs is gone.
///
/// # Errors
/// What the database says.
pub async fn undo(
    writer: &mut Writer,
    merge: &StoredMerge,
    survivor: &Customer,
    new_event: impl Fn() -> TicketEventId,
) -> Result<Option<(Customer, Customer)>, StoreError> {
    let Some(traces) = &merge.traces else {
        return Ok(None);
    };
    let traces: Traces = from_json(traces)?;
    // Before any ticket is held.
    organisations_of_locked(writer, &[survivor.id]).await?;
    let mut after = parted(survivor, &traces.before, &traces.merged);
    update(writer, survivor, &mut after).await?;
    let held = external_ids::holders(writer, Entity::Customer, &traces.other.external_ids).await?;
    let held: HashSet<_> = held.into_iter().map(|(key, _)| key).collect();
    let back = restored(&traces.other, |key| !held.contains(key), writer.now());
    insert_all(writer, std::slice::from_ref(&back)).await?;
    for moved in &traces.tickets {
        let before = carry::get_ticket(writer, moved.id).await?;
        let mut ticket = before.ticket.clone();
        if moved.customer && ticket.customer_id == Some(survivor.id) {
            ticket.customer_id = Some(back.id);
        }
        if moved.contact && ticket.contact_id == Some(survivor.id) {
            ticket.contact_id = Some(back.id);
        }
        carry::rename_in_fields(&mut ticket, Some(&moved.fields), survivor.id, back.id);
        carry::hand_over(writer, &before, ticket, &new_event).await?;
    }
    for moved in &traces.contacts {
        contacts::give_back(writer, moved).await?;
    }
    index_customers(writer, &[&after, &back]).await?;
    let done = customer_merge::Entity::update_many()
        .col_expr(Column::Traces, Expr::value(None::<String>))
        .col_expr(
            Column::UndoneAt,
            Expr::value(writer.now().timestamp_micros()),
        )
        .col_expr(
            Column::UndoneBy,
            Expr::value(writer.actor().user().map(|id| id.uuid())),
        )
        .filter(Expr::col("id").eq(merge.record.id.uuid()));
    writer.keep_books(done).await?;
    Ok(Some((after, back)))
}

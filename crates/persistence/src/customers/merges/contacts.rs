//! What becomes of contacts when customers are merged and parted.

use rapport_types::contacts::Contact;
use rapport_types::customers::{ContactMove, Customer, contact_moves};
use rapport_types::ids::CustomerId;

use super::MovedContact;
use crate::contacts;
use crate::customers::find_all;
use crate::entities::contact;
use crate::error::StoreError;
use crate::writes::Writer;

/// Gives the contacts in which `other` stands to `survivor`.
pub(super) async fn move_all(
    writer: &mut Writer,
    other: &Customer,
    survivor: &Customer,
) -> Result<Vec<MovedContact>, StoreError> {
    let own = contacts_of(writer, survivor.id).await?;
    let others = contacts_of(writer, other.id).await?;
    let steps = contact_moves(survivor.id, other.id, &own, &others);
    let mut moves = Vec::with_capacity(steps.len());
    for (before, step) in others.into_iter().zip(steps) {
        let from = organisation(writer, before.customer_id).await?;
        let after = match step {
            ContactMove::Goes => {
                contacts::delete(writer, &before, &from).await?;
                None
            }
            ContactMove::Moves(contact) => {
                let to = organisation(writer, contact.customer_id).await?;
                Some(contacts::hand_over(writer, (&before, &from), (contact, &to)).await?)
            }
        };
        moves.push(MovedContact { before, after });
    }
    Ok(moves)
}

/// Gives a contact back that a merge moved or removed, unless it was given to somebody since.
pub(super) async fn give_back(writer: &mut Writer, moved: &MovedContact) -> Result<(), StoreError> {
    let before = &moved.before;
    let Some(home) = find_organisation(writer, before.customer_id).await? else {
        return Ok(());
    };
    let at_home = contacts_of(writer, home.id).await?;
    let has_primary = at_home
        .iter()
        .any(|contact| contact.customer_id == home.id && contact.is_primary);
    let is_linked = at_home
        .iter()
        .any(|contact| contact.customer_id == home.id && contact.person_id == before.person_id);
    if is_linked {
        return Ok(());
    }
    let Some(after) = &moved.after else {
        // Above the version of its tombstone.
        let mut back = before.clone();
        back.version += 2;
        back.updated_at = writer.now();
        back.is_primary &= !has_primary;
        return contacts::insert(writer, &back, &home).await;
    };
    let mut sql = writer.sql();
    sql.push("SELECT * FROM contacts WHERE id = ")
        .bind(before.id.uuid());
    let Some(now) = sql.one::<contact::Model>(writer.connection()).await? else {
        return Ok(());
    };
    let now = now.into_wire()?;
    if (now.customer_id, now.person_id) != (after.customer_id, after.person_id) {
        return Ok(());
    }
    let mut back = now.clone();
    (back.customer_id, back.person_id) = (before.customer_id, before.person_id);
    if now.is_primary == after.is_primary {
        back.is_primary = before.is_primary;
    }
    back.is_primary &= !has_primary || (now.customer_id == home.id && now.is_primary);
    let from = organisation(writer, now.customer_id).await?;
    contacts::hand_over(writer, (&now, &from), (back, &home)).await?;
    Ok(())
}

async fn contacts_of(writer: &Writer, customer: CustomerId) -> Result<Vec<Contact>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT * FROM contacts WHERE customer_id = ")
        .bind(customer.uuid())
        .push(" OR person_id = ")
        .bind(customer.uuid())
        .push(" ORDER BY id");
    sql.all::<contact::Model>(writer.connection())
        .await?
        .into_iter()
        .map(contact::Model::into_wire)
        .collect()
}

async fn organisation(writer: &Writer, id: CustomerId) -> Result<Customer, StoreError> {
    find_organisation(writer, id)
        .await?
        .ok_or(StoreError::NotFound)
}

async fn find_organisation(
    writer: &Writer,
    id: CustomerId,
) -> Result<Option<Customer>, StoreError> {
    let kind = writer.sql().kind();
    let found = find_all(writer.connection(), kind, &[id]).await?;
    Ok(found.into_iter().next())
}

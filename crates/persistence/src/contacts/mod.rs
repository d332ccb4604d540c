//! Contacts: links between an organisation and a person, both of them customers.
//!
//! A contact is seen by whoever sees its organisation, and changes under the lock of that
//! organisation's row, so that two callers cannot make two contacts the first to ask. How to reach
//! the person is shown to those who see the person's own record; its name and number to all who see
//! the contact, as a ticket shows its customer. Organisations are *found* by names and numbers of
//! their contacts whoever searches, as tickets are found by those of their customer: somebody who
//! knows the number may learn whom it leads to.
//!
//! Rows are locked persons first, then organisations, then tickets.

mod list;
mod row;

use rapport_types::contacts::Contact;
use rapport_types::customers::Customer;
use rapport_types::ids::{ContactId, CustomerId};
use sea_orm::{FromQueryResult, QueryResult};

use crate::customers;
use crate::database::Database;
use crate::entities::{contact, customer};
use crate::error::StoreError;
use crate::scope::Scope;
use crate::writes::Writer;

use row::Held;

pub use list::{list_of_organisation, list_of_person};

/// The contact.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none whose organisation lies in the scope.
pub async fn get(db: &Database, scope: &Scope, id: ContactId) -> Result<Contact, StoreError> {
    let mut sql = crate::sql::Sql::new(db.kind);
    sql.push("SELECT k.* FROM contacts k JOIN customers c ON c.id = k.customer_id WHERE k.id = ")
        .bind(id.uuid())
        .push(" AND ");
    scope.push(&mut sql, customers::TEAM, customers::PEOPLE);
    sql.one::<contact::Model>(&db.reader)
        .await?
        .ok_or(StoreError::NotFound)?
        .into_wire()
}

/// The contact and its organisation, which is held until the end of the transaction.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none whose organisation lies in the scope.
pub async fn get_locked(
    writer: &Writer,
    scope: &Scope,
    id: ContactId,
) -> Result<(Contact, Customer), StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT c.* FROM customers c JOIN contacts k ON k.customer_id = c.id WHERE k.id = ")
        .bind(id.uuid())
        .push(" AND ");
    scope.push(&mut sql, customers::TEAM, customers::PEOPLE);
    sql.push(&lock_customer(writer));
    let organisation = sql
        .one::<customer::Model>(writer.connection())
        .await?
        .ok_or(StoreError::NotFound)?
        .into_wire()?;
    // Read under the lock: what another caller did meanwhile counts.
    let mut sql = writer.sql();
    sql.push("SELECT k.* FROM contacts k WHERE k.id = ")
        .bind(id.uuid());
    let contact = sql
        .one::<contact::Model>(writer.connection())
        .await?
        .ok_or(StoreError::NotFound)?
        .into_wire()?;
    Ok((contact, organisation))
}

/// The contacts of an organisation that the transaction holds.
///
/// # Errors
/// What the database says.
pub async fn of_organisation(
    writer: &Writer,
    organisation: CustomerId,
) -> Result<Vec<Contact>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT k.* FROM contacts k WHERE k.customer_id = ")
        .bind(organisation.uuid());
    sql.all::<contact::Model>(writer.connection())
        .await?
        .into_iter()
        .map(contact::Model::into_wire)
        .collect()
}

/// How many organisations a person speaks for.
///
/// # Errors
/// What the database says.
pub async fn spoken_for(writer: &Writer, person: CustomerId) -> Result<usize, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT COUNT(*) AS many FROM contacts WHERE person_id = ")
        .bind(person.uuid());
    let rows = sql.rows(writer.connection()).await?;
    let many: i64 = rows
        .first()
        .map(|row| row.try_get("", "many"))
        .transpose()?
        .unwrap_or(0);
    Ok(usize::try_from(many).unwrap_or(0))
}

/// Those of the customers that have contacts or are one.
///
/// # Errors
/// What the database says.
pub async fn linked(
    writer: &Writer,
    customers: &[CustomerId],
) -> Result<Vec<CustomerId>, StoreError> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = writer.sql();
    sql.push("SELECT customer_id AS id FROM contacts WHERE ")
        .in_ids("customer_id", customers.iter().map(|id| id.uuid()))
        .push(" UNION SELECT person_id AS id FROM contacts WHERE ")
        .in_ids("person_id", customers.iter().map(|id| id.uuid()));
    let rows = sql.rows(writer.connection()).await?;
    let read = |row: &QueryResult| Ok(CustomerId::from_uuid(row.try_get("", "id")?));
    rows.iter().map(read).collect()
}

/// Whether the customer has contacts or is one.
///
/// # Errors
/// What the database says.
pub async fn has_any(writer: &Writer, customer: CustomerId) -> Result<bool, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT 1 AS one FROM contacts WHERE customer_id = ")
        .bind(customer.uuid())
        .push(" OR person_id = ")
        .bind(customer.uuid())
        .push(" LIMIT 1");
    Ok(!sql.rows(writer.connection()).await?.is_empty())
}

/// Those of the persons that are contacts, held until the end of the transaction, each with an
/// organisation that it speaks for. Who sees the organisation may name its contacts, so no scope is
/// asked.
///
/// # Errors
/// What the database says.
pub async fn find_persons_locked(
    writer: &Writer,
    persons: &[CustomerId],
) -> Result<Vec<(CustomerId, Customer)>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = writer.sql();
    sql.push(
        "SELECT c.*, k.customer_id AS organisation_id \
         FROM customers c JOIN contacts k ON k.person_id = c.id WHERE ",
    )
    .in_ids("c.id", persons.iter().map(|id| id.uuid()))
    .push(" ORDER BY c.id, k.customer_id")
    .push(&lock_customer(writer));
    let rows = sql.rows(writer.connection()).await?;
    let read = |row: &QueryResult| {
        let organisation = CustomerId::from_uuid(row.try_get("", "organisation_id")?);
        let person = customer::Model::from_query_result(row, "")?.into_wire()?;
        Ok((organisation, person))
    };
    rows.iter().map(read).collect()
}

/// Adds a contact of an organisation, which is found by it from now on.
///
/// # Errors
/// [`StoreError::Taken`] when the person is a contact of it already.
pub async fn insert(
    writer: &mut Writer,
    contact: &Contact,
    organisation: &Customer,
) -> Result<(), StoreError> {
    insert_all(writer, &[(contact, organisation)]).await
}

/// Adds contacts, each of its organisation.
///
/// # Errors
/// [`StoreError::Taken`] when a person is a contact of the organisation already.
pub async fn insert_all(
    writer: &mut Writer,
    contacts: &[(&Contact, &Customer)],
) -> Result<(), StoreError> {
    let held: Vec<Held> = contacts
        .iter()
        .map(|(contact, organisation)| Held::of((*contact).clone(), organisation))
        .collect();
    writer.insert_all(&held).await?;
    let mut organisations: Vec<&Customer> = contacts.iter().map(|(_, it)| *it).collect();
    organisations.sort_unstable_by_key(|it| it.id);
    organisations.dedup_by_key(|it| it.id);
    customers::index_customers(writer, &organisations).await
}

/// Changes a contact and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// [`StoreError::Taken`] when another one is the first to ask.
pub async fn update(
    writer: &mut Writer,
    before: &Contact,
    mut after: Contact,
    organisation: &Customer,
) -> Result<Contact, StoreError> {
    after.updated_at = before.updated_at;
    if *before == after {
        return Ok(after);
    }
    after.updated_at = writer.now();
    let before = Held::of(before.clone(), organisation);
    let mut after = Held::of(after, organisation);
    writer.update(&before, &mut after).await?;
    Ok(after.into_contact())
}

/// Gives a contact to another organisation or person, as a merge does, and gives it as it is then.
pub(crate) async fn hand_over(
    writer: &mut Writer,
    (before, from): (&Contact, &Customer),
    (mut after, to): (Contact, &Customer),
) -> Result<Contact, StoreError> {
    after.updated_at = writer.now();
    let before = Held::of(before.clone(), from);
    let mut after = Held::of(after, to);
    writer.update(&before, &mut after).await?;
    customers::index_customers(writer, &[from, to]).await?;
    Ok(after.into_contact())
}

/// Removes a contact: the person stays, and so do the tickets that name it.
///
/// # Errors
/// What the database says.
pub async fn delete(
    writer: &mut Writer,
    contact: &Contact,
    organisation: &Customer,
) -> Result<(), StoreError> {
    writer
        .delete(&Held::of(contact.clone(), organisation))
        .await?;
    customers::index_customers(writer, &[organisation]).await
}

/// The people who speak for these organisations, each with the organisation.
pub(crate) async fn people_of(
    writer: &Writer,
    organisations: &[CustomerId],
) -> Result<Vec<(CustomerId, Customer)>, StoreError> {
    let mut sql = writer.sql();
    sql.push(
        "SELECT k.customer_id AS organisation, c.* FROM contacts k \
         JOIN customers c ON c.id = k.person_id WHERE ",
    )
    .in_ids("k.customer_id", organisations.iter().map(|id| id.uuid()))
    .push(" ORDER BY k.id");
    let rows = sql.rows(writer.connection()).await?;
    rows.iter()
        .map(|row| {
            let organisation = CustomerId::from_uuid(row.try_get("", "organisation")?);
            let person = customer::Model::from_query_result(row, "")?.into_wire()?;
            Ok((organisation, person))
        })
        .collect()
}

/// The organisations for which these persons speak, held until the end of the transaction.
pub(crate) async fn organisations_of_locked(
    writer: &Writer,
    persons: &[CustomerId],
) -> Result<Vec<Customer>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT c.* FROM customers c JOIN contacts k ON k.customer_id = c.id WHERE ")
        .in_ids("k.person_id", persons.iter().map(|id| id.uuid()))
        .push(" ORDER BY c.id")
        .push(&lock_customer(writer));
    let found = sql.all::<customer::Model>(writer.connection()).await?;
    let mut organisations = found
        .into_iter()
        .map(customer::Model::into_wire)
        .collect::<Result<Vec<_>, _>>()?;
    organisations.dedup_by_key(|organisation| organisation.id);
    Ok(organisations)
}

/// What a SELECT over contacts and customers ends with, so that the customers alone are held.
fn lock_customer(writer: &Writer) -> String {
    match writer.row_lock() {
        "" => String::new(),
        lock => format!("{lock} OF c"),
    }
}

//! Customers: reading through a scope, writing through the writer.

mod list;
pub mod merges;
mod row;
mod timeline;

use rapport_types::contacts::may_have_contacts;
use rapport_types::customers::{Customer, CustomerKind, CustomerRef};
use rapport_types::ids::CustomerId;
use rapport_types::records::{Entity, ExternalId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, FromQueryResult, Set};

use crate::contacts;
use crate::database::Kind;
use crate::entities::{customer, customer_value};
use crate::error::StoreError;
use crate::external_ids;
use crate::scope::{self, Scope};
use crate::search::{CustomerText, Document, customer_document, index};
use crate::sql::Sql;
use crate::values::text;
use crate::writes::{PartTable, Record, Writer};

pub(crate) use list::column;
pub use list::{ORDERS, Query, list, search};
pub use timeline::{timeline, timeline_digest};

impl PartTable for customer_value::Entity {}

/// Columns of people through whom a customer is seen.
pub(crate) const PEOPLE: &[&str] = &["c.owner_id"];
/// The column of its team.
pub(crate) const TEAM: &str = "c.team_id";

/// The customer, if there is one in the scope.
///
/// # Errors
/// What the database says.
pub async fn find(
    db: &crate::database::Database,
    scope: &Scope,
    id: CustomerId,
) -> Result<Option<Customer>, StoreError> {
    find_in(&db.reader, db.kind, scope, id, "").await
}

/// The customer.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in the scope.
pub async fn get(
    db: &crate::database::Database,
    scope: &Scope,
    id: CustomerId,
) -> Result<Customer, StoreError> {
    find(db, scope, id).await?.ok_or(StoreError::NotFound)
}

/// The customer, held until the end of the transaction.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in the scope.
pub async fn get_locked(
    writer: &Writer,
    scope: &Scope,
    id: CustomerId,
) -> Result<Customer, StoreError> {
    let kind = writer.sql().kind();
    find_in(writer.connection(), kind, scope, id, writer.row_lock())
        .await?
        .ok_or(StoreError::NotFound)
}

/// Those of the customers that lie in the scope, held until the end of the transaction: persons
/// first, and each kind by id, so that two who hold many wait for one another and not both.
///
/// # Errors
/// What the database says.
pub async fn find_all_locked(
    writer: &Writer,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<Vec<Customer>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = writer.sql();
    sql.push("SELECT c.* FROM customers c WHERE ")
        .in_ids("c.id", ids.iter().map(|id| id.uuid()))
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(" ORDER BY c.kind DESC, c.id")
        .push(writer.row_lock());
    sql.all::<customer::Model>(writer.connection())
        .await?
        .into_iter()
        .map(customer::Model::into_wire)
        .collect()
}

/// The customers that have one of these keys in other systems, whoever may see them.
///
/// # Errors
/// What the database says.
pub async fn holders(
    writer: &Writer,
    keys: &[ExternalId],
) -> Result<Vec<(ExternalId, CustomerId)>, StoreError> {
    let holders = external_ids::holders(writer, Entity::Customer, keys).await?;
    let of = |(key, record)| (key, CustomerId::from_uuid(record));
    Ok(holders.into_iter().map(of).collect())
}

/// The customer that has this key in another system.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in the scope.
pub async fn get_by_external_id(
    db: &crate::database::Database,
    scope: &Scope,
    key: &ExternalId,
) -> Result<Customer, StoreError> {
    match external_ids::holder(db, Entity::Customer, key).await? {
        Some(record) => get(db, scope, CustomerId::from_uuid(record)).await,
        None => Err(StoreError::NotFound),
    }
}

async fn find_in(
    db: &impl ConnectionTrait,
    kind: Kind,
    scope: &Scope,
    id: CustomerId,
    lock: &str,
) -> Result<Option<Customer>, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("SELECT c.* FROM customers c WHERE c.id = ")
        .bind(id.uuid())
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(lock);
    let rows = sql.rows(db).await?;
    rows.first()
        .map(|row| customer::Model::from_query_result(row, "")?.into_wire())
        .transpose()
}

/// As much of a customer as everybody sees who sees one of its tickets.
///
/// # Errors
/// What the database says.
pub async fn find_ref(
    db: &crate::database::Database,
    id: CustomerId,
) -> Result<Option<CustomerRef>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT number, name FROM customers WHERE id = ")
        .bind(id.uuid());
    let rows = sql.rows(&db.reader).await?;
    let read = |row: &sea_orm::QueryResult| {
        Ok(CustomerRef {
            id,
            number: row.try_get("", "number")?,
            name: text(row.try_get("", "name")?)?,
        })
    };
    rows.first().map(read).transpose()
}

/// Several customers by id, whoever may see them: for the names in a ticket's search text.
pub(crate) async fn find_all(
    db: &impl ConnectionTrait,
    kind: Kind,
    ids: &[CustomerId],
) -> Result<Vec<Customer>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(kind);
    sql.push("SELECT c.* FROM customers c WHERE ")
        .in_ids("c.id", ids.iter().map(|id| id.uuid()));
    sql.all::<customer::Model>(db)
        .await?
        .into_iter()
        .map(customer::Model::into_wire)
        .collect()
}

/// The next customer number.
///
/// # Errors
/// What the database says.
pub async fn next_number(writer: &mut Writer) -> Result<i64, StoreError> {
    writer.next_number(Entity::Customer).await
}

/// Takes `count` customer numbers and gives the first of them.
///
/// # Errors
/// What the database says.
pub async fn take_numbers(writer: &mut Writer, count: usize) -> Result<i64, StoreError> {
    writer.take_many(Entity::Customer, count).await
}

/// Adds a customer.
///
/// # Errors
/// [`StoreError::Taken`] when one of its external ids is another customer's.
pub async fn insert(writer: &mut Writer, customer: &Customer) -> Result<(), StoreError> {
    insert_all(writer, std::slice::from_ref(customer)).await
}

/// Adds customers.
///
/// # Errors
/// [`StoreError::Taken`] when one of their external ids is another customer's.
pub async fn insert_all(writer: &mut Writer, customers: &[Customer]) -> Result<(), StoreError> {
    writer.insert_all(customers).await?;
    let values: Vec<_> = customers.iter().flat_map(value_rows).collect();
    if !values.is_empty() {
        writer.insert_parts(values).await?;
    }
    let keys: Vec<_> = customers
        .iter()
        .flat_map(|c| external_ids::rows(Entity::Customer, c.id.uuid(), &c.external_ids))
        .collect();
    if !keys.is_empty() {
        writer.insert_parts(keys).await?;
    }
    let documents: Vec<_> = customers
        .iter()
        .map(|customer| (customer.number, document(customer, &[])))
        .collect();
    index::store(writer, Entity::Customer, documents, true);
    Ok(())
}

/// Changes a customer; the names and numbers that its tickets, and the organisations it speaks for,
/// are found by follow.
///
/// # Errors
/// [`StoreError::Taken`] when one of its external ids is another customer's.
pub async fn update(
    writer: &mut Writer,
    before: &Customer,
    after: &mut Customer,
) -> Result<(), StoreError> {
    after.updated_at = before.updated_at;
    if before == after {
        return Ok(());
    }
    after.updated_at = writer.now();
    writer.update(before, after).await?;
    if (&before.phones, &before.emails, &before.tags) != (&after.phones, &after.emails, &after.tags)
    {
        let of_customer = Condition::all().add(Expr::col("customer_id").eq(after.id.uuid()));
        writer
            .delete_parts::<customer_value::Entity>(of_customer)
            .await?;
        let values = value_rows(after);
        if !values.is_empty() {
            writer.insert_parts(values).await?;
        }
    }
    if before.external_ids != after.external_ids {
        external_ids::replace(
            writer,
            Entity::Customer,
            after.id.uuid(),
            &after.external_ids,
        )
        .await?;
    }
    index_customers(writer, &[after]).await?;
    if before.name != after.name || before.phones != after.phones {
        if after.kind == CustomerKind::Person {
            let organisations = contacts::organisations_of_locked(writer, &[after.id]).await?;
            let organisations: Vec<&Customer> = organisations.iter().collect();
            index_customers(writer, &organisations).await?;
        }
        crate::tickets::index_tickets_of(writer, after).await?;
    }
    Ok(())
}

/// Renews what customers are found by, organisations also by the people who speak for them.
pub(crate) async fn index_customers(
    writer: &mut Writer,
    customers: &[&Customer],
) -> Result<(), StoreError> {
    let organisations: Vec<CustomerId> = customers
        .iter()
        .filter(|customer| may_have_contacts(customer.kind))
        .map(|customer| customer.id)
        .collect();
    let people = if organisations.is_empty() {
        Vec::new()
    } else {
        contacts::people_of(writer, &organisations).await?
    };
    let documents: Vec<_> = customers
        .iter()
        .map(|customer| {
            let own = people.iter().filter(|(of, _)| *of == customer.id);
            let own: Vec<&Customer> = own.map(|(_, person)| person).collect();
            (customer.number, document(customer, &own))
        })
        .collect();
    if documents.is_empty() {
        Ok(())
    } else {
        index::store(writer, Entity::Customer, documents, false);
        Ok(())
    }
}

/// Removes a customer that no ticket, no field of one and no contact refers to; gives false when one does.
///
/// # Errors
/// What the database says.
pub async fn delete(writer: &mut Writer, customer: &Customer) -> Result<bool, StoreError> {
    let id = customer.id.uuid();
    let mut sql = writer.sql();
    sql.push("SELECT 1 AS one FROM tickets WHERE customer_id = ")
        .bind(id)
        .push(" OR contact_id = ")
        .bind(id)
        .push(" UNION ALL SELECT 1 AS one FROM contacts WHERE customer_id = ")
        .bind(id)
        .push(" OR person_id = ")
        .bind(id)
        .push(" UNION ALL SELECT 1 AS one FROM ticket_values WHERE record = ")
        .bind(id)
        .push(" LIMIT 1");
    if !sql.rows(writer.connection()).await?.is_empty() {
        return Ok(false);
    }
    let of_customer = Condition::all().add(Expr::col("customer_id").eq(customer.id.uuid()));
    writer
        .delete_parts::<customer_value::Entity>(of_customer)
        .await?;
    external_ids::delete(writer, Entity::Customer, customer.id.uuid()).await?;
    writer.index(Entity::Customer, customer.number, None, true);
    writer.delete(customer).await?;
    Ok(true)
}

fn value_rows(customer: &Customer) -> Vec<customer_value::ActiveModel> {
    let phones = customer
        .phones
        .iter()
        .map(|phone| ("phone", phone.as_str()));
    let emails = customer
        .emails
        .iter()
        .map(|email| ("email", email.as_str()));
    let tags = customer.tags.iter().map(|tag| ("tag", tag.as_str()));
    phones
        .chain(emails)
        .chain(tags)
        .map(|(kind, value)| customer_value::ActiveModel {
            customer_id: Set(customer.id.uuid()),
            kind: Set(kind.to_owned()),
            value: Set(value.to_owned()),
        })
        .collect()
}

/// What a customer is found by, `people` among it who speak for it.
fn document(customer: &Customer, people: &[&Customer]) -> Document {
    let note = customer.note.iter().map(|text| text.as_str());
    let lines = [&customer.job_title, &customer.address]
        .into_iter()
        .flatten()
        .map(|text| text.as_str());
    let labels = [&customer.industry, &customer.region]
        .into_iter()
        .flatten()
        .map(|text| text.as_str());
    let mut document = customer_document(&CustomerText {
        number: customer.number,
        names: vec![customer.name.as_str()],
        contact_names: people.iter().map(|person| person.name.as_str()).collect(),
        phones: std::iter::once(customer)
            .chain(people.iter().copied())
            .flat_map(|known| known.phones.iter().map(|phone| phone.as_str()))
            .collect(),
        emails: customer.emails.iter().map(|email| email.as_str()).collect(),
        external_ids: customer
            .external_ids
            .iter()
            .map(|external| external.id.as_str())
            .collect(),
        texts: note
            .chain(lines)
            .chain(labels)
            .chain(customer.tags.iter().map(|tag| tag.as_str()))
            .collect(),
    });
    for id in scope::ids(&customer.scope_keys()) {
        document.add_scope(id);
    }
    document
}

//! The contacts of an organisation, and the organisations of a person: few rows, read at once.

use rapport_types::contacts::{ContactReach, ContactSummary};
use rapport_types::customers::CustomerRef;
use rapport_types::ids::CustomerId;
use sea_orm::{FromQueryResult, QueryResult};

use crate::customers::{PEOPLE, TEAM};
use crate::database::Database;
use crate::entities::contact;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::values::text;
use crate::writes::from_json;

/// The columns through which the person is seen.
const PERSON_TEAM: &str = "p.team_id";
const PERSON_PEOPLE: &[&str] = &["p.owner_id"];

/// What is read of a contact (`k`), its organisation (`c`) and its person (`p`), whether the reader
/// sees the person among it.
fn select(db: &Database, scope: &Scope) -> Sql {
    let mut sql = Sql::new(db.kind);
    sql.push(
        "SELECT k.*, c.number AS customer_number, c.name AS customer_name, \
         p.number AS person_number, p.name AS person_name, p.job_title AS person_job_title, \
         p.phones AS person_phones, p.emails AS person_emails, CASE WHEN ",
    );
    scope.push(&mut sql, PERSON_TEAM, PERSON_PEOPLE);
    sql.push(" THEN 1 ELSE 0 END AS sees_person FROM ");
    sql
}

/// The contacts of an organisation.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such customer in the scope.
pub async fn list_of_organisation(
    db: &Database,
    scope: &Scope,
    organisation: CustomerId,
) -> Result<Vec<ContactSummary>, StoreError> {
    let mut sql = select(db, scope);
    sql.push(
        "customers c LEFT JOIN contacts k ON k.customer_id = c.id \
         LEFT JOIN customers p ON p.id = k.person_id WHERE c.id = ",
    )
    .bind(organisation.uuid())
    .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    read(db, sql).await
}

/// The organisations of the scope for which a person speaks.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such customer in the scope.
pub async fn list_of_person(
    db: &Database,
    scope: &Scope,
    person: CustomerId,
) -> Result<Vec<ContactSummary>, StoreError> {
    let mut sql = select(db, scope);
    sql.push(
        "customers p LEFT JOIN contacts k ON k.person_id = p.id \
         LEFT JOIN customers c ON c.id = k.customer_id AND ",
    );
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(" WHERE p.id = ").bind(person.uuid()).push(" AND ");
    scope.push(&mut sql, PERSON_TEAM, PERSON_PEOPLE);
    read(db, sql).await
}

/// The contacts of the rows; a row with one end only tells that this customer is there, no row that
/// it is not.
async fn read(db: &Database, sql: Sql) -> Result<Vec<ContactSummary>, StoreError> {
    let rows = sql.rows(&db.reader).await?;
    if rows.is_empty() {
        return Err(StoreError::NotFound);
    }
    let mut contacts = Vec::new();
    for row in &rows {
        let is_there =
            |end: &str| Ok::<_, StoreError>(row.try_get::<Option<i64>>("", end)?.is_some());
        if is_there("customer_number")? && is_there("person_number")? {
            contacts.push(summary(row)?);
        }
    }
    Ok(contacts)
}

fn summary(row: &QueryResult) -> Result<ContactSummary, StoreError> {
    let contact = contact::Model::from_query_result(row, "")?.into_wire()?;
    let customer = |id, number: &str, name: &str| {
        Ok::<_, StoreError>(CustomerRef {
            id,
            number: row.try_get("", number)?,
            name: text(row.try_get("", name)?)?,
        })
    };
    let sees_person: i32 = row.try_get("", "sees_person")?;
    let reach = if sees_person == 1 {
        let job_title: Option<String> = row.try_get("", "person_job_title")?;
        Some(ContactReach {
            job_title: job_title.map(text).transpose()?,
            phones: from_json(&row.try_get::<String>("", "person_phones")?)?,
            emails: from_json(&row.try_get::<String>("", "person_emails")?)?,
        })
    } else {
        None
    };
    Ok(ContactSummary {
        customer: customer(contact.customer_id, "customer_number", "customer_name")?,
        person: customer(contact.person_id, "person_number", "person_name")?,
        id: contact.id,
        version: contact.version,
        reach,
        role: contact.role,
        preferred_channel: contact.preferred_channel,
        is_primary: contact.is_primary,
        note: contact.note,
        created_at: contact.created_at,
        updated_at: contact.updated_at,
    })
}

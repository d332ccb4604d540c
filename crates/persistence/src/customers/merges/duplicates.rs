//! Candidates for the rule that finds likely duplicates.

use rapport_types::customers::Customer;

use crate::customers::{PEOPLE, TEAM};
use crate::database::Database;
use crate::entities::customer;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;

/// Candidates that are read for the rule to judge.
const MOST_CANDIDATES: i64 = 200;

/// The customers in the scope that share a value with this one, each found by an index.
///
/// # Errors
/// What the database says.
pub async fn resembling(
    db: &Database,
    scope: &Scope,
    customer: &Customer,
) -> Result<Vec<Customer>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT c.* FROM customers c WHERE c.id <> ")
        .bind(customer.id.uuid())
        .push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(
        " AND c.id IN (SELECT customer_id FROM customer_values WHERE kind = 'phone' AND value IN (",
    )
    .bind_all(customer.phones.iter().map(|phone| phone.as_str()))
    .push(") UNION SELECT customer_id FROM customer_values WHERE kind = 'email' AND value IN (")
    .bind_all(customer.emails.iter().map(|email| email.as_str()))
    .push(")");
    if let Some(region) = &customer.region {
        sql.push(" UNION SELECT id FROM customers WHERE name = ")
            .bind(customer.name.as_str())
            .push(" AND region = ")
            .bind(region.as_str());
    }
    sql.push(") ORDER BY c.number LIMIT ").bind(MOST_CANDIDATES);
    sql.all::<customer::Model>(&db.reader)
        .await?
        .into_iter()
        .map(customer::Model::into_wire)
        .collect()
}

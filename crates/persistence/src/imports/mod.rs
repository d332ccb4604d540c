//! Runs of imports, the files they read, and finding what an import made before.
//!
//! A run is bookkeeping, yet it is written by the [`Writer`]: how far a file is settled must last
//! together with the tickets that settle it, or neither. It makes no change entry.

mod faults;
mod files;
mod list;
mod runs;

use std::collections::{HashMap, HashSet};

use rapport_types::customers::Customer;
use rapport_types::ids::{CustomerId, UserId};
use rapport_types::imports::KeyKind;
use rapport_types::records::{Entity, ExternalId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::customers;
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::external_ids;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::writes::Writer;

pub use faults::{add_faults, faults, faults_digest, purge_faults};
pub use files::{get_file, has_file, insert_file, purge_files};
pub use list::{Query, list};
pub use rapport_types::imports::ImportState;
pub use runs::{
    ImportRun, begin, cancel, fail_without_file, find, get, get_locked, insert, is_under_way,
    unfinished, update,
};

/// Which imports and files somebody sees: the own ones, and an administrator those of the teams
/// that the scope holds.
#[derive(Debug, Clone)]
pub enum Sight {
    /// The own ones.
    Own(UserId),
    /// Those of the scope.
    Scope(Scope),
}

impl Sight {
    /// Adds the condition to a statement.
    fn push(&self, sql: &mut Sql, team_column: &str, person_column: &str) {
        match self {
            Self::Own(user) => {
                sql.push(person_column).push(" = ").bind(user.uuid());
            }
            Self::Scope(scope) => scope.push(sql, team_column, &[person_column]),
        }
    }
}

/// Values of one `IN`: SQLite takes at most 32,766.
const KEYS_PER_QUERY: usize = 5_000;

/// Those of a source's keys under which there is a ticket already.
///
/// # Errors
/// What the database says.
pub async fn known_tickets(
    db: &Database,
    source: &str,
    keys: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let found = by_external_id(&db.reader, db.kind, Entity::Ticket, source, keys).await?;
    Ok(found.into_keys().collect())
}

/// The users that imports of a source made for its keys.
///
/// # Errors
/// What the database says.
pub async fn known_agents(
    db: &Database,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, UserId>, StoreError> {
    let found = by_external_id(&db.reader, db.kind, Entity::User, source, keys).await?;
    Ok(found
        .into_iter()
        .map(|(key, id)| (key, UserId::from_uuid(id)))
        .collect())
}

/// Remembers for which key of a source a user was made.
///
/// # Errors
/// [`StoreError::Taken`] when there is another user for the key.
pub async fn remember_agent(
    writer: &mut Writer,
    user: UserId,
    key: ExternalId,
) -> Result<(), StoreError> {
    external_ids::insert(writer, Entity::User, user.uuid(), &[key]).await
}

/// Those of these keys that name a customer already.
///
/// # Errors
/// What the database says.
pub async fn known_customers(
    db: &Database,
    by: KeyKind,
    source: &str,
    keys: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let named = named_customers(&db.reader, db.kind, by, source, keys).await?;
    Ok(named.into_iter().map(|(key, _)| key).collect())
}

/// The customers that these keys name. Of several with one e-mail address or name the one with the
/// lowest number is meant.
///
/// # Errors
/// What the database says.
pub async fn find_customers(
    writer: &Writer,
    by: KeyKind,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, Customer>, StoreError> {
    let (db, kind) = (writer.connection(), writer.sql().kind());
    let named = named_customers(db, kind, by, source, keys).await?;
    let ids: Vec<CustomerId> = named
        .iter()
        .map(|(_, id)| CustomerId::from_uuid(*id))
        .collect();
    let mut records = HashMap::new();
    for some in ids.chunks(KEYS_PER_QUERY) {
        let found = customers::find_all(db, kind, some).await?;
        records.extend(
            found
                .into_iter()
                .map(|customer| (customer.id.uuid(), customer)),
        );
    }
    let mut customers: HashMap<String, Customer> = HashMap::new();
    for (key, id) in named {
        let Some(customer) = records.get(&id) else {
            continue;
        };
        let is_first = customers
            .get(&key)
            .is_none_or(|other| customer.number < other.number);
        if is_first {
            customers.insert(key, customer.clone());
        }
    }
    Ok(customers)
}

/// The keys that name customers, each with the customers that it names.
async fn named_customers(
    db: &impl ConnectionTrait,
    kind: Kind,
    by: KeyKind,
    source: &str,
    keys: &[&str],
) -> Result<Vec<(String, Uuid)>, StoreError> {
    let mut named: Vec<(String, Uuid)> = Vec::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        let mut sql = Sql::new(kind);
        match by {
            KeyKind::ExternalId => {
                named.extend(
                    external_ids::find_all(db, kind, Entity::Customer, source, some).await?,
                );
                continue;
            }
            KeyKind::Email => {
                sql.push("SELECT value AS key, customer_id AS id FROM customer_values WHERE kind = 'email'");
                sql.push(" AND value IN (");
            }
            KeyKind::Name => {
                sql.push("SELECT name AS key, id FROM customers WHERE name IN (");
            }
        }
        sql.bind_all(some.iter().copied()).push(")");
        for row in sql.rows(db).await? {
            named.push((row.try_get("", "key")?, row.try_get("", "id")?));
        }
    }
    Ok(named)
}

async fn by_external_id(
    db: &impl ConnectionTrait,
    kind: Kind,
    entity: Entity,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, Uuid>, StoreError> {
    let mut found = HashMap::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        found.extend(external_ids::find_all(db, kind, entity, source, some).await?);
    }
    Ok(found)
}

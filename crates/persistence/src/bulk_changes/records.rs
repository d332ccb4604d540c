//! The records that bulk changes are for.

use rapport_types::bulk_changes::{BulkEntity, MOST_RECORDS};
use rapport_types::filters::Filter;
use rapport_types::ids::BulkChangeId;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::configuration::Configuration;
use crate::database::Kind;
use crate::error::StoreError;
use crate::filters::{Trees, push};
use crate::scope::Scope;
use crate::sql::Sql;
use crate::writes::Writer;
use crate::{customers, tickets};

/// Which records somebody may mean: those in sight that match.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// What they are.
    pub entity: BulkEntity,
    /// What is in sight.
    pub scope: &'a Scope,
    /// The resolved filter; none when they are named.
    pub filter: Option<&'a Filter>,
}

impl Claim<'_> {
    /// Adds ` FROM table WHERE scope AND filter`.
    fn push(&self, sql: &mut Sql, trees: Trees<'_>) {
        match self.entity {
            BulkEntity::Tickets => {
                sql.push(" FROM tickets t WHERE ");
                self.scope.push(sql, tickets::TEAM, tickets::PEOPLE);
            }
            BulkEntity::Customers => {
                sql.push(" FROM customers c WHERE ");
                self.scope.push(sql, customers::TEAM, customers::PEOPLE);
            }
        }
        if let Some(filter) = self.filter {
            sql.push(" AND ");
            match self.entity {
                BulkEntity::Tickets => push(sql, filter, trees, tickets::column),
                BulkEntity::Customers => push(sql, filter, trees, customers::column),
            }
        }
    }

    /// The column of the ids.
    const fn id(&self) -> &'static str {
        match self.entity {
            BulkEntity::Tickets => "t.id",
            BulkEntity::Customers => "c.id",
        }
    }
}

/// Fixes what a draft is for: all that the claim holds, or those of `named` that it does; tells how
/// many they are, of very many no more than one above [`MOST_RECORDS`].
///
/// # Errors
/// What the database says.
pub async fn add_records(
    writer: &mut Writer,
    configuration: &Configuration,
    draft: BulkChangeId,
    claim: &Claim<'_>,
    named: Option<&[Uuid]>,
) -> Result<u64, StoreError> {
    let most = i64::try_from(MOST_RECORDS + 1).unwrap_or(i64::MAX);
    let mut sql = writer.sql();
    sql.push("INSERT INTO bulk_change_records (bulk_change_id, record_id) SELECT ");
    // PostgreSQL would take a value without a column for a text.
    match sql.kind() {
        Kind::Sqlite => sql.bind(draft.uuid()),
        Kind::Postgres => sql.push("CAST(").bind(draft.uuid()).push(" AS UUID)"),
    };
    sql.push(", ");
    sql.push(claim.id());
    claim.push(&mut sql, configuration.trees());
    if let Some(named) = named {
        sql.push(" AND ").in_ids(claim.id(), named.iter().copied());
    }
    sql.push(" LIMIT ").bind(most);
    writer.change_parts(sql).await?;
    let mut sql = writer.sql();
    sql.push("SELECT count(*) AS many FROM bulk_change_records WHERE bulk_change_id = ")
        .bind(draft.uuid());
    let rows = sql.rows(writer.connection()).await?;
    let many = rows.first().map(|row| row.try_get::<i64>("", "many"));
    Ok(many.transpose()?.unwrap_or(0).unsigned_abs())
}

/// The records after `position`, upwards by their ids; all of them when there is none.
///
/// # Errors
/// What the database says.
pub async fn next(
    writer: &Writer,
    run: BulkChangeId,
    position: Option<Uuid>,
    limit: usize,
) -> Result<Vec<Uuid>, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT record_id AS id FROM bulk_change_records WHERE bulk_change_id = ")
        .bind(run.uuid());
    if let Some(position) = position {
        sql.push(" AND record_id > ").bind(position);
    }
    sql.push(" ORDER BY record_id LIMIT ")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    ids(sql, writer.connection()).await
}

/// Those of the records that the claim holds now. Of records that are held until the commit the
/// answer holds as long.
///
/// # Errors
/// What the database says.
pub async fn matching(
    writer: &Writer,
    configuration: &Configuration,
    claim: &Claim<'_>,
    records: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = writer.sql();
    sql.push("SELECT ").push(claim.id()).push(" AS id");
    claim.push(&mut sql, configuration.trees());
    sql.push(" AND ")
        .in_ids(claim.id(), records.iter().copied());
    ids(sql, writer.connection()).await
}

async fn ids(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<Uuid>, StoreError> {
    let rows = sql.rows(db).await?;
    let id = |row: &QueryResult| Ok(row.try_get("", "id")?);
    rows.iter().map(id).collect()
}

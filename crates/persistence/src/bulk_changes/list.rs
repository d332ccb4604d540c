//! The list of somebody's bulk changes.

use rapport_types::bulk_changes::BulkEntity;
use rapport_types::filters::{FieldKind, Filter};
use rapport_types::ids::UserId;
use rapport_types::page::{CursorKey, Page, Paging};

use super::runs::BulkRun;
use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::bulk_change;
use crate::error::StoreError;
use crate::filters::{self, Column};
use crate::lists::{cursor_digest, finish};
use crate::sql::Sql;
use crate::totals::count;

/// Which bulk changes are wanted.
#[derive(Debug, Clone)]
pub struct Query {
    /// What they must match.
    pub filter: Filter,
    /// Which page; always in the order in which they were drafted.
    pub paging: Paging,
}

impl Query {
    /// The digest of its cursors.
    pub fn digest(&self) -> u64 {
        cursor_digest("bulk_changes", &self.filter, "", &self.paging)
    }
}

fn column(field: &str) -> Option<Column> {
    let (name, kind) = match field {
        "state" => ("state", FieldKind::Code),
        "entity" => ("entity", FieldKind::Code),
        "created" => ("created_at", FieldKind::Instant),
        _ => return None,
    };
    Some(Column::Plain(name, kind))
}

/// A page of somebody's own bulk changes of these kinds of records.
///
/// # Errors
/// What the database says.
pub async fn list(
    db: &Database,
    configuration: &Configuration,
    owner: UserId,
    entities: &[BulkEntity],
    query: &Query,
) -> Result<Page<BulkRun>, StoreError> {
    let trees = configuration.trees();
    let matching = |sql: &mut Sql| {
        sql.push(" FROM bulk_changes WHERE made_by = ")
            .bind(owner.uuid())
            .push(" AND entity IN (")
            .bind_all(entities.iter().map(|entity| entity.code()))
            .push(") AND ");
        filters::push(sql, &query.filter, trees, column);
    };
    let (beyond, direction) = if query.paging.sort.descending {
        (" < ", " DESC")
    } else {
        (" > ", "")
    };
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT *");
    matching(&mut sql);
    if let Some(cursor) = &query.paging.after
        && let Some(CursorKey::Moment(at, id)) = cursor.key
    {
        sql.push(" AND (created_at, id)").push(beyond);
        sql.push("(").bind(at).push(", ").bind(id).push(")");
    }
    sql.push(" ORDER BY created_at")
        .push(direction)
        .push(", id")
        .push(direction);
    sql.push(" LIMIT ").bind(i64::from(query.paging.limit) + 1);
    let mut rows = Vec::new();
    for row in sql.all::<bulk_change::Model>(&db.reader).await? {
        let key = CursorKey::Moment(row.created_at, row.id);
        rows.push((BulkRun::from_row(row)?, Some(key), 0));
    }
    let total = count(db, query.paging.total, |sql| {
        sql.push("SELECT 1");
        matching(sql);
    })
    .await?;
    Ok(finish(rows, &query.paging, query.digest(), total))
}

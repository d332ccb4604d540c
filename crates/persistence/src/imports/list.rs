//! The list of runs.

use rapport_types::filters::{FieldKind, Filter};
use rapport_types::page::{CursorKey, Page, Paging};

use super::Sight;
use super::runs::ImportRun;
use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::import;
use crate::error::StoreError;
use crate::filters::{self, Column};
use crate::lists::{cursor_digest, finish};
use crate::sql::Sql;
use crate::totals::count;

/// Which runs are wanted.
#[derive(Debug, Clone)]
pub struct Query {
    /// What they must match.
    pub filter: Filter,
    /// Which page; always in the order in which they were asked for.
    pub paging: Paging,
}

impl Query {
    /// The digest of its cursors.
    pub fn digest(&self) -> u64 {
        cursor_digest("imports", &self.filter, "", &self.paging)
    }
}

fn column(field: &str) -> Option<Column> {
    let (name, kind) = match field {
        "state" => ("state", FieldKind::Code),
        "entity" => ("entity", FieldKind::Code),
        "dry_run" => ("dry_run", FieldKind::Boolean),
        "started_by" => ("started_by", FieldKind::User),
        "team" => ("team_id", FieldKind::Team),
        "created" => ("started_at", FieldKind::Instant),
        _ => return None,
    };
    Some(Column::Plain(name, kind))
}

/// A page of the runs that somebody sees.
///
/// # Errors
/// What the database says.
pub async fn list(
    db: &Database,
    configuration: &Configuration,
    sight: &Sight,
    query: &Query,
) -> Result<Page<ImportRun>, StoreError> {
    let trees = configuration.trees();
    let matching = |sql: &mut Sql| {
        sql.push(" FROM imports WHERE ");
        sight.push(sql, "team_id", "started_by");
        sql.push(" AND ");
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
        sql.push(" AND (started_at, id)").push(beyond);
        sql.push("(").bind(at).push(", ").bind(id).push(")");
    }
    sql.push(" ORDER BY started_at")
        .push(direction)
        .push(", id")
        .push(direction);
    sql.push(" LIMIT ").bind(i64::from(query.paging.limit) + 1);
    let mut rows = Vec::new();
    for row in sql.all::<import::Model>(&db.reader).await? {
        let key = CursorKey::Moment(row.started_at, row.id);
        rows.push((ImportRun::from_row(row)?, Some(key), 0));
    }
    let total = count(db, query.paging.total, |sql| {
        sql.push("SELECT 1");
        matching(sql);
    })
    .await?;
    Ok(finish(rows, &query.paging, query.digest(), total))
}

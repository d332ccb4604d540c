//! How many rows a list has that is read by a statement of its own.

use rapport_types::page::{TOTAL_CAP, Total, TotalMode};

use crate::database::Database;
use crate::error::StoreError;
use crate::sql::Sql;

/// Counts the rows of the query that `push_rows` adds, as far as `mode` wants it.
pub(crate) async fn count(
    db: &Database,
    mode: TotalMode,
    push_rows: impl FnOnce(&mut Sql),
) -> Result<Option<Total>, StoreError> {
    let cap = TOTAL_CAP as i64;
    let is_capped = match mode {
        TotalMode::None => return Ok(None),
        TotalMode::Capped => true,
        TotalMode::Exact => false,
    };
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT count(*) AS many FROM (");
    push_rows(&mut sql);
    if is_capped {
        sql.push(" LIMIT ").bind(cap + 1);
    }
    sql.push(") AS counted");
    let rows = sql.rows(&db.reader).await?;
    let first = rows.first().map(|row| row.try_get("", "many"));
    let many: i64 = first.transpose()?.unwrap_or(0);
    let exact = !is_capped || many <= cap;
    Ok(Some(Total {
        count: if exact { many } else { cap }.unsigned_abs(),
        exact,
    }))
}

//! What runs had to say.

use chrono::{DateTime, Utc};
use rapport_types::filters::{FieldKind, Filter};
use rapport_types::ids::ImportId;
use rapport_types::imports::ImportFault;
use rapport_types::page::{CursorKey, Page, Paging};
use rapport_types::records::micros;
use sea_orm::sea_query::Query as Select;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::runs::number;
use crate::bookkeeping::Bookkeeping;
use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::{import, import_fault};
use crate::error::StoreError;
use crate::filters::{self, Column};
use crate::lists::{cursor_digest, finish};
use crate::sql::Sql;
use crate::totals::count;
use crate::writes::{PartTable, Writer, from_json, json};

impl PartTable for import_fault::Entity {}

/// Keeps what a run said, the first at `place`.
///
/// # Errors
/// What the database says.
pub async fn add_faults(
    writer: &mut Writer,
    import: ImportId,
    place: u64,
    faults: &[ImportFault],
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(faults.len());
    for (place, fault) in (place..).zip(faults) {
        rows.push(import_fault::ActiveModel {
            import_id: Set(import.uuid()),
            place: Set(number(place)),
            severity: Set(fault.severity().code().to_owned()),
            code: Set(fault.code.code().to_owned()),
            fault: Set(json(fault)?),
        });
    }
    if rows.is_empty() {
        return Ok(());
    }
    writer.insert_parts(rows).await
}

/// The digest of the cursors of a run's faults.
pub fn faults_digest(import: ImportId, filter: &Filter, paging: &Paging) -> u64 {
    cursor_digest("import_faults", filter, &import.to_string(), paging)
}

/// A page of what a run said, in the order in which it did. The caller has found the run.
///
/// # Errors
/// What the database says.
pub async fn faults(
    db: &Database,
    configuration: &Configuration,
    import: ImportId,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<ImportFault>, StoreError> {
    let trees = configuration.trees();
    let matching = |sql: &mut Sql| {
        sql.push(" FROM import_faults WHERE import_id = ")
            .bind(import.uuid())
            .push(" AND ");
        filters::push(sql, filter, trees, |field| match field {
            "severity" => Some(Column::Plain("severity", FieldKind::Code)),
            "code" => Some(Column::Plain("code", FieldKind::Code)),
            _ => None,
        });
    };
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT place, fault");
    matching(&mut sql);
    if let Some(cursor) = &paging.after
        && let Some(CursorKey::Integer(place)) = cursor.key
    {
        sql.push(" AND place > ").bind(place);
    }
    sql.push(" ORDER BY place LIMIT ")
        .bind(i64::from(paging.limit) + 1);
    let mut rows = Vec::new();
    for row in &sql.rows(&db.reader).await? {
        let fault: String = row.try_get("", "fault")?;
        let place: i64 = row.try_get("", "place")?;
        rows.push((from_json(&fault)?, Some(CursorKey::Integer(place)), 0));
    }
    let total = count(db, paging.total, |sql| {
        sql.push("SELECT 1");
        matching(sql);
    })
    .await?;
    let digest = faults_digest(import, filter, paging);
    Ok(finish(rows, paging, digest, total))
}

/// Forgets what runs said that ended before an instant; tells how many faults that were.
///
/// # Errors
/// What the database says.
pub async fn purge_faults(db: &Database, ended_before: DateTime<Utc>) -> Result<u64, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let old = Select::select()
        .column(import::Column::Id)
        .from(import::Entity)
        .and_where(import::Column::EndedAt.lt(micros(ended_before)))
        .take();
    let of_them =
        import_fault::Entity::delete_many().filter(import_fault::Column::ImportId.in_subquery(old));
    let count = books.delete(of_them).await?;
    books.commit().await?;
    Ok(count)
}

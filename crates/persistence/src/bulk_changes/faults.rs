//! Why records were refused.

use rapport_types::bulk_changes::RecordFault;
use rapport_types::filters::Filter;
use rapport_types::ids::BulkChangeId;
use rapport_types::page::{CursorKey, Page, Paging};
use sea_orm::Set;
use uuid::Uuid;

use crate::database::Database;
use crate::entities::bulk_change_fault;
use crate::error::StoreError;
use crate::lists::{cursor_digest, finish};
use crate::sql::Sql;
use crate::totals::count;
use crate::writes::{Writer, from_json, json};

/// Keeps why records were refused.
///
/// # Errors
/// What the database says.
pub async fn add_faults(
    writer: &mut Writer,
    run: BulkChangeId,
    faults: &[(Uuid, RecordFault)],
) -> Result<(), StoreError> {
    if faults.is_empty() {
        return Ok(());
    }
    let row = |(record, fault): &(Uuid, RecordFault)| {
        Ok(bulk_change_fault::ActiveModel {
            bulk_change_id: Set(run.uuid()),
            record_id: Set(*record),
            fault: Set(json(fault)?),
        })
    };
    let rows = faults.iter().map(row).collect::<Result<_, StoreError>>()?;
    writer.insert_parts(rows).await
}

/// The digest of the cursors of a bulk change's faults.
pub fn faults_digest(run: BulkChangeId, paging: &Paging) -> u64 {
    cursor_digest(
        "bulk_change_faults",
        &Filter::default(),
        &run.to_string(),
        paging,
    )
}

/// A page of the refused records by their ids. The caller has found the bulk change.
///
/// # Errors
/// What the database says.
pub async fn faults(
    db: &Database,
    run: BulkChangeId,
    paging: &Paging,
) -> Result<Page<RecordFault>, StoreError> {
    let matching = |sql: &mut Sql| {
        sql.push(" FROM bulk_change_faults WHERE bulk_change_id = ")
            .bind(run.uuid());
    };
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT record_id, fault");
    matching(&mut sql);
    if let Some(cursor) = &paging.after
        && let Some(CursorKey::Moment(_, record)) = cursor.key
    {
        sql.push(" AND record_id > ").bind(record);
    }
    sql.push(" ORDER BY record_id LIMIT ")
        .bind(i64::from(paging.limit) + 1);
    let mut rows = Vec::new();
    for row in &sql.rows(&db.reader).await? {
        let fault: String = row.try_get("", "fault")?;
        let record: Uuid = row.try_get("", "record_id")?;
        rows.push((from_json(&fault)?, Some(CursorKey::Moment(0, record)), 0));
    }
    let total = count(db, paging.total, |sql| {
        sql.push("SELECT 1");
        matching(sql);
    })
    .await?;
    Ok(finish(rows, paging, faults_digest(run, paging), total))
}

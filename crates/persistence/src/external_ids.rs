//! The keys of records in other systems, unique per source.

use std::collections::BTreeMap;

use rapport_types::records::{Entity, ExternalId};
use rapport_types::text::Code;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, Set};
use uuid::Uuid;

use crate::database::{Database, Kind};
use crate::entities::external_id::{self, ActiveModel};
use crate::error::StoreError;
use crate::sql::Sql;
use crate::values::text;
use crate::writes::{PartTable, Writer};

impl PartTable for external_id::Entity {}

/// Keys that one statement asks for.
const KEYS_PER_QUERY: usize = 5_000;

/// Stores the keys of a new record.
///
/// # Errors
/// [`StoreError::Taken`] when another record has one of them.
pub(crate) async fn insert(
    writer: &mut Writer,
    entity: Entity,
    record: Uuid,
    ids: &[ExternalId],
) -> Result<(), StoreError> {
    let rows = rows(entity, record, ids);
    if rows.is_empty() {
        Ok(())
    } else {
        writer.insert_parts(rows).await
    }
}

/// The rows of a record's keys.
pub(crate) fn rows(entity: Entity, record: Uuid, ids: &[ExternalId]) -> Vec<ActiveModel> {
    ids.iter()
        .map(|external| ActiveModel {
            entity: Set(entity.code().to_owned()),
            source: Set(external.source.as_str().to_owned()),
            external_id: Set(external.id.as_str().to_owned()),
            record_id: Set(record),
        })
        .collect()
}

/// Replaces the keys of a record.
///
/// # Errors
/// [`StoreError::Taken`] when another record has one of them.
pub(crate) async fn replace(
    writer: &mut Writer,
    entity: Entity,
    record: Uuid,
    ids: &[ExternalId],
) -> Result<(), StoreError> {
    delete(writer, entity, record).await?;
    insert(writer, entity, record, ids).await
}

/// Removes the keys of a record.
pub(crate) async fn delete(
    writer: &mut Writer,
    entity: Entity,
    record: Uuid,
) -> Result<(), StoreError> {
    let of_record = Condition::all()
        .add(Expr::col("record_id").eq(record))
        .add(Expr::col("entity").eq(entity.code()));
    writer.delete_parts::<external_id::Entity>(of_record).await
}

/// The records of a kind that have one of these keys.
pub(crate) async fn holders(
    writer: &Writer,
    entity: Entity,
    keys: &[ExternalId],
) -> Result<Vec<(ExternalId, Uuid)>, StoreError> {
    let mut by_source: BTreeMap<&Code, Vec<&str>> = BTreeMap::new();
    for key in keys {
        let ids = by_source.entry(&key.source).or_default();
        ids.push(key.id.as_str());
    }
    let kind = writer.sql().kind();
    let mut holders = Vec::new();
    for (source, ids) in by_source {
        for ids in ids.chunks(KEYS_PER_QUERY) {
            let found = find_all(writer.connection(), kind, entity, source.as_str(), ids).await?;
            for (id, record) in found {
                let id = text(id)?;
                let source = source.clone();
                holders.push((ExternalId { source, id }, record));
            }
        }
    }
    Ok(holders)
}

/// The record of a kind that has this key.
pub(crate) async fn holder(
    db: &Database,
    entity: Entity,
    key: &ExternalId,
) -> Result<Option<Uuid>, StoreError> {
    let ids = [key.id.as_str()];
    let found = find_all(&db.reader, db.kind, entity, key.source.as_str(), &ids).await?;
    Ok(found.into_iter().next().map(|(_, record)| record))
}

/// The records that these keys of one source name, as pairs of key and record.
pub(crate) async fn find_all(
    db: &impl ConnectionTrait,
    kind: Kind,
    entity: Entity,
    source: &str,
    ids: &[&str],
) -> Result<Vec<(String, Uuid)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(kind);
    sql.push("SELECT external_id, record_id FROM external_ids WHERE entity = ")
        .bind(entity.code());
    sql.push(" AND source = ")
        .bind(source)
        .push(" AND external_id IN (");
    sql.bind_all(ids.iter().copied()).push(")");
    let rows = sql.rows(db).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("", "external_id")?,
                row.try_get("", "record_id")?,
            ))
        })
        .collect()
}

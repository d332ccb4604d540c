//! Who made which version of a record, as the change log has it.

use std::collections::HashMap;

use rapport_types::ids::UserId;
use rapport_types::records::Entity;
use uuid::Uuid;

use crate::database::Database;
use crate::error::StoreError;
use crate::sql::Sql;

/// The person behind each version of a record of the configuration; the product's own are left out.
///
/// # Errors
/// What the database says.
pub async fn list(
    db: &Database,
    entity: Entity,
    key: &str,
) -> Result<HashMap<i64, UserId>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT version, actor_id FROM changes WHERE entity = ")
        .bind(entity.code());
    sql.push(" AND record_id = ").bind(key);
    sql.push(" AND actor_id IS NOT NULL");
    let rows = sql.rows(&db.reader).await?;
    rows.iter()
        .map(|row| {
            let actor: Uuid = row.try_get("", "actor_id")?;
            Ok((row.try_get("", "version")?, UserId::from_uuid(actor)))
        })
        .collect()
}

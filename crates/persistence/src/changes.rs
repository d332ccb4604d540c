//! Reading the change log, always a bounded stretch of its numbers.

use rapport_types::changes::{Logged, Members, ScopeKeys};
use rapport_types::ids::UserId;
use rapport_types::records::{Action, Actor, Entity};
use sea_orm::FromQueryResult;

use crate::database::Database;
use crate::entities::change;
use crate::error::StoreError;
use crate::sql::Sql;
use crate::values::instant;
use crate::writes::from_json;

/// What decides whether an entry is shown, and how much it weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Its number.
    pub seq: i64,
    /// Which kind of record.
    pub entity: Entity,
    /// Through whom the record was seen.
    pub scope_before: Option<ScopeKeys>,
    /// Through whom it is seen.
    pub scope_after: Option<ScopeKeys>,
    /// Characters of what changed.
    pub size: i64,
}

/// A stretch of the log: what comes after a number, to another one inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Exclusive.
    pub after: i64,
    /// Inclusive.
    pub last: i64,
}

impl Stretch {
    fn push(self, sql: &mut Sql) {
        sql.push("seq > ").bind(self.after);
        sql.push(" AND seq <= ").bind(self.last);
    }
}

/// The number of the newest entry; 0 when there is none.
///
/// # Errors
/// What the database says.
pub async fn head(db: &Database) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT COALESCE(MAX(seq), 0) AS head FROM changes");
    let rows = sql.rows(&db.reader).await?;
    let head = rows.first().map(|row| row.try_get("", "head"));
    Ok(head.transpose()?.unwrap_or(0))
}

/// Sketches of the entries of a stretch, of these kinds only when any is named.
///
/// # Errors
/// What the database says.
pub async fn sketches(
    db: &Database,
    stretch: Stretch,
    entities: &[Entity],
) -> Result<Vec<Sketch>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push(
        "SELECT seq, entity, scope_before, scope_after, \
         CAST(COALESCE(length(before), 0) + COALESCE(length(after), 0) AS BIGINT) AS size \
         FROM changes WHERE ",
    );
    stretch.push(&mut sql);
    if !entities.is_empty() {
        let codes = entities.iter().map(|entity| entity.code());
        sql.push(" AND entity IN (").bind_all(codes).push(")");
    }
    sql.push(" ORDER BY seq");
    let rows = sql.rows(&db.reader).await?;
    rows.iter()
        .map(|row| {
            Ok(Sketch {
                seq: row.try_get("", "seq")?,
                entity: entity(&row.try_get::<String>("", "entity")?)?,
                scope_before: keys(row.try_get("", "scope_before")?)?,
                scope_after: keys(row.try_get("", "scope_after")?)?,
                size: row.try_get("", "size")?,
            })
        })
        .collect()
}

/// The entries with these numbers, in order.
///
/// # Errors
/// What the database says.
pub async fn entries(db: &Database, numbers: &[i64]) -> Result<Vec<Logged>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    read(db, |sql| {
        sql.push("seq IN (").bind_all(numbers.iter().copied());
        sql.push(")");
    })
    .await
}

/// All entries of a stretch, in order.
///
/// # Errors
/// What the database says.
pub async fn stretch(db: &Database, stretch: Stretch) -> Result<Vec<Logged>, StoreError> {
    read(db, |sql| stretch.push(sql)).await
}

/// Whether an entry after this number moves one of these sights.
///
/// # Errors
/// What the database says.
pub async fn moves_one_of(
    db: &Database,
    sights: &[String],
    after: i64,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT 1 FROM changes WHERE sight IN (")
        .bind_all(sights.iter().map(String::as_str));
    sql.push(") AND seq > ").bind(after).push(" LIMIT 1");
    Ok(!sql.rows(&db.reader).await?.is_empty())
}

async fn read(db: &Database, which: impl FnOnce(&mut Sql)) -> Result<Vec<Logged>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM changes WHERE ");
    which(&mut sql);
    sql.push(" ORDER BY seq");
    let rows = sql.rows(&db.reader).await?;
    rows.iter()
        .map(|row| logged(change::Model::from_query_result(row, "")?))
        .collect()
}

fn logged(row: change::Model) -> Result<Logged, StoreError> {
    let members = |json: Option<String>| -> Result<Option<Members>, StoreError> {
        json.as_deref().map(from_json).transpose()
    };
    Ok(Logged {
        seq: row.seq,
        at: instant(row.at),
        actor: row
            .actor_id
            .map_or(Actor::System, |id| Actor::User(UserId::from_uuid(id))),
        on_behalf_of: row.on_behalf_of,
        request_id: row.request_id,
        entity: entity(&row.entity)?,
        id: row.record_id,
        version: row.version,
        action: Action::from_code(&row.action)
            .ok_or_else(|| StoreError::Failed(format!("unknown action {}", row.action)))?,
        before: members(row.before)?,
        after: members(row.after)?,
        scope_before: keys(row.scope_before)?,
        scope_after: keys(row.scope_after)?,
        sight: row.sight,
    })
}

fn entity(code: &str) -> Result<Entity, StoreError> {
    Entity::from_code(code).ok_or_else(|| StoreError::Failed(format!("unknown record {code}")))
}

fn keys(json: Option<String>) -> Result<Option<ScopeKeys>, StoreError> {
    json.as_deref().map(from_json).transpose()
}

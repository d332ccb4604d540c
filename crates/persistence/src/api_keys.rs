//! API keys of service users.
//!
//! Of a key only the SHA-256 is stored, which is in no wire type and no change entry: it is random,
//! so nothing can be guessed from a fast hash. It is found by that digest, and so compared by the
//! database without telling anything about the key in its time.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::api_keys::{AddressRange, ApiKey, ApiKeySummary};
use rapport_types::ids::{ApiKeyId, UserId};
use rapport_types::records::{Entity, micros};
use rapport_types::sessions::Me;
use rapport_types::text::LabelText;
use sea_orm::sea_query::{Condition, OnConflict};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Set};

use crate::bookkeeping::Bookkeeping;
use crate::configuration::{json_text, stored};
use crate::database::Database;
use crate::entities::{api_key, api_key_use};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::sessions::TokenDigest;
use crate::sql::Sql;
use crate::users::{CALLER, caller};
use crate::values::instant;
use crate::writes::{Record, Writer, from_json};

/// How exactly the last use is kept.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

impl Record for ApiKey {
    const ENTITY: Entity = Entity::ApiKey;
    type Table = api_key::Entity;
    type Row = api_key::ActiveModel;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        ScopeKeys::default()
    }

    /// The row without the digest, which stays as it is.
    fn row(&self) -> Self::Row {
        api_key::ActiveModel {
            id: Set(self.id.uuid()),
            version: Set(self.version),
            user_id: Set(self.user_id.uuid()),
            name: Set(self.name.to_string()),
            scopes: Set(json_text(&self.scopes)),
            expires_at: Set(self.expires_at.map(micros)),
            addresses: Set(json_text(&self.addresses)),
            digest: ActiveValue::NotSet,
            created_at: Set(micros(self.created_at)),
            created_by: Set(self.created_by.map(UserId::uuid)),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(api_key::Column::Id.eq(self.id.uuid()))
    }
}

fn from_row(row: api_key::Model) -> Result<ApiKey, StoreError> {
    let addresses: Vec<AddressRange> = from_json(&row.addresses)?;
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(row.id),
        version: row.version,
        user_id: UserId::from_uuid(row.user_id),
        name: LabelText::try_from(row.name).map_err(|_| stored("name of an API key"))?,
        scopes: from_json(&row.scopes)?,
        expires_at: row.expires_at.map(instant),
        addresses,
        created_at: instant(row.created_at),
        created_by: row.created_by.map(UserId::from_uuid),
        secret: None,
    })
}

/// Adds a key by the digest of its secret.
///
/// # Errors
/// What the database says.
pub async fn insert(
    writer: &mut Writer,
    key: &ApiKey,
    digest: &TokenDigest,
) -> Result<(), StoreError> {
    let row = api_key::ActiveModel {
        digest: Set(digest.hex()),
        ..key.row()
    };
    writer.insert_as(std::slice::from_ref(key), vec![row]).await
}

/// Removes a key, by which nobody calls any more; the change log keeps what it was.
///
/// # Errors
/// [`StoreError::NotFound`] when it is gone.
pub async fn delete(writer: &mut Writer, key: &ApiKey) -> Result<(), StoreError> {
    writer.delete(key).await
}

/// How many keys a service user has, within the transaction.
///
/// # Errors
/// What the database says.
pub async fn count(writer: &Writer, user: UserId) -> Result<usize, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT id FROM api_keys WHERE user_id = ")
        .bind(user.uuid());
    Ok(sql.rows(writer.connection()).await?.len())
}

/// A key.
///
/// # Errors
/// What the database says.
pub async fn find(db: &Database, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    find_in(&db.reader, id).await
}

/// A key, as the transaction sees it.
///
/// # Errors
/// What the database says.
pub async fn find_within(writer: &Writer, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    find_in(writer.connection(), id).await
}

async fn find_in(db: &impl ConnectionTrait, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    let row = api_key::Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(from_row).transpose()
}

/// The keys of a service user with their last use: a few, since their number is bounded.
///
/// # Errors
/// What the database says.
pub async fn list(db: &Database, user: UserId) -> Result<Vec<ApiKeySummary>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT k.*, x.used_at FROM api_keys k ");
    sql.push("LEFT JOIN api_key_uses x ON x.api_key_id = k.id WHERE k.user_id = ")
        .bind(user.uuid());
    let rows = sql.rows(&db.reader).await?;
    let summary = |row| {
        let key = from_row(api_key::Model::from_query_result(row, "")?)?;
        let used_at: Option<i64> = row.try_get("", "used_at")?;
        Ok(ApiKeySummary {
            id: key.id,
            version: key.version,
            name: key.name,
            scopes: key.scopes,
            expires_at: key.expires_at,
            addresses: key.addresses,
            created_at: key.created_at,
            created_by: key.created_by,
            last_used_at: used_at.map(instant),
        })
    };
    rows.iter().map(summary).collect()
}

/// A service that calls by a key.
#[derive(Debug, Clone)]
pub struct Service {
    /// Who it is and what it may do by this key.
    pub me: Me,
    /// The key.
    pub key: ApiKey,
    /// When the key was last used.
    used_at: Option<DateTime<Utc>>,
}

/// The active service whose key has this digest. One statement.
///
/// # Errors
/// What the database says.
pub async fn find_caller(
    db: &Database,
    digest: &TokenDigest,
) -> Result<Option<Service>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT k.id AS k_id, k.version AS k_version, k.user_id AS k_user_id, ");
    sql.push("k.name AS k_name, k.scopes AS k_scopes, k.expires_at AS k_expires_at, ");
    sql.push("k.addresses AS k_addresses, '' AS k_digest, k.created_at AS k_created_at, ");
    sql.push("k.created_by AS k_created_by, x.used_at AS used_at, ")
        .push(CALLER);
    sql.push(" FROM api_keys k JOIN users u ON u.id = k.user_id ");
    sql.push("LEFT JOIN api_key_uses x ON x.api_key_id = k.id LEFT JOIN roles r ON 1 = 1 ");
    sql.push("WHERE u.active AND u.kind = 'service' AND k.digest = ")
        .bind(digest.hex());
    let rows = sql.rows(&db.reader).await?;
    let (Some(first), Some(mut me)) = (rows.first(), caller(&rows)?) else {
        return Ok(None);
    };
    let key = from_row(api_key::Model::from_query_result(first, "k_")?)?;
    let used_at: Option<i64> = first.try_get("", "used_at")?;
    me.api_key_id = Some(key.id);
    me.permissions = key.rights(&me.permissions);
    me.scopes = key.scopes.clone();
    Ok(Some(Service {
        me,
        key,
        used_at: used_at.map(instant),
    }))
}

/// Notes that the key is used at `now`, unless it was a moment ago.
///
/// # Errors
/// What the database says.
pub async fn note_use(
    db: &Database,
    service: &Service,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if service
        .used_at
        .is_some_and(|last| now - last < USE_NOTED_EVERY)
    {
        return Ok(());
    }
    let books = Bookkeeping::begin(db).await?;
    let row = api_key_use::ActiveModel {
        api_key_id: Set(service.key.id.uuid()),
        used_at: Set(micros(now)),
    };
    let again = OnConflict::column(api_key_use::Column::ApiKeyId)
        .update_column(api_key_use::Column::UsedAt)
        .to_owned();
    books
        .insert(api_key_use::Entity::insert(row).on_conflict(again))
        .await?;
    books.commit().await
}

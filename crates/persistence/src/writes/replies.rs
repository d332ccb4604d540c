//! Replies that are stored with what they tell, so that a request can be sent again.
//!
//! A sender that got no answer does not know whether its request was carried out. It sends it again
//! by the same key and gets the stored reply. The reply is written in the transaction of the effect:
//! either both last or neither. Replies of refused requests are not stored; the same request is
//! then judged anew.
//!
//! To this crate a reply is opaque text, and a request is what its sender may not use twice.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::records::micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Writer;
use crate::bookkeeping::Bookkeeping;
use crate::database::{Database, Kind};
use crate::entities::reply;
use crate::error::StoreError;
use crate::sql::Sql;

/// How long a reply is kept at least.
pub const KEPT: TimeDelta = TimeDelta::hours(48);
/// How long PostgreSQL waits for a request of the same key; on SQLite the turn to write has been
/// waited for already.
const PATIENCE_MS: &str = "5000";

/// A request that may be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Digest of who asks what by which key.
    pub request: String,
    /// Digest of the body, which must be the same each time.
    pub body: String,
}

/// A reply, and whether it was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replied {
    /// The reply.
    pub text: String,
    /// Whether an earlier request of the same key got it.
    pub is_replay: bool,
}

/// Does `work` and stores what `reply` makes of its result; when an earlier request of this key
/// was carried out, gives its reply instead. One that is under way is waited for.
///
/// # Errors
/// [`StoreError::OtherBody`] when the earlier request had another body, [`StoreError::InProgress`]
/// when it is under way for long, else what `work` returns, or the database.
pub async fn once<T, E: From<StoreError>>(
    writer: &mut Writer,
    key: &RequestKey,
    work: impl AsyncFnOnce(&mut Writer) -> Result<T, E>,
    reply: impl FnOnce(&T) -> Result<String, E>,
) -> Result<Replied, E> {
    if let Some(text) = claim(writer, key).await? {
        return Ok(Replied {
            text,
            is_replay: true,
        });
    }
    let text = reply(&work(writer).await?)?;
    let mut sql = writer.sql();
    sql.push("UPDATE replies SET reply = ").bind(text.as_str());
    sql.push(" WHERE request = ").bind(key.request.as_str());
    sql.execute(&writer.transaction).await?;
    Ok(Replied {
        text,
        is_replay: false,
    })
}

/// Takes the key, or gives the reply of the request that took it.
async fn claim(writer: &Writer, key: &RequestKey) -> Result<Option<String>, StoreError> {
    let usual = wait_for_locks(writer, PATIENCE_MS).await?;
    let mut sql = writer.sql();
    sql.push("INSERT INTO replies (request, body, created_at) VALUES (")
        .bind_all([key.request.as_str(), key.body.as_str()])
        .push(", ")
        .bind(micros(writer.context.now))
        .push(") ON CONFLICT (request) DO NOTHING");
    let inserted = match sql.execute(&writer.transaction).await {
        // Another transaction holds the key and has not ended.
        Err(StoreError::Locked(_)) => return Err(StoreError::InProgress),
        other => other?,
    };
    wait_for_locks(writer, &usual).await?;
    if inserted == 1 {
        return Ok(None);
    }
    let found = find_in(&writer.transaction, writer.kind, key).await?;
    // A key without a reply ends with its transaction, which is over.
    found.ok_or(StoreError::InProgress).map(Some)
}

/// Lets PostgreSQL wait for a lock no longer than this, and tells how long it did before.
async fn wait_for_locks(writer: &Writer, time: &str) -> Result<String, StoreError> {
    if writer.kind != Kind::Postgres {
        return Ok(String::new());
    }
    let mut before = writer.sql();
    before.push("SELECT current_setting('lock_timeout') AS time");
    let before = before.rows(&writer.transaction).await?;
    let mut sql = writer.sql();
    sql.push("SELECT set_config('lock_timeout', ")
        .bind(time)
        .push(", true)");
    sql.rows(&writer.transaction).await?;
    let before = before.first().map(|row| row.try_get("", "time"));
    Ok(before.transpose()?.unwrap_or_default())
}

/// The reply of an earlier request of this key that was carried out.
///
/// # Errors
/// [`StoreError::OtherBody`] when it had another body, else what the database says.
pub async fn find(db: &Database, key: &RequestKey) -> Result<Option<String>, StoreError> {
    find_in(&db.reader, db.kind, key).await
}

async fn find_in(
    db: &impl sea_orm::ConnectionTrait,
    kind: Kind,
    key: &RequestKey,
) -> Result<Option<String>, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("SELECT body, reply FROM replies WHERE request = ")
        .bind(key.request.as_str());
    let rows = sql.rows(db).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let body: String = row.try_get("", "body")?;
    if body != key.body {
        return Err(StoreError::OtherBody);
    }
    Ok(row.try_get("", "reply")?)
}

/// Removes replies that are older than [`KEPT`] and tells how many.
///
/// # Errors
/// What the database says.
pub async fn purge(db: &Database, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let old = reply::Column::CreatedAt.lt(micros(now - KEPT));
    let count = books
        .delete(reply::Entity::delete_many().filter(old))
        .await?;
    books.commit().await?;
    Ok(count)
}

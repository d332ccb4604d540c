//! Signed-in sessions: each a family of refresh tokens, of which only the newest may be used.
//!
//! Only digests of tokens are stored. A spent token that comes back after [`GRACE`] means that two
//! parties hold the family: it ends. Within the grace it is the same page refreshing twice in
//! parallel (two tabs share one cookie): the answer is [`Rotation::Repeated`], which earns an access
//! token but no further refresh token, because the page holds the successor already. So there is
//! never more than one token of a family that can be spent.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::ids::{SessionId, UserId};
use rapport_types::records::micros;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::bookkeeping::Bookkeeping;
use crate::database::Database;
use crate::entities::{refresh_token, session, signing_key};
use crate::error::StoreError;
use crate::writes::Writer;

/// A session that is not used for so long ends by itself.
pub const IDLE: TimeDelta = TimeDelta::days(30);
/// How long a spent token may come back without harm.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

/// The SHA-256 of a refresh token or an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenDigest(pub [u8; 32]);

impl TokenDigest {
    pub(crate) fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The session.
    pub session: SessionId,
    /// The person.
    pub user: UserId,
}

/// What became of a refresh token that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// It is spent now, and the successor is stored.
    Rotated(Owner),
    /// It was spent a moment ago: the successor that was answered then stays the newest.
    Repeated(Owner),
    /// It was spent long ago: the session has ended.
    Reused(Owner),
    /// There is no such token, or its session has ended.
    Refused,
}

/// Opens a session with its first refresh token, if the person may still sign in by the password of
/// this hash; false when the person was deactivated or has another password since the hash was read.
///
/// # Errors
/// What the database says.
pub async fn open(
    db: &Database,
    owner: Owner,
    password_hash: &str,
    token: &TokenDigest,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let mut unchanged = books.sql();
    unchanged
        .push("SELECT id FROM users WHERE active AND id = ")
        .bind(owner.user.uuid())
        .push(" AND password_hash = ")
        .bind(password_hash);
    if !books.holds(unchanged).await? {
        return Ok(false);
    }
    insert_session(&books, owner, token, now).await?;
    books.commit().await?;
    Ok(true)
}

/// Spends a refresh token and stores its successor.
///
/// # Errors
/// What the database says.
pub async fn rotate(
    db: &Database,
    token: &TokenDigest,
    successor: &TokenDigest,
    now: DateTime<Utc>,
) -> Result<Rotation, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let digest = token.hex();
    // Of two that hand in the same token at once, one changes the row.
    let spent = refresh_token::Entity::update_many()
        .set(refresh_token::ActiveModel {
            spent_at: Set(Some(micros(now))),
            ..Default::default()
        })
        .filter(refresh_token::Column::Digest.eq(digest.as_str()))
        .filter(refresh_token::Column::SpentAt.is_null());
    let was_newest = books.update(spent).await? == 1;
    let Some(token) = books.one(refresh_token::Entity::find_by_id(digest)).await? else {
        return Ok(Rotation::Refused);
    };
    let session = books
        .one(session::Entity::find_by_id(token.session_id))
        .await?;
    let Some(session) = session.filter(|s| s.ended_at.is_none() && s.expires_at > micros(now))
    else {
        return Ok(Rotation::Refused);
    };
    let owner = Owner {
        session: SessionId::from_uuid(session.id),
        user: UserId::from_uuid(session.user_id),
    };
    if was_newest {
        insert_token(&books, owner.session, successor, now).await?;
        let used = session::ActiveModel {
            used_at: Set(micros(now)),
            expires_at: Set(micros(now + IDLE)),
            ..Default::default()
        };
        let update = session::Entity::update_many()
            .set(used)
            .filter(session::Column::Id.eq(session.id));
        books.update(update).await?;
        books.commit().await?;
        return Ok(Rotation::Rotated(owner));
    }
    if token.spent_at.is_some_and(|at| at >= micros(now - GRACE)) {
        return Ok(Rotation::Repeated(owner));
    }
    end_where(&books, session::Column::Id.eq(session.id), now).await?;
    books.commit().await?;
    Ok(Rotation::Reused(owner))
}

/// Ends the session that a refresh token belongs to, spent or not; tells which it was.
///
/// # Errors
/// What the database says.
pub async fn end_by_token(
    db: &Database,
    token: &TokenDigest,
    now: DateTime<Utc>,
) -> Result<Option<SessionId>, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let Some(token) = books
        .one(refresh_token::Entity::find_by_id(token.hex()))
        .await?
    else {
        return Ok(None);
    };
    end_where(&books, session::Column::Id.eq(token.session_id), now).await?;
    books.commit().await?;
    Ok(Some(SessionId::from_uuid(token.session_id)))
}

/// Ends one session.
///
/// # Errors
/// What the database says.
pub async fn end(db: &Database, session: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let books = Bookkeeping::begin(db).await?;
    end_where(&books, session::Column::Id.eq(session.uuid()), now).await?;
    books.commit().await
}

/// Ends all sessions of a person that are open, but for one where given, in the transaction of the
/// change that ends them.
///
/// # Errors
/// What the database says.
pub(crate) async fn end_all(
    writer: &Writer,
    user: UserId,
    kept: Option<SessionId>,
) -> Result<(), StoreError> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(micros(writer.now())))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::UserId.eq(user.uuid()));
    if let Some(kept) = kept {
        update = update.filter(session::Column::Id.ne(kept.uuid()));
    }
    writer.keep_books(update).await
}

/// Removes sessions that ended or expired longer than [`IDLE`] ago, with their tokens; tells how many.
///
/// # Errors
/// What the database says.
pub async fn purge(db: &Database, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let old = session::Column::ExpiresAt.lt(micros(now - IDLE));
    let tokens = sea_orm::sea_query::Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(old.clone())
        .take();
    let tokens = refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.in_subquery(tokens));
    books.delete(tokens).await?;
    let count = books
        .delete(session::Entity::delete_many().filter(old))
        .await?;
    books.commit().await?;
    Ok(count)
}

/// The key that signs access tokens when the settings give none: stored once, the same for all
/// processes on this database. `candidate` becomes the key when there is none yet.
///
/// # Errors
/// What the database says.
pub async fn signing_key(
    db: &Database,
    candidate: &str,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let row = signing_key::ActiveModel {
        id: Set(1),
        secret: Set(candidate.to_owned()),
        created_at: Set(micros(now)),
    };
    let nothing = OnConflict::column(signing_key::Column::Id)
        .do_nothing()
        .to_owned();
    books
        .insert(signing_key::Entity::insert(row).on_conflict(nothing))
        .await?;
    let stored = books.one(signing_key::Entity::find_by_id(1)).await?;
    books.commit().await?;
    stored.map(|row| row.secret).ok_or(StoreError::NotFound)
}

async fn insert_session(
    books: &Bookkeeping,
    owner: Owner,
    token: &TokenDigest,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = session::ActiveModel {
        id: Set(owner.session.uuid()),
        user_id: Set(owner.user.uuid()),
        created_at: Set(micros(now)),
        used_at: Set(micros(now)),
        expires_at: Set(micros(now + IDLE)),
        ended_at: Set(None),
    };
    books.insert(session::Entity::insert(row)).await?;
    insert_token(books, owner.session, token, now).await
}

async fn insert_token(
    books: &Bookkeeping,
    session: SessionId,
    token: &TokenDigest,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = refresh_token::ActiveModel {
        digest: Set(token.hex()),
        session_id: Set(session.uuid()),
        issued_at: Set(micros(now)),
        spent_at: Set(None),
    };
    books.insert(refresh_token::Entity::insert(row)).await?;
    Ok(())
}

async fn end_where(
    books: &Bookkeeping,
    which: sea_orm::sea_query::Expr,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ended = session::ActiveModel {
        ended_at: Set(Some(micros(now))),
        ..Default::default()
    };
    let update = session::Entity::update_many()
        .set(ended)
        .filter(which)
        .filter(session::Column::EndedAt.is_null());
    books.update(update).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Temporary, at};
    use crate::writes::{WriteContext, write};

    fn token(number: u8) -> TokenDigest {
        TokenDigest([number; 32])
    }

    /// Opens a session of somebody of whom these tables know nothing else.
    async fn open(db: &Database, owner: Owner, token: &TokenDigest, now: DateTime<Utc>) {
        let books = Bookkeeping::begin(db).await.unwrap();
        insert_session(&books, owner, token, now).await.unwrap();
        books.commit().await.unwrap();
    }

    async fn signed_in(db: &Database) -> Owner {
        let owner = Owner {
            session: SessionId::from_uuid(Uuid::from_u128(1)),
            user: UserId::from_uuid(Uuid::from_u128(2)),
        };
        open(db, owner, &token(1), at(0)).await;
        owner
    }

    #[tokio::test]
    async fn a_token_is_spent_once_and_its_successor_goes_on() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        let owner = signed_in(&db).await;
        assert_eq!(
            rotate(&db, &token(1), &token(2), at(60)).await,
            Ok(Rotation::Rotated(owner))
        );
        assert_eq!(
            rotate(&db, &token(2), &token(3), at(120)).await,
            Ok(Rotation::Rotated(owner))
        );
        assert_eq!(
            rotate(&db, &token(9), &token(4), at(120)).await,
            Ok(Rotation::Refused)
        );
    }

    #[tokio::test]
    async fn a_parallel_refresh_is_answered_but_a_late_one_ends_the_family() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        let owner = signed_in(&db).await;
        rotate(&db, &token(1), &token(2), at(60)).await.unwrap();
        assert_eq!(
            rotate(&db, &token(1), &token(3), at(70)).await,
            Ok(Rotation::Repeated(owner))
        );
        assert_eq!(
            rotate(&db, &token(3), &token(4), at(70)).await,
            Ok(Rotation::Refused)
        );
        assert_eq!(
            rotate(&db, &token(1), &token(4), at(71)).await,
            Ok(Rotation::Reused(owner))
        );
        assert_eq!(
            rotate(&db, &token(2), &token(5), at(72)).await,
            Ok(Rotation::Refused)
        );
    }

    #[tokio::test]
    async fn an_idle_session_expires_and_a_used_one_does_not() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        let owner = signed_in(&db).await;
        let month = IDLE.num_seconds();
        let rotated = rotate(&db, &token(1), &token(2), at(month - 1)).await;
        assert_eq!(rotated, Ok(Rotation::Rotated(owner)));
        assert_eq!(
            rotate(&db, &token(2), &token(3), at(2 * month)).await,
            Ok(Rotation::Refused)
        );
        assert_eq!(purge(&db, at(2 * month)).await, Ok(0));
        assert_eq!(purge(&db, at(4 * month)).await, Ok(1));
    }

    #[tokio::test]
    async fn signing_out_ends_the_family_and_deactivation_ends_all_of_them() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        let owner = signed_in(&db).await;
        let other = Owner {
            session: SessionId::from_uuid(Uuid::from_u128(5)),
            ..owner
        };
        open(&db, other, &token(7), at(1)).await;
        assert_eq!(
            end_by_token(&db, &token(1), at(5)).await,
            Ok(Some(owner.session))
        );
        assert_eq!(end_by_token(&db, &token(8), at(5)).await, Ok(None));
        assert_eq!(
            rotate(&db, &token(1), &token(2), at(6)).await,
            Ok(Rotation::Refused)
        );
        let end_all_but = async |kept: Option<SessionId>| {
            let context = WriteContext::system("test", at(7));
            let work = async |writer: &mut Writer| end_all(writer, owner.user, kept).await;
            write(&db, context, work).await.unwrap();
        };
        end_all_but(Some(other.session)).await;
        assert_eq!(
            rotate(&db, &token(7), &token(9), at(7)).await,
            Ok(Rotation::Rotated(other))
        );
        end_all_but(None).await;
        assert_eq!(
            rotate(&db, &token(9), &token(3), at(8)).await,
            Ok(Rotation::Refused)
        );
        assert_eq!(
            rotate(&db, &token(7), &token(2), at(8)).await,
            Ok(Rotation::Refused)
        );
    }

    #[tokio::test]
    async fn the_first_signing_key_stays() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        assert_eq!(
            signing_key(&db, "first", at(0)).await,
            Ok("first".to_owned())
        );
        assert_eq!(
            signing_key(&db, "second", at(1)).await,
            Ok("first".to_owned())
        );
    }
}

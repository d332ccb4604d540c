//! Sign-in throttling, exact across processes: failures are counted in the database.
//!
//! An attempt is booked as a failure before the password is looked at and struck out when it was
//! right, so that any number of attempts at once cannot pass the limit. The names of accounts and
//! addresses come as opaque keys: somebody may have typed a password into the wrong box.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::records::micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::bookkeeping::Bookkeeping;
use crate::database::Database;
use crate::entities::sign_in_failure;
use crate::error::StoreError;

/// How long a failure counts.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Failures of one account within the window, after which attempts are refused.
pub const ACCOUNT_LIMIT: u64 = 10;
/// Failures from one address within the window, after which attempts are refused.
pub const ADDRESS_LIMIT: u64 = 100;

/// An attempt to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its own id.
    pub id: Uuid,
    /// The key of the account.
    pub account: String,
    /// The key of the address it comes from.
    pub address: String,
}

/// Whether an attempt may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is booked as a failure until [`succeed`] strikes it out.
    Booked,
    /// Too many failures; it is not booked.
    Refused {
        /// Seconds until the next attempt is accepted, at least 1.
        retry_after_seconds: u64,
    },
}

/// Books an attempt, unless account or address have failed too often.
///
/// # Errors
/// What the database says.
pub async fn book(
    db: &Database,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<Verdict, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let limits = [
        (format!("account:{}", attempt.account), ACCOUNT_LIMIT),
        (format!("address:{}", attempt.address), ADDRESS_LIMIT),
    ];
    // Always the account first: two attempts never wait for each other in a ring.
    for (bucket, _) in &limits {
        books.lock(bucket).await?;
    }
    let start = micros(now - WINDOW);
    let mut free_at = None;
    for (bucket, limit) in &limits {
        let decisive = sign_in_failure::Entity::find()
            .filter(sign_in_failure::Column::Bucket.eq(bucket.as_str()))
            .filter(sign_in_failure::Column::FailedAt.gt(start))
            .order_by_desc(sign_in_failure::Column::FailedAt)
            .offset(limit - 1)
            .limit(1);
        let decisive = books.one(decisive).await?;
        free_at = free_at.max(decisive.map(|row| row.failed_at + WINDOW.num_seconds() * 1_000_000));
    }
    if let Some(free_at) = free_at {
        let microseconds = free_at.saturating_sub(micros(now)).max(1);
        let retry_after_seconds = microseconds.unsigned_abs().div_ceil(1_000_000);
        return Ok(Verdict::Refused {
            retry_after_seconds,
        });
    }
    let outdated = sign_in_failure::Column::FailedAt.lte(start);
    books
        .delete(sign_in_failure::Entity::delete_many().filter(outdated))
        .await?;
    for (bucket, _) in limits {
        let row = sign_in_failure::ActiveModel {
            attempt_id: Set(attempt.id),
            bucket: Set(bucket),
            failed_at: Set(micros(now)),
        };
        books.insert(sign_in_failure::Entity::insert(row)).await?;
    }
    books.commit().await?;
    Ok(Verdict::Booked)
}

/// Strikes out a booked attempt whose password was right, and with it the account's failures. The
/// address keeps its other failures: one known password must not open the way to guess others.
///
/// # Errors
/// What the database says.
pub async fn succeed(db: &Database, attempt: &Attempt) -> Result<(), StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let account = sign_in_failure::Column::Bucket.eq(format!("account:{}", attempt.account));
    let which = sea_orm::ExprTrait::or(account, sign_in_failure::Column::AttemptId.eq(attempt.id));
    books
        .delete(sign_in_failure::Entity::delete_many().filter(which))
        .await?;
    books.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Temporary, at};

    fn attempt(id: u128, account: &str, address: &str) -> Attempt {
        Attempt {
            id: Uuid::from_u128(id),
            account: account.to_owned(),
            address: address.to_owned(),
        }
    }

    #[tokio::test]
    async fn the_eleventh_failure_of_an_account_is_refused_until_the_first_is_old() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        for i in 0..10 {
            let verdict = book(
                &db,
                &attempt(i, "anna", "home"),
                at(i64::try_from(i).unwrap() * 10),
            )
            .await;
            assert_eq!(verdict, Ok(Verdict::Booked), "{i}");
        }
        let refused = book(&db, &attempt(10, "anna", "elsewhere"), at(100)).await;
        assert_eq!(
            refused,
            Ok(Verdict::Refused {
                retry_after_seconds: 800
            })
        );
        assert_eq!(
            book(&db, &attempt(11, "bert", "home"), at(100)).await,
            Ok(Verdict::Booked)
        );
        assert_eq!(
            book(&db, &attempt(12, "anna", "home"), at(899)).await,
            Ok(Verdict::Refused {
                retry_after_seconds: 1
            })
        );
        assert_eq!(
            book(&db, &attempt(13, "anna", "home"), at(900)).await,
            Ok(Verdict::Booked)
        );
    }

    #[tokio::test]
    async fn an_address_is_refused_after_a_hundred_failures_of_many_accounts() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        for i in 0..100 {
            let verdict = book(&db, &attempt(i, &i.to_string(), "cafe"), at(0)).await;
            assert_eq!(verdict, Ok(Verdict::Booked), "{i}");
        }
        let refused = book(&db, &attempt(100, "new", "cafe"), at(300)).await;
        assert_eq!(
            refused,
            Ok(Verdict::Refused {
                retry_after_seconds: 600
            })
        );
        assert_eq!(
            book(&db, &attempt(101, "new", "home"), at(300)).await,
            Ok(Verdict::Booked)
        );
    }

    #[tokio::test]
    async fn the_right_password_clears_the_account_but_not_the_address() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        for i in 0..99 {
            let account = if i < 9 {
                "anna".to_owned()
            } else {
                i.to_string()
            };
            book(&db, &attempt(i, &account, "home"), at(0))
                .await
                .unwrap();
        }
        let right = attempt(99, "anna", "home");
        assert_eq!(book(&db, &right, at(1)).await, Ok(Verdict::Booked));
        succeed(&db, &right).await.unwrap();
        let last = attempt(100, "anna", "home");
        assert_eq!(book(&db, &last, at(2)).await, Ok(Verdict::Booked));
        let refused = book(&db, &attempt(101, "anna", "home"), at(3)).await;
        assert!(
            matches!(refused, Ok(Verdict::Refused { .. })),
            "100 failures of the address remain"
        );
    }

    #[tokio::test]
    async fn attempts_at_once_cannot_pass_the_limit() {
        let temporary = Temporary::folder();
        let (one, two) = (temporary.migrated().await, temporary.open().await);
        let attempts = (0..40).map(|i| {
            let db = if i % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move { book(&db, &attempt(i, "anna", "home"), at(0)).await })
        });
        let mut booked = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            booked += usize::from(attempt.await.unwrap() == Ok(Verdict::Booked));
        }
        assert_eq!(booked, 10);
    }
}

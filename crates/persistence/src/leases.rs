//! Leases: of many processes, one at a time does a thing.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::records::micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, Set};

use crate::bookkeeping::Bookkeeping;
use crate::database::Database;
use crate::entities::lease;
use crate::error::StoreError;
use crate::values::instant;

/// Takes or renews the lease `name` for `length`; false while another holder has it.
///
/// # Errors
/// What the database says.
pub async fn try_take(
    db: &Database,
    name: &str,
    holder: &str,
    now: DateTime<Utc>,
    length: TimeDelta,
) -> Result<bool, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let row = lease::ActiveModel {
        name: Set(name.to_owned()),
        holder: Set(holder.to_owned()),
        expires_at: Set(micros(now + length)),
    };
    let free = lease::Column::ExpiresAt
        .into_expr()
        .lte(micros(now))
        .or(lease::Column::Holder.into_expr().eq(holder));
    let take = OnConflict::column(lease::Column::Name)
        .update_columns([lease::Column::Holder, lease::Column::ExpiresAt])
        .action_and_where(free)
        .to_owned();
    let taken = books
        .insert(lease::Entity::insert(row).on_conflict(take))
        .await?
        == 1;
    books.commit().await?;
    Ok(taken)
}

/// Gives the lease back, if `holder` has it.
///
/// # Errors
/// What the database says.
pub async fn release(db: &Database, name: &str, holder: &str) -> Result<(), StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let mine = lease::Entity::delete_many()
        .filter(lease::Column::Name.eq(name))
        .filter(lease::Column::Holder.eq(holder));
    books.delete(mine).await?;
    books.commit().await
}

/// Until when somebody holds, or has held, the lease; none when nobody ever took it.
///
/// # Errors
/// What the database says.
pub async fn expires_at(db: &Database, name: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = lease::Entity::find_by_id(name).one(&db.reader).await?;
    Ok(row.map(|row| instant(row.expires_at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Temporary, at};

    #[tokio::test]
    async fn one_holder_at_a_time_has_the_lease() {
        let temporary = Temporary::folder();
        let db = temporary.migrated().await;
        let minute = TimeDelta::seconds(60);
        assert_eq!(try_take(&db, "clocks", "a", at(0), minute).await, Ok(true));
        assert_eq!(
            try_take(&db, "clocks", "b", at(59), minute).await,
            Ok(false)
        );
        assert_eq!(try_take(&db, "other", "b", at(59), minute).await, Ok(true));
        assert_eq!(
            try_take(&db, "clocks", "a", at(30), minute).await,
            Ok(true),
            "renewed"
        );
        assert_eq!(
            try_take(&db, "clocks", "b", at(89), minute).await,
            Ok(false)
        );
        assert_eq!(
            try_take(&db, "clocks", "b", at(90), minute).await,
            Ok(true),
            "expired"
        );
        release(&db, "clocks", "a").await.unwrap();
        assert_eq!(
            try_take(&db, "clocks", "a", at(91), minute).await,
            Ok(false)
        );
        release(&db, "clocks", "b").await.unwrap();
        assert_eq!(try_take(&db, "clocks", "a", at(91), minute).await, Ok(true));
    }
}

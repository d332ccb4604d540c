//! What each process has admitted of each credential's requests, second by second, so that the
//! others can count it too. Rows are of use for a minute.

use rapport_types::limits::WINDOW_SECONDS;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use uuid::Uuid;

use crate::bookkeeping::Bookkeeping;
use crate::database::Database;
use crate::entities::request_count;
use crate::error::StoreError;
use crate::sql::Sql;

/// Most rows of one statement: neither database takes any number of values.
const AT_ONCE: usize = 4_000;

/// The admitted requests of a credential within a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct RequestCount {
    /// The session or API key.
    pub credential: Uuid,
    /// The second, since 1970.
    pub second: i64,
    /// How many.
    pub count: i64,
}

/// Tells the others what a process has admitted; a second that was told before is told anew.
///
/// # Errors
/// What the database says.
pub async fn tell(db: &Database, process: &str, counts: &[RequestCount]) -> Result<(), StoreError> {
    let books = Bookkeeping::begin(db).await?;
    for some in counts.chunks(AT_ONCE) {
        let rows = some.iter().map(|counted| request_count::ActiveModel {
            second: Set(counted.second),
            process: Set(process.to_owned()),
            credential: Set(counted.credential),
            count: Set(i32::try_from(counted.count).unwrap_or(i32::MAX)),
        });
        let anew = OnConflict::columns([
            request_count::Column::Second,
            request_count::Column::Process,
            request_count::Column::Credential,
        ])
        .update_column(request_count::Column::Count)
        .to_owned();
        let insert = request_count::Entity::insert_many(rows).on_conflict(anew);
        books.insert_many(insert).await?;
    }
    books.commit().await
}

/// What all other processes have admitted from a second to another one.
///
/// # Errors
/// What the database says.
pub async fn of_others(
    db: &Database,
    process: &str,
    (first, last): (i64, i64),
) -> Result<Vec<RequestCount>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT credential, second, SUM(count) AS count FROM request_counts WHERE second >= ")
        .bind(first)
        .push(" AND second <= ")
        .bind(last)
        .push(" AND process <> ")
        .bind(process)
        .push(" GROUP BY credential, second");
    sql.all(&db.reader).await
}

/// Removes what nobody counts any more at this second; tells how many rows that were.
///
/// # Errors
/// What the database says.
pub async fn purge(db: &Database, second: i64) -> Result<u64, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let old = request_count::Column::Second.lte(second - WINDOW_SECONDS);
    let count = books
        .delete(request_count::Entity::delete_many().filter(old))
        .await?;
    books.commit().await?;
    Ok(count)
}

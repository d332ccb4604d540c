//! The rows of uploaded files. Their bytes lie in the folder of the process that took them.

use chrono::{DateTime, Utc};
use rapport_types::ids::{ImportFileId, TeamId};
use rapport_types::imports::ImportFile;
use rapport_types::records::micros;
use sea_orm::sea_query::Query as Select;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::Sight;
use crate::bookkeeping::Bookkeeping;
use crate::database::Database;
use crate::entities::{import, import_file};
use crate::error::StoreError;
use crate::sql::Sql;
use crate::writes::{from_json, json};

/// Adds a file, uploaded by somebody of this team.
///
/// # Errors
/// What the database says.
pub async fn insert_file(db: &Database, team: TeamId, file: &ImportFile) -> Result<(), StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let row = import_file::ActiveModel {
        id: Set(file.id.uuid()),
        team_id: Set(team.uuid()),
        uploaded_by: Set(file.uploaded_by.uuid()),
        expires_at: Set(micros(file.expires_at)),
        about: Set(json(file)?),
    };
    books.insert(import_file::Entity::insert(row)).await?;
    books.commit().await
}

/// The file that somebody sees and that has not expired.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get_file(
    db: &Database,
    sight: &Sight,
    id: ImportFileId,
    now: DateTime<Utc>,
) -> Result<ImportFile, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT * FROM import_files WHERE id = ")
        .bind(id.uuid());
    sql.push(" AND expires_at > ").bind(micros(now));
    sql.push(" AND ");
    sight.push(&mut sql, "team_id", "uploaded_by");
    let row = sql.one::<import_file::Model>(&db.reader).await?;
    from_json(&row.ok_or(StoreError::NotFound)?.about)
}

/// Whether there is such a file, expired or not.
///
/// # Errors
/// What the database says.
pub async fn has_file(db: &Database, id: ImportFileId) -> Result<bool, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT 1 AS one FROM import_files WHERE id = ")
        .bind(id.uuid());
    Ok(!sql.rows(&db.reader).await?.is_empty())
}

/// Forgets the files that have expired and that no run waits for; tells how many.
///
/// # Errors
/// What the database says.
pub async fn purge_files(db: &Database, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let books = Bookkeeping::begin(db).await?;
    let needed = Select::select()
        .column(import::Column::FileId)
        .from(import::Entity)
        .and_where(import::Column::FileId.is_not_null())
        .and_where(import::Column::State.is_in(["queued", "running"]))
        .take();
    let expired = import_file::Entity::delete_many()
        .filter(import_file::Column::ExpiresAt.lte(micros(now)))
        .filter(import_file::Column::Id.not_in_subquery(needed));
    let count = books.delete(expired).await?;
    books.commit().await?;
    Ok(count)
}

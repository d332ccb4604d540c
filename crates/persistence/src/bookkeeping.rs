//! Writes that are no record's: sessions, leases, sign-in failures, signing keys, uploaded files,
//! stored replies, counted requests.
//!
//! They leave no change entry. What a change of a record brings with it goes through its
//! transaction ([`Writer::keep_books`](crate::writes::Writer)). The trait [`BookkeepingTable`] is the list of what may be written
//! here; no record's table may ever implement it, so that records are written by `writes.rs` alone.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DeleteMany, EntityTrait,
    FromQueryResult, Insert, InsertMany, IntoActiveModel, Select, Statement, TryInsertResult,
    UpdateMany, Value,
};

use crate::database::{Database, Kind};
use crate::entities::{
    api_key_use, import_fault, import_file, lease, refresh_token, reply, request_count, session,
    sign_in_failure, signing_key,
};
use crate::error::StoreError;
use crate::sql::Sql;

/// A table that holds bookkeeping and no records.
pub(crate) trait BookkeepingTable: EntityTrait {}

impl BookkeepingTable for api_key_use::Entity {}
impl BookkeepingTable for session::Entity {}
impl BookkeepingTable for refresh_token::Entity {}
impl BookkeepingTable for reply::Entity {}
impl BookkeepingTable for request_count::Entity {}
impl BookkeepingTable for lease::Entity {}
impl BookkeepingTable for import_file::Entity {}
impl BookkeepingTable for import_fault::Entity {}
impl BookkeepingTable for sign_in_failure::Entity {}
impl BookkeepingTable for signing_key::Entity {}

/// One transaction over bookkeeping tables; dropped without [`Bookkeeping::commit`] it undoes all.
pub(crate) struct Bookkeeping {
    transaction: DatabaseTransaction,
    kind: Kind,
}

impl Bookkeeping {
    /// Begins the transaction.
    pub(crate) async fn begin(db: &Database) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: db.begin().await?,
            kind: db.kind,
        })
    }

    /// Inserts a row; with a conflict clause that does nothing, the count is 0.
    pub(crate) async fn insert<A>(&self, insert: Insert<A>) -> Result<u64, StoreError>
    where
        A: ActiveModelTrait + Send,
        A::Entity: BookkeepingTable,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        match insert
            .try_insert()
            .exec_without_returning(&self.transaction)
            .await?
        {
            TryInsertResult::Inserted(count) => Ok(count),
            TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(0),
        }
    }

    /// Inserts rows, of which there is at least one.
    pub(crate) async fn insert_many<A>(&self, insert: InsertMany<A>) -> Result<(), StoreError>
    where
        A: ActiveModelTrait + Send,
        A::Entity: BookkeepingTable,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        insert.exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Updates rows and tells how many.
    pub(crate) async fn update<E: BookkeepingTable>(
        &self,
        update: UpdateMany<E>,
    ) -> Result<u64, StoreError> {
        Ok(update.exec(&self.transaction).await?.rows_affected)
    }

    /// Deletes rows and tells how many.
    pub(crate) async fn delete<E: BookkeepingTable>(
        &self,
        delete: DeleteMany<E>,
    ) -> Result<u64, StoreError> {
        Ok(delete.exec(&self.transaction).await?.rows_affected)
    }

    /// Reads one row as the transaction sees it.
    pub(crate) async fn one<E: BookkeepingTable>(
        &self,
        select: Select<E>,
    ) -> Result<Option<E::Model>, StoreError>
    where
        E::Model: FromQueryResult + Send + Sync,
    {
        Ok(select.one(&self.transaction).await?)
    }

    /// An empty statement for this database.
    pub(crate) const fn sql(&self) -> Sql {
        Sql::new(self.kind)
    }

    /// Whether there is a row that the statement selects. It stays as it was found until the end
    /// of the transaction: on PostgreSQL by a lock on the row, on SQLite by that on writing.
    pub(crate) async fn holds(&self, mut select: Sql) -> Result<bool, StoreError> {
        if self.kind == Kind::Postgres {
            select.push(" FOR SHARE");
        }
        Ok(!select.rows(&self.transaction).await?.is_empty())
    }

    /// Holds `name` until the end of the transaction, so that what is counted and then written
    /// under it is exact. On SQLite the write lock does that already.
    pub(crate) async fn lock(&self, name: &str) -> Result<(), StoreError> {
        if self.kind == Kind::Postgres {
            let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            let values = [Value::from(name)];
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
            self.transaction.query_one_raw(statement).await?;
        }
        Ok(())
    }

    /// Makes it all last.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

//! Stored replies: what a request that may be sent again was answered.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(TABLE).await?;
        connection.execute_unprepared(INDEX).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared("DROP TABLE replies").await?;
        Ok(())
    }
}

const TABLE: &str = "CREATE TABLE replies (
    request TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    reply TEXT,
    created_at BIGINT NOT NULL
)";
const INDEX: &str = "CREATE INDEX ix_replies__created_at ON replies (created_at)";

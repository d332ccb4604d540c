//! How many requests each process has admitted, for the others to know.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(TABLE).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared("DROP TABLE request_counts")
            .await?;
        Ok(())
    }
}

// The second comes first in the key: what is asked for is always the newest stretch.
const TABLE: &str = "CREATE TABLE request_counts (
    second BIGINT NOT NULL,
    process TEXT NOT NULL,
    credential UUID NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (second, process, credential)
)";

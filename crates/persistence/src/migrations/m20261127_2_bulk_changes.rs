//! Bulk changes, the records that each is for, and why some of them were refused.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in TABLES {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in [
            "DROP TABLE bulk_change_faults",
            "DROP TABLE bulk_change_records",
            "DROP TABLE bulk_changes",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE bulk_changes (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        entity TEXT NOT NULL,
        filter TEXT,
        change TEXT NOT NULL,
        state TEXT NOT NULL,
        record_count BIGINT NOT NULL,
        position UUID,
        changed BIGINT NOT NULL,
        unchanged BIGINT NOT NULL,
        skipped BIGINT NOT NULL,
        refused BIGINT NOT NULL,
        made_by UUID NOT NULL,
        api_key_id UUID,
        on_behalf_of TEXT,
        created_at BIGINT NOT NULL,
        started_at BIGINT,
        updated_at BIGINT NOT NULL,
        ended_at BIGINT
    )",
    "CREATE INDEX ix_bulk_changes__made_by__created_at__id ON bulk_changes (made_by, created_at, id)",
    "CREATE INDEX ix_bulk_changes__state__started_at ON bulk_changes (state, started_at)",
    "CREATE TABLE bulk_change_records (
        bulk_change_id UUID NOT NULL,
        record_id UUID NOT NULL,
        PRIMARY KEY (bulk_change_id, record_id)
    )",
    "CREATE TABLE bulk_change_faults (
        bulk_change_id UUID NOT NULL,
        record_id UUID NOT NULL,
        fault TEXT NOT NULL,
        PRIMARY KEY (bulk_change_id, record_id)
    )",
];

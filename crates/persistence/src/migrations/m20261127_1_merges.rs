//! Merges of customers: where a customer went, and for as long as it may come back, what it takes
//! to part the two again.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}

const UP: &[&str] = &[
    // No keys to customers: the redirect outlives the survivor too.
    "CREATE TABLE customer_merges (
        id UUID NOT NULL PRIMARY KEY,
        survivor_id UUID NOT NULL,
        other_id UUID NOT NULL,
        other_number BIGINT NOT NULL,
        other_name TEXT NOT NULL,
        take TEXT NOT NULL,
        ticket_count BIGINT NOT NULL,
        traces TEXT,
        merged_at BIGINT NOT NULL,
        merged_by UUID,
        undone_at BIGINT,
        undone_by UUID
    )",
    "CREATE INDEX ix_customer_merges__survivor_id__merged_at
        ON customer_merges (survivor_id, merged_at)",
    // A customer that came back may be merged again; it is in one place at a time.
    "CREATE UNIQUE INDEX uq_customer_merges__other_id
        ON customer_merges (other_id) WHERE undone_at IS NULL",
    "CREATE INDEX ix_customer_merges__traces
        ON customer_merges (merged_at) WHERE traces IS NOT NULL",
    "CREATE INDEX ix_customers__name__region ON customers (name, region)",
];

const DOWN: &[&str] = &[
    "DROP INDEX ix_customers__name__region",
    "DROP TABLE customer_merges",
];

//! Fields and pipelines of ticket types: their definitions, and where tickets stand by them.

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
    // 0 is the definition without fields and pipelines, which needs no row.
    "ALTER TABLE ticket_types ADD COLUMN definition_version BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE ticket_type_versions (
        code TEXT NOT NULL
            CONSTRAINT fk_ticket_type_versions__code REFERENCES ticket_types (code),
        version BIGINT NOT NULL,
        definition TEXT NOT NULL,
        valid_from BIGINT NOT NULL,
        CONSTRAINT pk_ticket_type_versions PRIMARY KEY (code, version)
    )",
    "ALTER TABLE tickets ADD COLUMN definition_version BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN pipeline TEXT",
    "ALTER TABLE tickets ADD COLUMN stage TEXT",
    "ALTER TABLE tickets ADD COLUMN stage_entered_at BIGINT",
    "ALTER TABLE tickets ADD COLUMN fields TEXT NOT NULL DEFAULT '{}'",
    // Texts and codes of options; numbers, amounts, days, yes or no; ids of people and customers.
    "CREATE TABLE ticket_values (
        ticket_id UUID NOT NULL
            CONSTRAINT fk_ticket_values__ticket_id REFERENCES tickets (id),
        field TEXT NOT NULL,
        text TEXT,
        number BIGINT,
        record UUID,
        CONSTRAINT pk_ticket_values PRIMARY KEY (ticket_id, field)
    )",
    "CREATE INDEX ix_ticket_values__field__text__ticket_id
        ON ticket_values (field, text, ticket_id) WHERE text IS NOT NULL",
    "CREATE INDEX ix_ticket_values__field__number__ticket_id
        ON ticket_values (field, number, ticket_id) WHERE number IS NOT NULL",
    // By the record first: whoever removes or merges a customer asks where it is named.
    "CREATE INDEX ix_ticket_values__record__field__ticket_id
        ON ticket_values (record, field, ticket_id) WHERE record IS NOT NULL",
    // Tickets without a pipeline, which are most at first, cost these nothing.
    "CREATE INDEX ix_tickets__stage__updated_at__number
        ON tickets (stage, updated_at, number) WHERE stage IS NOT NULL",
    "CREATE INDEX ix_tickets__stage__opened_at__number
        ON tickets (stage, opened_at, number) WHERE stage IS NOT NULL",
    "CREATE INDEX ix_tickets__stage__due_order__number
        ON tickets (stage, due_order, number) WHERE stage IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX ix_tickets__stage__due_order__number",
    "DROP INDEX ix_tickets__stage__opened_at__number",
    "DROP INDEX ix_tickets__stage__updated_at__number",
    "DROP TABLE ticket_values",
    "ALTER TABLE tickets DROP COLUMN fields",
    "ALTER TABLE tickets DROP COLUMN stage_entered_at",
    "ALTER TABLE tickets DROP COLUMN stage",
    "ALTER TABLE tickets DROP COLUMN pipeline",
    "ALTER TABLE tickets DROP COLUMN definition_version",
    "DROP TABLE ticket_type_versions",
    "ALTER TABLE ticket_types DROP COLUMN definition_version",
];

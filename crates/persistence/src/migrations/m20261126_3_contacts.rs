//! Contacts: links between an organisation and the people who speak for it, and who of them asked
//! with a ticket.

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
    "CREATE TABLE contacts (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        customer_id UUID NOT NULL
            CONSTRAINT fk_contacts__customer_id REFERENCES customers (id),
        person_id UUID NOT NULL
            CONSTRAINT fk_contacts__person_id REFERENCES customers (id),
        role TEXT,
        preferred_channel TEXT,
        is_primary BOOLEAN NOT NULL,
        note TEXT,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX uq_contacts__person_id ON contacts (customer_id, person_id)",
    // The rule displaces the one before; the key holds whatever happens.
    "CREATE UNIQUE INDEX uq_contacts__is_primary ON contacts (customer_id) WHERE is_primary",
    "CREATE INDEX ix_contacts__person_id ON contacts (person_id)",
    "ALTER TABLE tickets ADD COLUMN contact_id UUID
        CONSTRAINT fk_tickets__contact_id REFERENCES customers (id)",
    "CREATE INDEX ix_tickets__contact_id__opened_at__number ON tickets (contact_id, opened_at, number)",
];

const DOWN: &[&str] = &[
    "DROP INDEX ix_tickets__contact_id__opened_at__number",
    "ALTER TABLE tickets DROP COLUMN contact_id",
    "DROP TABLE contacts",
];

//! Approval rules, and the approvals of tickets.

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
    "CREATE TABLE approval_rules (
        code TEXT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        position BIGINT NOT NULL,
        active BOOLEAN NOT NULL,
        filter TEXT NOT NULL,
        covers TEXT NOT NULL,
        deciders TEXT NOT NULL
    )",
    "CREATE TABLE approvals (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        ticket_id UUID NOT NULL
            CONSTRAINT fk_approvals__ticket_id REFERENCES tickets (id),
        rule_code TEXT NOT NULL
            CONSTRAINT fk_approvals__rule_code REFERENCES approval_rules (code),
        state TEXT NOT NULL,
        asked_by UUID NOT NULL,
        asked_at BIGINT NOT NULL,
        reason TEXT NOT NULL,
        facts TEXT NOT NULL,
        authors TEXT NOT NULL,
        decided_by UUID,
        decided_at BIGINT,
        decision_reason TEXT
    )",
    // The rule refuses a second one; the key holds whatever happens.
    "CREATE UNIQUE INDEX uq_approvals__ticket_id__rule_code
        ON approvals (ticket_id, rule_code) WHERE state = 'pending'",
    "CREATE INDEX ix_approvals__ticket_id__asked_at__id ON approvals (ticket_id, asked_at, id)",
    "CREATE INDEX ix_approvals__state__asked_at__id ON approvals (state, asked_at, id)",
    "CREATE INDEX ix_approvals__asked_at__id ON approvals (asked_at, id)",
];

const DOWN: &[&str] = &["DROP TABLE approvals", "DROP TABLE approval_rules"];

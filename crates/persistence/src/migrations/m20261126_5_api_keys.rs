//! Service users and their API keys.

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
    "ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person'",
    "CREATE TABLE api_keys (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        user_id UUID NOT NULL
            CONSTRAINT fk_api_keys__user_id REFERENCES users (id),
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        expires_at BIGINT,
        addresses TEXT NOT NULL,
        digest TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        created_by UUID
    )",
    "CREATE UNIQUE INDEX uq_api_keys__digest ON api_keys (digest)",
    "CREATE INDEX ix_api_keys__user_id ON api_keys (user_id)",
    "CREATE TABLE api_key_uses (
        api_key_id UUID NOT NULL PRIMARY KEY,
        used_at BIGINT NOT NULL
    )",
];

const DOWN: &[&str] = &[
    "DROP TABLE api_key_uses",
    "DROP TABLE api_keys",
    "ALTER TABLE users DROP COLUMN kind",
];

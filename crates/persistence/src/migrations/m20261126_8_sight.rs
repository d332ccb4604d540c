//! Which entries of the change log move what somebody may see, so that a reader's number can be
//! judged by one look at an index.

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
    "ALTER TABLE changes ADD COLUMN sight TEXT",
    "UPDATE changes SET sight = 'tree'
        WHERE entity = 'team' AND action = 'updated' AND before LIKE '%\"parent_id\"%'",
    "UPDATE changes SET sight = record_id
        WHERE entity = 'user' AND action = 'updated'
        AND (before LIKE '%\"scope_team_id\"%' OR before LIKE '%\"roles\"%')",
    "UPDATE changes SET sight = 'role:' || record_id
        WHERE entity = 'role' AND action = 'updated' AND before LIKE '%\"permissions\"%'",
    // Nearly all entries move nothing: the index costs them nothing either.
    "CREATE INDEX ix_changes__sight__seq ON changes (sight, seq) WHERE sight IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX ix_changes__sight__seq",
    "ALTER TABLE changes DROP COLUMN sight",
];

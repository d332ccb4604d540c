//! Imports over HTTP: uploaded files, what a run had to say, and more columns of a run.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (name, kind) in COLUMNS {
            let add = format!("ALTER TABLE imports ADD COLUMN {name} {kind}");
            connection.execute_unprepared(&add).await?;
        }
        for statement in TABLES {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in [
            "DROP TABLE import_faults",
            "DROP TABLE import_files",
            "DROP INDEX ix_imports__started_at__id",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        for (name, _) in COLUMNS {
            let drop = format!("ALTER TABLE imports DROP COLUMN {name}");
            connection.execute_unprepared(&drop).await?;
        }
        Ok(())
    }
}

/// The new columns of `imports`; the defaults are those of runs that the command line made before.
const COLUMNS: &[(&str, &str)] = &[
    ("entity", "TEXT NOT NULL DEFAULT 'tickets'"),
    ("team_id", "UUID"),
    ("file_id", "UUID"),
    ("dry_run", "BOOLEAN NOT NULL DEFAULT FALSE"),
    ("row_count", "BIGINT"),
    ("known_count", "BIGINT NOT NULL DEFAULT 0"),
    ("rows_per_second", "BIGINT"),
    ("cancelling", "BOOLEAN NOT NULL DEFAULT FALSE"),
    ("ended_at", "BIGINT"),
    (
        "tally",
        "TEXT NOT NULL DEFAULT '{\"said\":[],\"kept\":0,\"left_out\":0}'",
    ),
    ("refusals", "TEXT NOT NULL DEFAULT '[]'"),
];

const TABLES: &[&str] = &[
    "CREATE INDEX ix_imports__started_at__id ON imports (started_at, id)",
    "CREATE TABLE import_files (
        id UUID NOT NULL PRIMARY KEY,
        team_id UUID NOT NULL,
        uploaded_by UUID NOT NULL,
        expires_at BIGINT NOT NULL,
        about TEXT NOT NULL
    )",
    "CREATE TABLE import_faults (
        import_id UUID NOT NULL,
        place BIGINT NOT NULL,
        severity TEXT NOT NULL,
        code TEXT NOT NULL,
        fault TEXT NOT NULL,
        PRIMARY KEY (import_id, place)
    )",
];

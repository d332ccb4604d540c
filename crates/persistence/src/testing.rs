//! A temporary SQLite file for the tests of this crate.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::database::{Database, Options};

/// A folder with a database file, removed at the end.
pub(crate) struct Temporary(tempfile::TempDir);

impl Temporary {
    pub(crate) fn folder() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.0.path().join("test.sqlite").display())
    }

    pub(crate) fn remove_file(&self) {
        std::fs::remove_file(self.0.path().join("test.sqlite")).unwrap();
    }

    /// Connections of a process of their own to the file.
    pub(crate) async fn open(&self) -> Database {
        let options = Options {
            durable: false,
            ..Options::default()
        };
        Database::connect(&self.url(), &options).await.unwrap()
    }

    /// Connections that wait for next to nothing: long enough to connect on a busy machine.
    pub(crate) async fn impatient(&self) -> Database {
        let options = Options {
            durable: false,
            patience: Duration::from_millis(200),
            ..Options::default()
        };
        Database::connect(&self.url(), &options).await.unwrap()
    }

    /// The file with its tables.
    pub(crate) async fn migrated(&self) -> Database {
        let db = self.open().await;
        let manager = sea_orm_migration::SchemaManager::new(&db.writer);
        crate::migrations::bookkeeping::up(&manager).await.unwrap();
        db
    }
}

/// So many seconds after an instant of these tests.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
}

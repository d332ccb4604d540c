//! The history of the tables.

pub(crate) mod bookkeeping;
mod m20261122_1_foundation;
mod m20261126_2_imports;
mod m20261126_3_contacts;
mod m20261126_4_replies;
mod m20261126_5_api_keys;
mod m20261126_8_sight;
mod m20261127_1_merges;
mod m20261127_2_bulk_changes;
mod m20261127_3_request_counts;
mod m20261128_2_approvals;
mod m20261128_4_pipelines;
mod schema;

use sea_orm_migration::prelude::*;

use crate::database::Database;
use crate::error::StoreError;

pub use schema::{Schema, applied, judge, known, schema};

/// Every migration, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_1_foundation::Migration),
            Box::new(m20261126_2_imports::Migration),
            Box::new(m20261126_3_contacts::Migration),
            Box::new(m20261126_4_replies::Migration),
            Box::new(m20261126_5_api_keys::Migration),
            Box::new(m20261126_8_sight::Migration),
            Box::new(m20261127_1_merges::Migration),
            Box::new(m20261127_2_bulk_changes::Migration),
            Box::new(m20261127_3_request_counts::Migration),
            Box::new(m20261128_2_approvals::Migration),
            Box::new(m20261128_4_pipelines::Migration),
        ]
    }
}

/// Brings the tables to the newest form, in one transaction on either database.
///
/// # Errors
/// What the database says; a statement that fails leaves the tables as they were.
pub async fn migrate(db: &Database) -> Result<(), StoreError> {
    let transaction = db.begin().await?;
    Migrator::up(&transaction, None).await?;
    Ok(transaction.commit().await?)
}

/// Undoes every migration: all rows are gone afterwards.
///
/// # Errors
/// What the database says.
pub async fn roll_back(db: &Database) -> Result<(), StoreError> {
    Ok(Migrator::down(&db.writer, None).await?)
}

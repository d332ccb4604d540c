//! The right to do a thing, held by one process at a time.

use sea_orm::entity::prelude::*;

/// A row of `leases`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub struct Model {
    /// What may be done.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The process that may do it.
    pub holder: String,
    /// Until when.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

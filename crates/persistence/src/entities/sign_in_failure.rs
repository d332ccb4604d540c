//! A failed attempt to sign in, once for the account and once for the address.

use sea_orm::entity::prelude::*;

/// A row of `sign_in_failures`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_failures")]
pub struct Model {
    /// The attempt.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attempt_id: Uuid,
    /// The account or address that it counts for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bucket: String,
    /// When.
    #[sea_orm(indexed)]
    pub failed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! How many requests of a credential a process has admitted in a second.

use sea_orm::entity::prelude::*;

/// A row of `request_counts`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_counts")]
pub struct Model {
    /// The second, since 1970.
    #[sea_orm(primary_key, auto_increment = false)]
    pub second: i64,
    /// The process.
    #[sea_orm(primary_key, auto_increment = false)]
    pub process: String,
    /// The session or API key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub credential: Uuid,
    /// How many.
    pub count: i32,
}

impl ActiveModelBehavior for ActiveModel {}

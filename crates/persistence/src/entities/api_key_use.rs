//! When an API key was last used.

use sea_orm::entity::prelude::*;

/// A row of `api_key_uses`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key_uses")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub api_key_id: Uuid,
    /// When, to the minute.
    pub used_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! The list of clock policies from one instant on.

use sea_orm::entity::prelude::*;

/// A row of `clock_policy_versions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock_policy_versions")]
pub struct Model {
    /// Raised by every change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// JSON of the list.
    #[sea_orm(column_type = "Text")]
    pub policies: String,
    /// See the wire type.
    pub valid_from: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! The rules of a calendar from one instant on.

use sea_orm::entity::prelude::*;

/// A row of `calendar_versions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_versions")]
pub struct Model {
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub calendar_id: Uuid,
    /// Raised by every change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// JSON of the rules.
    #[sea_orm(column_type = "Text")]
    pub rules: String,
    /// See the wire type.
    pub valid_from: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! The organisation's settings, one row.

use sea_orm::entity::prelude::*;

/// A row of `settings`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    /// The constant 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Raised by every change.
    pub version: i64,
    /// JSON of the names.
    #[sea_orm(column_type = "Text")]
    pub names: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub locale: String,
    /// See the wire type.
    pub calendar_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub phone_country_code: String,
}

impl ActiveModelBehavior for ActiveModel {}

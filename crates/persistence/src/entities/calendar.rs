//! A calendar; its rules lie in its versions.

use sea_orm::entity::prelude::*;

/// A row of `calendars`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendars")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by every change.
    pub version: i64,
    /// JSON of the names.
    #[sea_orm(column_type = "Text")]
    pub names: String,
    /// Whether it is in use.
    pub active: bool,
}

impl ActiveModelBehavior for ActiveModel {}

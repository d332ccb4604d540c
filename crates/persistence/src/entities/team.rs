//! A team.

use sea_orm::entity::prelude::*;

/// A row of `teams`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "teams")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by every change.
    pub version: i64,
    /// JSON of the names.
    #[sea_orm(column_type = "Text")]
    pub names: String,
    /// See the wire type.
    pub parent_id: Option<Uuid>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub time_zone: Option<String>,
    /// See the wire type.
    pub calendar_id: Option<Uuid>,
    /// Whether it is in use.
    pub active: bool,
}

impl ActiveModelBehavior for ActiveModel {}

//! A ticket type.

use sea_orm::entity::prelude::*;

/// A row of `ticket_types`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_types")]
pub struct Model {
    /// The code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Raised by every change.
    pub version: i64,
    /// JSON of the names.
    #[sea_orm(column_type = "Text")]
    pub names: String,
    /// See the wire type.
    pub position: i64,
    /// Whether it is in use.
    pub active: bool,
    /// The version that brought its fields and pipelines; 0 when it has none.
    pub definition_version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

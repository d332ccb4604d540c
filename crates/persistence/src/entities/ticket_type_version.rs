//! The fields and pipelines of a ticket type from one instant on.

use sea_orm::entity::prelude::*;

/// A row of `ticket_type_versions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_type_versions")]
pub struct Model {
    /// The type's code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The version of the type that brought them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// JSON of the definition.
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// Since when they hold.
    pub valid_from: i64,
}

impl ActiveModelBehavior for ActiveModel {}

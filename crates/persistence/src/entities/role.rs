//! A role.

use sea_orm::entity::prelude::*;

/// A row of `roles`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    /// The code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Raised by every change.
    pub version: i64,
    /// JSON of the names.
    #[sea_orm(column_type = "Text")]
    pub names: String,
    /// JSON of the permissions' codes.
    #[sea_orm(column_type = "Text")]
    pub permissions: String,
    /// See the wire type.
    pub built_in: bool,
}

impl ActiveModelBehavior for ActiveModel {}

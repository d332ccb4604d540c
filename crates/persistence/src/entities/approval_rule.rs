//! An approval rule.

use sea_orm::entity::prelude::*;

/// A row of `approval_rules`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_rules")]
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
    /// JSON of the filter.
    #[sea_orm(column_type = "Text")]
    pub filter: String,
    /// JSON of the names of the covered facts.
    #[sea_orm(column_type = "Text")]
    pub covers: String,
    /// JSON of the codes of the roles that decide.
    #[sea_orm(column_type = "Text")]
    pub deciders: String,
}

impl ActiveModelBehavior for ActiveModel {}

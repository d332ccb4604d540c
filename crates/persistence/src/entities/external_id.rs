//! The key of a record in another system.

use sea_orm::entity::prelude::*;

/// A row of `external_ids`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_ids")]
pub struct Model {
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity: String,
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// See the wire type.
    pub record_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}

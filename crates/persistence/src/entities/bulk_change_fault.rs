//! Why a record of a bulk change was refused.

use sea_orm::entity::prelude::*;

/// A row of `bulk_change_faults`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_change_faults")]
pub struct Model {
    /// The bulk change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bulk_change_id: Uuid,
    /// The ticket or customer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// JSON, without a language.
    #[sea_orm(column_type = "Text")]
    pub fault: String,
}

impl ActiveModelBehavior for ActiveModel {}

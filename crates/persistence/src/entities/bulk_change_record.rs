//! One record that a bulk change is for.

use sea_orm::entity::prelude::*;

/// A row of `bulk_change_records`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_change_records")]
pub struct Model {
    /// The bulk change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bulk_change_id: Uuid,
    /// The ticket or customer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}

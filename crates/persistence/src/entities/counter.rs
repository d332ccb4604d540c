//! The last number given out of each kind.

use sea_orm::entity::prelude::*;

/// A row of `counters`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counters")]
pub struct Model {
    /// `change`, `customer`, `ticket`, `configuration`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// See the wire type.
    pub value: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! One of several values of a customer, to find it by.

use sea_orm::entity::prelude::*;

/// A row of `customer_values`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_values")]
pub struct Model {
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: Uuid,
    /// `phone`, `email` or `tag`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
}

impl ActiveModelBehavior for ActiveModel {}

//! A merge of one customer into another.

use sea_orm::entity::prelude::*;

/// A row of `customer_merges`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_merges")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The customer that stayed.
    pub survivor_id: Uuid,
    /// The customer that was given up.
    pub other_id: Uuid,
    /// Its number.
    pub other_number: i64,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub other_name: String,
    /// See the wire type, as JSON.
    #[sea_orm(column_type = "Text")]
    pub take: String,
    /// How many tickets moved.
    pub ticket_count: i64,
    /// What undoing it needs, as JSON; gone when it is too late.
    #[sea_orm(column_type = "Text", nullable)]
    pub traces: Option<String>,
    /// See the wire type.
    pub merged_at: i64,
    /// See the wire type.
    pub merged_by: Option<Uuid>,
    /// See the wire type.
    pub undone_at: Option<i64>,
    /// See the wire type.
    pub undone_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

//! A customer.

use sea_orm::entity::prelude::*;

/// A row of `customers`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customers")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The human number.
    pub number: i64,
    /// Raised by every change.
    pub version: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub nature: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub industry: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub job_title: Option<String>,
    /// JSON of the numbers.
    #[sea_orm(column_type = "Text")]
    pub phones: String,
    /// JSON of the addresses.
    #[sea_orm(column_type = "Text")]
    pub emails: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub region: Option<String>,
    /// `YYYY-MM-DD`.
    #[sea_orm(column_type = "Text", nullable)]
    pub birthday_on: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub source_channel: Option<String>,
    /// See the wire type.
    pub owner_id: Option<Uuid>,
    /// See the wire type.
    pub team_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub lifecycle: String,
    /// JSON of the labels.
    #[sea_orm(column_type = "Text")]
    pub tags: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// JSON of the keys; `external_ids` makes them unique.
    #[sea_orm(column_type = "Text")]
    pub external_ids: String,
    /// See the wire type.
    pub import_id: Option<Uuid>,
    /// See the wire type.
    pub created_at: i64,
    /// See the wire type.
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

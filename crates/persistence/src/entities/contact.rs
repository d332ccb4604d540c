//! A contact of an organisation.

use sea_orm::entity::prelude::*;

/// A row of `contacts`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by every change.
    pub version: i64,
    /// The organisation.
    pub customer_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub role: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub preferred_channel: Option<String>,
    /// See the wire type.
    pub is_primary: bool,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// See the wire type.
    pub created_at: i64,
    /// See the wire type.
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

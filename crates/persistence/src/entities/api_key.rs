//! An API key.

use sea_orm::entity::prelude::*;

/// A row of `api_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by every change.
    pub version: i64,
    /// The service user.
    pub user_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// JSON of the permissions.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// See the wire type.
    pub expires_at: Option<i64>,
    /// JSON of the ranges.
    #[sea_orm(column_type = "Text")]
    pub addresses: String,
    /// SHA-256 of the key, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// See the wire type.
    pub created_at: i64,
    /// See the wire type.
    pub created_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

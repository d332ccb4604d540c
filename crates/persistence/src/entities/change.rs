//! One entry of the change log.

use sea_orm::entity::prelude::*;

/// A row of `changes`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub struct Model {
    /// Dense, in the order of commits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// See the wire type.
    pub at: i64,
    /// The user; null is the product.
    pub actor_id: Option<Uuid>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub on_behalf_of: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub request_id: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub entity: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub record_id: String,
    /// Raised by every change.
    pub version: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub action: String,
    /// JSON of the changed members.
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    /// JSON of the changed members.
    #[sea_orm(column_type = "Text", nullable)]
    pub after: Option<String>,
    /// JSON of the scope keys.
    #[sea_orm(column_type = "Text", nullable)]
    pub scope_before: Option<String>,
    /// JSON of the scope keys.
    #[sea_orm(column_type = "Text", nullable)]
    pub scope_after: Option<String>,
    /// Whose sight it moves; null for nearly all.
    #[sea_orm(column_type = "Text", nullable)]
    pub sight: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

//! What a request that may be sent again was answered.

use sea_orm::entity::prelude::*;

/// A row of `replies`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "replies")]
pub struct Model {
    /// Digest of who asked what by which key.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub request: String,
    /// Digest of the body.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// The reply; null only inside the transaction that is still at work on it.
    #[sea_orm(column_type = "Text", nullable)]
    pub reply: Option<String>,
    /// When it was asked.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

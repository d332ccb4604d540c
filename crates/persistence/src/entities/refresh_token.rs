//! One refresh token of a session, as a digest.

use sea_orm::entity::prelude::*;

/// A row of `refresh_tokens`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// The SHA-256 of the token, hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// The session it belongs to.
    #[sea_orm(indexed)]
    pub session_id: Uuid,
    /// When it was issued.
    pub issued_at: i64,
    /// When it was exchanged for its successor.
    pub spent_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

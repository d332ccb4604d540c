//! A signed-in session: a family of refresh tokens.

use sea_orm::entity::prelude::*;

/// A row of `sessions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// The session's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    #[sea_orm(indexed)]
    pub user_id: Uuid,
    /// Sign-in.
    pub created_at: i64,
    /// Last refresh.
    pub used_at: i64,
    /// When it ends by itself.
    pub expires_at: i64,
    /// When it was ended.
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

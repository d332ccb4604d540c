//! A user.

use sea_orm::entity::prelude::*;

/// A row of `users`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by every change.
    pub version: i64,
    /// `person` or `service`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub username: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// JSON of the roles' codes.
    #[sea_orm(column_type = "Text")]
    pub roles: String,
    /// See the wire type.
    pub team_id: Uuid,
    /// See the wire type.
    pub scope_team_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub locale: String,
    /// Whether it is in use.
    pub active: bool,
    /// See the wire type.
    pub must_change_password: bool,
    /// Argon2id, in PHC form.
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}

//! A file that was uploaded to be imported.

use sea_orm::entity::prelude::*;

/// A row of `import_files`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_files")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team of who uploaded it.
    pub team_id: Uuid,
    /// See the wire type.
    pub uploaded_by: Uuid,
    /// See the wire type.
    pub expires_at: i64,
    /// JSON: the wire type.
    #[sea_orm(column_type = "Text")]
    pub about: String,
}

impl ActiveModelBehavior for ActiveModel {}

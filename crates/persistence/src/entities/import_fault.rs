//! One thing that an import had to say.

use sea_orm::entity::prelude::*;

/// A row of `import_faults`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_faults")]
pub struct Model {
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: Uuid,
    /// Its place among all that the import said, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub severity: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// JSON, without a language.
    #[sea_orm(column_type = "Text")]
    pub fault: String,
}

impl ActiveModelBehavior for ActiveModel {}

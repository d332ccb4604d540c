//! Categories.

use rapport_types::categories::Category;
use rapport_types::ids::CategoryId;
use rapport_types::records::Entity;
use rapport_types::text::Code;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::category;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

impl Record for Category {
    const ENTITY: Entity = Entity::Category;
    type Table = category::Entity;
    type Row = category::ActiveModel;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        ScopeKeys::default()
    }

    fn row(&self) -> Self::Row {
        category::ActiveModel {
            id: Set(self.id.uuid()),
            version: Set(self.version),
            code: Set(self.code.clone().map(String::from)),
            names: Set(json_text(&self.names)),
            parent_id: Set(self.parent_id.map(CategoryId::uuid)),
            active: Set(self.active),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(category::Column::Id.eq(self.id.uuid()))
    }
}

fn from_row(row: category::Model) -> Result<Category, StoreError> {
    Ok(Category {
        id: CategoryId::from_uuid(row.id),
        version: row.version,
        code: row
            .code
            .map(Code::try_from)
            .transpose()
            .map_err(|_| stored("code of a category"))?,
        names: from_json(&row.names)?,
        parent_id: row.parent_id.map(CategoryId::from_uuid),
        active: row.active,
    })
}

/// All categories.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Category>, StoreError> {
    category::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds a category.
///
/// # Errors
/// [`StoreError::Taken`] when another category has the code.
pub async fn insert(writer: &mut Writer, category: &Category) -> Result<(), StoreError> {
    writer.insert(category).await
}

/// Changes a category and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &Category,
    mut after: Category,
) -> Result<Category, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}

/// Removes a category, leaving its tombstone in the change log. Ask [`has_tickets`] before.
///
/// # Errors
/// What the database says.
pub async fn delete(writer: &mut Writer, category: &Category) -> Result<(), StoreError> {
    writer.delete(category).await
}

/// Whether any ticket, whoever may see it, lies in the category.
///
/// # Errors
/// What the database says.
pub async fn has_tickets(writer: &Writer, id: CategoryId) -> Result<bool, StoreError> {
    let mut sql = writer.sql();
    sql.push("SELECT 1 FROM tickets WHERE category_id = ")
        .bind(id.uuid())
        .push(" LIMIT 1");
    Ok(!sql.rows(writer.connection()).await?.is_empty())
}

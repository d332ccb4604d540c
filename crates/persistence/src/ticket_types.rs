//! Ticket types.

use rapport_types::records::Entity;
use rapport_types::text::Code;
use rapport_types::ticket_types::TicketType;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::ticket_type;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

impl Record for TicketType {
    const ENTITY: Entity = Entity::TicketType;
    type Table = ticket_type::Entity;
    type Row = ticket_type::ActiveModel;

    fn key(&self) -> String {
        self.code.to_string()
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
        ticket_type::ActiveModel {
            code: Set(self.code.to_string()),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            position: Set(self.position),
            active: Set(self.active),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(ticket_type::Column::Code.eq(self.code.as_str()))
    }
}

fn from_row(row: ticket_type::Model) -> Result<TicketType, StoreError> {
    Ok(TicketType {
        code: Code::try_from(row.code).map_err(|_| stored("code of a ticket type"))?,
        version: row.version,
        names: from_json(&row.names)?,
        position: row.position,
        active: row.active,
    })
}

/// All ticket types.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<TicketType>, StoreError> {
    ticket_type::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds a ticket type.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of this code.
pub async fn insert(writer: &mut Writer, ticket_type: &TicketType) -> Result<(), StoreError> {
    writer.insert(ticket_type).await
}

/// Changes a ticket type and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &TicketType,
    mut after: TicketType,
) -> Result<TicketType, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}

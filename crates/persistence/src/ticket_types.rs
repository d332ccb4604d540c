//! Ticket types.

use std::collections::BTreeMap;

use rapport_types::records::{Entity, micros};
use rapport_types::text::Code;
use rapport_types::ticket_types::{TicketType, TypeDefinition};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::{ticket_type, ticket_type_version};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{PartTable, Record, Writer, from_json};

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
            definition_version: Set(self.definition_version),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(ticket_type::Column::Code.eq(self.code.as_str()))
    }
}

impl PartTable for ticket_type_version::Entity {}

fn code(code: String) -> Result<Code, StoreError> {
    Code::try_from(code).map_err(|_| stored("code of a ticket type"))
}

/// Every definition of every ticket type, by code and version.
pub(crate) type Definitions = BTreeMap<Code, BTreeMap<i64, TypeDefinition>>;

/// All definitions.
pub(crate) async fn definitions(db: &impl ConnectionTrait) -> Result<Definitions, StoreError> {
    let mut definitions = Definitions::new();
    for row in ticket_type_version::Entity::find().all(db).await? {
        let mut definition: TypeDefinition = from_json(&row.definition)?;
        definition.version = row.version;
        let versions = definitions.entry(code(row.code)?).or_default();
        versions.insert(row.version, definition);
    }
    Ok(definitions)
}

/// All ticket types, with the definitions that hold now.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    definitions: &Definitions,
) -> Result<Vec<TicketType>, StoreError> {
    let rows = ticket_type::Entity::find().all(db).await?;
    let read = |row: ticket_type::Model| {
        let code = code(row.code)?;
        let TypeDefinition {
            fields, pipelines, ..
        } = definitions
            .get(&code)
            .and_then(|versions| versions.get(&row.definition_version))
            .cloned()
            .unwrap_or_default();
        Ok(TicketType {
            code,
            version: row.version,
            names: from_json(&row.names)?,
            position: row.position,
            active: row.active,
            definition_version: row.definition_version,
            fields,
            pipelines,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Keeps the definition that the type has by now.
async fn insert_definition(
    writer: &mut Writer,
    ticket_type: &TicketType,
) -> Result<(), StoreError> {
    let row = ticket_type_version::ActiveModel {
        code: Set(ticket_type.code.to_string()),
        version: Set(ticket_type.definition_version),
        definition: Set(json_text(&ticket_type.definition())),
        valid_from: Set(micros(writer.now())),
    };
    writer.insert_parts(vec![row]).await
}

fn is_same(before: &TicketType, after: &TicketType) -> bool {
    (&before.fields, &before.pipelines) == (&after.fields, &after.pipelines)
}

/// Adds a ticket type.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of this code.
pub async fn insert(writer: &mut Writer, ticket_type: &TicketType) -> Result<(), StoreError> {
    writer.insert(ticket_type).await?;
    if ticket_type.definition_version > 0 {
        insert_definition(writer, ticket_type).await?;
    }
    Ok(())
}

/// Changes a ticket type and gives it as it is then; its version rises when anything differs, and
/// other fields or pipelines are kept as a definition of their own.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &TicketType,
    mut after: TicketType,
) -> Result<TicketType, StoreError> {
    if is_same(before, &after) {
        after.definition_version = before.definition_version;
        writer.update(before, &mut after).await?;
        return Ok(after);
    }
    after.definition_version = before.version + 1;
    writer.update(before, &mut after).await?;
    insert_definition(writer, &after).await?;
    Ok(after)
}

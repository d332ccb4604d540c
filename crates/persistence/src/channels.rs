//! Channels.

use rapport_types::channels::Channel;
use rapport_types::records::Entity;
use rapport_types::text::Code;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::channel;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

impl Record for Channel {
    const ENTITY: Entity = Entity::Channel;
    type Table = channel::Entity;
    type Row = channel::ActiveModel;

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
        channel::ActiveModel {
            code: Set(self.code.to_string()),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            position: Set(self.position),
            active: Set(self.active),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(channel::Column::Code.eq(self.code.as_str()))
    }
}

fn from_row(row: channel::Model) -> Result<Channel, StoreError> {
    Ok(Channel {
        code: Code::try_from(row.code).map_err(|_| stored("code of a channel"))?,
        version: row.version,
        names: from_json(&row.names)?,
        position: row.position,
        active: row.active,
    })
}

/// All channels.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Channel>, StoreError> {
    channel::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds a channel.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of this code.
pub async fn insert(writer: &mut Writer, channel: &Channel) -> Result<(), StoreError> {
    writer.insert(channel).await
}

/// Changes a channel and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &Channel,
    mut after: Channel,
) -> Result<Channel, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}

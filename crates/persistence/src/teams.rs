//! Teams.

use rapport_types::ids::{CalendarId, TeamId};
use rapport_types::records::Entity;
use rapport_types::teams::Team;
use rapport_types::text::LabelText;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::team;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

impl Record for Team {
    const ENTITY: Entity = Entity::Team;
    type Table = team::Entity;
    type Row = team::ActiveModel;

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
        team::ActiveModel {
            id: Set(self.id.uuid()),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            parent_id: Set(self.parent_id.map(TeamId::uuid)),
            time_zone: Set(self.time_zone.clone().map(String::from)),
            calendar_id: Set(self.calendar_id.map(CalendarId::uuid)),
            active: Set(self.active),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(team::Column::Id.eq(self.id.uuid()))
    }
}

fn from_row(row: team::Model) -> Result<Team, StoreError> {
    Ok(Team {
        id: TeamId::from_uuid(row.id),
        version: row.version,
        names: from_json(&row.names)?,
        parent_id: row.parent_id.map(TeamId::from_uuid),
        time_zone: row
            .time_zone
            .map(LabelText::try_from)
            .transpose()
            .map_err(|_| stored("time zone"))?,
        calendar_id: row.calendar_id.map(CalendarId::from_uuid),
        active: row.active,
    })
}

/// All teams.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Team>, StoreError> {
    team::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds a team.
///
/// # Errors
/// What the database says.
pub async fn insert(writer: &mut Writer, team: &Team) -> Result<(), StoreError> {
    writer.insert(team).await
}

/// Changes a team and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &Team,
    mut after: Team,
) -> Result<Team, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}

//! Calendars. Their rules lie in versions, one more at each change of the rules: a clock goes on
//! by the version that was in force when it started.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_types::calendars::{Calendar, CalendarRules, CalendarVersion, OpenHours};
use rapport_types::ids::CalendarId;
use rapport_types::records::{Entity, micros};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryOrder, Set};

use crate::configuration::{json_text, stored};
use crate::database::Database;
use crate::entities::{calendar, calendar_version};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{PartTable, Record, Writer, from_json};

impl PartTable for calendar_version::Entity {}

impl Record for Calendar {
    const ENTITY: Entity = Entity::Calendar;
    type Table = calendar::Entity;
    type Row = calendar::ActiveModel;

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
        calendar::ActiveModel {
            id: Set(self.id.uuid()),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            active: Set(self.active),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(calendar::Column::Id.eq(self.id.uuid()))
    }
}

/// The rules of a calendar from one instant on, ready to count with.
#[derive(Debug, Clone)]
pub(crate) struct RulesVersion {
    /// The calendar's version that brought them.
    pub(crate) version: i64,
    /// Since when they hold.
    pub(crate) valid_from: DateTime<Utc>,
    /// The rules.
    pub(crate) hours: OpenHours,
}

/// All calendars, each with the versions of its rules, oldest first.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
) -> Result<Vec<(Calendar, Vec<RulesVersion>)>, StoreError> {
    let calendars = calendar::Entity::find().all(db).await?;
    let rows = calendar_version::Entity::find()
        .order_by_asc(calendar_version::Column::Version)
        .all(db)
        .await?;
    let mut versions: HashMap<_, (Vec<RulesVersion>, Option<CalendarRules>)> = HashMap::new();
    for row in rows {
        let rules: CalendarRules = from_json(&row.rules)?;
        let (known, newest) = versions.entry(row.calendar_id).or_default();
        known.push(RulesVersion {
            version: row.version,
            valid_from: DateTime::from_timestamp_micros(row.valid_from).unwrap_or_default(),
            hours: OpenHours::new(&rules).map_err(|_| stored("calendar"))?,
        });
        *newest = Some(rules);
    }
    calendars
        .into_iter()
        .map(|row| {
            let Some((versions, Some(rules))) = versions.remove(&row.id) else {
                return Err(stored("calendar"));
            };
            let calendar = Calendar {
                id: CalendarId::from_uuid(row.id),
                version: row.version,
                names: from_json(&row.names)?,
                time_zone: rules.time_zone,
                week: rules.week,
                days: rules.days,
                active: row.active,
            };
            Ok((calendar, versions))
        })
        .collect()
}

/// The rules that a version of a calendar brought; none when that version brought no other ones.
///
/// # Errors
/// What the database says.
pub async fn find_version(
    db: &Database,
    calendar: CalendarId,
    version: i64,
) -> Result<Option<CalendarVersion>, StoreError> {
    let row = calendar_version::Entity::find_by_id((calendar.uuid(), version))
        .one(&db.reader)
        .await?;
    row.map(|row| {
        let rules: CalendarRules = from_json(&row.rules)?;
        Ok(CalendarVersion {
            version: row.version,
            time_zone: rules.time_zone,
            week: rules.week,
            days: rules.days,
        })
    })
    .transpose()
}

/// Adds a calendar.
///
/// # Errors
/// What the database says.
pub async fn insert(writer: &mut Writer, calendar: &Calendar) -> Result<(), StoreError> {
    writer.insert(calendar).await?;
    insert_rules(writer, calendar).await
}

/// Changes a calendar and gives it as it is then; its version rises when anything differs, and
/// other rules hold from now on.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &Calendar,
    mut after: Calendar,
) -> Result<Calendar, StoreError> {
    writer.update(before, &mut after).await?;
    if before.rules() != after.rules() {
        insert_rules(writer, &after).await?;
    }
    Ok(after)
}

async fn insert_rules(writer: &mut Writer, calendar: &Calendar) -> Result<(), StoreError> {
    let row = calendar_version::ActiveModel {
        calendar_id: Set(calendar.id.uuid()),
        version: Set(calendar.version),
        rules: Set(json_text(&calendar.rules())),
        valid_from: Set(micros(writer.now())),
    };
    writer.insert_parts(vec![row]).await
}

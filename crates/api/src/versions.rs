//! The versions of what is kept in versions: calendars and clock policies.

use chrono::{DateTime, SecondsFormat, Utc};
use rapport_persistence::authors;
use rapport_persistence::configuration::Configuration;
use rapport_types::filters::{Fact, Field};
use rapport_types::records::{Entity, RecordVersion};

use crate::csv::Cell;
use crate::error::ApiError;
use crate::lists::{Listed, position_order};
use crate::state::AppState;

impl Listed for RecordVersion {
    type Row = Self;
    const NAME: &'static str = "versions";
    const FIELDS: &'static [Field] = &[];
    const ORDERS: &'static [&'static str] = &["version"];
    const COLUMNS: &'static [&'static str] = &["version", "changed_at", "changed_by"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, _: &str) -> String {
        position_order(self.version)
    }

    fn id(&self) -> String {
        self.version.to_string()
    }

    fn fact(&self, _: &str, _: &Configuration) -> Fact {
        Fact::Null
    }

    fn cells(&self) -> Vec<Cell> {
        let at = self.changed_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let by = self.changed_by.as_ref();
        vec![
            Cell::plain(Some(self.version)),
            Cell::plain(Some(at)),
            by.map_or(Cell::Empty, |user| Cell::text(&user.name)),
        ]
    }
}

/// The versions of a record with who made them. `known` has their numbers and since when each
/// holds.
///
/// # Errors
/// What the database says.
pub(crate) async fn of(
    state: &AppState,
    configuration: &Configuration,
    entity: Entity,
    key: &str,
    known: Vec<(i64, DateTime<Utc>)>,
) -> Result<Vec<RecordVersion>, ApiError> {
    let authors = authors::list(&state.db, entity, key).await?;
    let version = |(version, changed_at)| RecordVersion {
        version,
        changed_at,
        changed_by: authors
            .get(&version)
            .and_then(|user| configuration.user_ref(*user)),
    };
    Ok(known.into_iter().map(version).collect())
}

//! The settings of the organisation: one row.

use rapport_types::ids::CalendarId;
use rapport_types::locale::Locale;
use rapport_types::records::Entity;
use rapport_types::settings::Settings;
use rapport_types::text::LabelText;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::setting;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

/// The key of the one row.
const ONE: i64 = 1;

impl Record for Settings {
    const ENTITY: Entity = Entity::Settings;
    type Table = setting::Entity;
    type Row = setting::ActiveModel;

    fn key(&self) -> String {
        Entity::Settings.code().to_owned()
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
        setting::ActiveModel {
            id: Set(ONE),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            time_zone: Set(self.time_zone.to_string()),
            locale: Set(self.locale.tag().to_owned()),
            calendar_id: Set(self.calendar_id.uuid()),
            phone_country_code: Set(self.phone_country_code.to_string()),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(setting::Column::Id.eq(ONE))
    }
}

/// The settings; none before the first start.
pub(crate) async fn find(db: &impl ConnectionTrait) -> Result<Option<Settings>, StoreError> {
    let Some(row) = setting::Entity::find_by_id(ONE).one(db).await? else {
        return Ok(None);
    };
    let label = |text: String, what| LabelText::try_from(text).map_err(|_| stored(what));
    Ok(Some(Settings {
        version: row.version,
        names: from_json(&row.names)?,
        time_zone: label(row.time_zone, "time zone")?,
        locale: Locale::from_tag(&row.locale).ok_or_else(|| stored("language"))?,
        calendar_id: CalendarId::from_uuid(row.calendar_id),
        phone_country_code: label(row.phone_country_code, "country calling code")?,
    }))
}

/// Adds the settings, at the first start.
pub(crate) async fn insert(writer: &mut Writer, settings: &Settings) -> Result<(), StoreError> {
    writer.insert(settings).await
}

/// Changes the settings and gives them as they are then; their version rises when anything
/// differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &Settings,
    mut after: Settings,
) -> Result<Settings, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}

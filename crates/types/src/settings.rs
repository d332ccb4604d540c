//! The organisation's settings.

use serde::{Deserialize, Serialize};

use crate::ids::CalendarId;
use crate::locale::Locale;
use crate::names::Names;
use crate::patch::not_null;
use crate::text::LabelText;

/// The settings of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// Raised by every change.
    pub version: i64,
    /// The organisation's names.
    pub names: Names,
    /// Its IANA time zone: reports and days are cut in it by default.
    pub time_zone: LabelText,
    /// Its language.
    pub locale: Locale,
    /// The calendar of teams that inherit none.
    pub calendar_id: CalendarId,
    /// The country calling code that numbers without a country get, without `+`.
    pub phone_country_code: LabelText,
}

/// What PATCH may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingsPatch {
    /// The organisation's names.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub names: Option<Names>,
    /// Its IANA time zone.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub time_zone: Option<LabelText>,
    /// Its language.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub locale: Option<Locale>,
    /// The calendar of teams that inherit none.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub calendar_id: Option<CalendarId>,
    /// The country calling code that numbers without a country get, without `+`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub phone_country_code: Option<LabelText>,
}

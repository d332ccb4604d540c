//! Calendars: reading, adding, changing, their versions, and what uses them.

use rapport_types::calendars::{Calendar, CalendarPatch, CalendarVersion, NewCalendar};
use rapport_types::clocks::{ClockPolicies, ClockPolicy};
use rapport_types::ids::CalendarId;
use rapport_types::locale::Locale;
use rapport_types::page::Page;
use rapport_types::records::RecordVersion;
use rapport_types::settings::Settings;
use rapport_types::teams::Team;

use super::tickets::whole;
use super::{ApiError, Reply};

/// All calendars.
///
/// # Errors
/// As every read.
pub async fn list() -> Result<Vec<Calendar>, ApiError> {
    whole("/calendars").await
}

/// One calendar.
///
/// # Errors
/// As every read.
pub async fn calendar(id: CalendarId) -> Result<Reply<Calendar>, ApiError> {
    super::get(&format!("/calendars/{id}")).await
}

/// Adds a calendar.
///
/// # Errors
/// As every write.
pub async fn add(calendar: &NewCalendar) -> Result<Reply<Calendar>, ApiError> {
    super::post("/calendars", calendar).await
}

/// Changes a calendar whose version is `etag`.
///
/// # Errors
/// As every write; [`ApiError::is_stale`] when somebody else was faster.
pub async fn change(
    id: CalendarId,
    patch: &CalendarPatch,
    etag: &str,
) -> Result<Reply<Calendar>, ApiError> {
    super::patch(&format!("/calendars/{id}"), patch, etag).await
}

/// The latest versions of its hours and days, newest first.
///
/// # Errors
/// As every read.
pub async fn versions(id: CalendarId) -> Result<Vec<RecordVersion>, ApiError> {
    let path = format!("/calendars/{id}/versions?sort=-version&limit=100&total=none");
    super::get::<Page<RecordVersion>>(&path)
        .await
        .map(|reply| reply.value.data)
}

/// The hours and days of a version.
///
/// # Errors
/// As every read.
pub async fn version(id: CalendarId, version: i64) -> Result<CalendarVersion, ApiError> {
    super::get(&format!("/calendars/{id}/versions/{version}"))
        .await
        .map(|reply| reply.value)
}

/// What calendars are used by.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    default: CalendarId,
    teams: Vec<Team>,
    policies: Vec<ClockPolicy>,
}

/// A thing that uses a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// The organisation: all teams that have none of their own.
    Organisation,
    /// The team of this name, with the teams below it.
    Team(String),
    /// The clock policy of this name.
    Policy(String),
}

/// What all calendars are used by.
///
/// # Errors
/// As every read.
pub async fn usage() -> Result<Usage, ApiError> {
    let settings = super::get::<Settings>("/settings").await?.value;
    Ok(Usage {
        default: settings.calendar_id,
        teams: whole("/teams").await?,
        policies: super::get::<ClockPolicies>("/clock-policies")
            .await?
            .value
            .policies,
    })
}

impl Usage {
    /// What uses this one.
    pub fn of(&self, id: CalendarId, locale: Locale) -> Vec<User> {
        let teams = self
            .teams
            .iter()
            .filter(|team| team.active && team.calendar_id == Some(id));
        let policies = self
            .policies
            .iter()
            .filter(|policy| policy.calendar == Some(id));
        let default = (self.default == id).then_some(User::Organisation);
        default
            .into_iter()
            .chain(teams.map(|team| User::Team(team.names.get(locale).to_owned())))
            .chain(policies.map(|policy| User::Policy(policy.names.get(locale).to_owned())))
            .collect()
    }
}

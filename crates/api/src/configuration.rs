//! The configuration (teams, users, roles, categories, calendars, policies), kept in memory.
//!
//! It is read by nearly every request and changes rarely. A kept picture is taken for true for
//! [`KEEP`]; then one statement tells whether it still is. The process that changes something
//! drops its picture at once ([`AppState::configuration_changed`]).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::tickets::LoadedTicket;
use rapport_persistence::writes::Writer;
use rapport_types::ticket_types::DefinitionBook;

use crate::error::ApiError;
use crate::state::AppState;

/// How long a picture is taken for true.
pub const KEEP: TimeDelta = TimeDelta::seconds(5);

/// The picture that is kept.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    picture: Option<(DateTime<Utc>, Arc<Configuration>)>,
    /// Raised by each change here: what was read before must not be kept after.
    changes: u64,
}

impl Kept {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Both members are whole after every statement, whatever another thread died of.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, picture: &Arc<Configuration>, now: DateTime<Utc>, changes: u64) {
        let mut inner = self.inner();
        if inner.changes == changes {
            inner.picture = Some((now, picture.clone()));
        }
    }

    /// Drops the picture.
    pub(crate) fn forget(&self) {
        let mut inner = self.inner();
        inner.picture = None;
        inner.changes += 1;
    }
}

impl AppState {
    /// The configuration, at most [`KEEP`] old.
    ///
    /// # Errors
    /// What the database says.
    pub async fn configuration(&self) -> Result<Arc<Configuration>, ApiError> {
        let now = self.clock.now();
        let (kept, changes) = {
            let inner = self.configuration.inner();
            (inner.picture.clone(), inner.changes)
        };
        if let Some((checked_at, picture)) = kept {
            if (TimeDelta::zero()..KEEP).contains(&(now - checked_at)) {
                return Ok(picture);
            }
            if configuration::version(&self.db).await? == picture.version {
                self.configuration.keep(&picture, now, changes);
                return Ok(picture);
            }
        }
        let picture = Arc::new(configuration::load(&self.db).await?);
        self.configuration.keep(&picture, now, changes);
        Ok(picture)
    }

    /// The configuration that knows what these clocks run by: `kept`, or the one that the
    /// transaction sees, when another process has opened the ticket by policies or calendars that
    /// are newer than what is kept here.
    ///
    /// # Errors
    /// What the database says, or that the latest configuration does not know it either.
    pub async fn configuration_for(
        &self,
        kept: &Arc<Configuration>,
        writer: &Writer,
        tickets: &[&LoadedTicket],
    ) -> Result<Arc<Configuration>, ApiError> {
        let knows = |configuration: &Configuration| {
            tickets.iter().all(|found| {
                found.clocks.are_known(configuration)
                    && configuration.definition_of(&found.ticket).is_some()
            })
        };
        if knows(kept) {
            return Ok(kept.clone());
        }
        self.configuration.forget();
        let latest = configuration::load_within(writer).await?;
        if knows(&latest) {
            Ok(Arc::new(latest))
        } else {
            let numbers: Vec<i64> = tickets.iter().map(|found| found.ticket.number).collect();
            Err(ApiError::internal(format!(
                "no configuration knows what these tickets go by: {numbers:?}"
            )))
        }
    }

    /// Drops what this process keeps of configuration and callers. Call it after each change of
    /// configuration, users and roles included.
    pub fn configuration_changed(&self) {
        self.configuration.forget();
        self.callers.forget_all();
    }
}

//! How handlers show and change the configuration: what it is now, whether a change may be made,
//! and the answer.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use actix_web::HttpResponse;
use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::writes::Writer;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use serde::Serialize;

use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::extract::{IfMatch, etag};
use crate::records::check_version;
use crate::state::AppState;

impl AppState {
    /// The configuration as it is now: for requests that show it, whichever process changed it a
    /// moment ago.
    ///
    /// # Errors
    /// What the database says.
    pub async fn latest_configuration(&self) -> Result<Arc<Configuration>, ApiError> {
        let kept = self.configuration().await?;
        if configuration::version(&self.db).await? == kept.version {
            return Ok(kept);
        }
        self.configuration.forget();
        self.configuration().await
    }

    /// Changes configuration in the caller's name. `work` gets the configuration as it is and stays
    /// until the commit, so that what it decides still holds then.
    ///
    /// # Errors
    /// What `work` refuses, or what the database says.
    pub async fn change_configuration<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFn(&mut Writer, &Configuration) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let context = caller.write_context(self.clock.now());
        let done = configuration::change(&self.db, context, work).await;
        self.configuration_changed();
        done
    }
}

/// The precondition of a PUT that makes or replaces: replacing needs the version seen (428, 412);
/// making needs none, and a version of what is not there is 412.
pub(crate) fn check_replacement(existing: Option<i64>, seen: Option<i64>) -> Result<(), ApiError> {
    match (existing, seen) {
        (Some(current), Some(seen)) => check_version(IfMatch(seen), current),
        (Some(_), None) => Err(ErrorCode::IfMatchRequired.into()),
        (None, Some(_)) => Err(ErrorCode::Stale.into()),
        (None, None) => Ok(()),
    }
}

/// A changed record: 200 with its new `ETag`.
pub(crate) fn changed<T: Serialize>(record: &T, version: i64) -> HttpResponse {
    HttpResponse::Ok().insert_header(etag(version)).json(record)
}

/// The faults that a body has in the light of the configuration.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault when `wrong`.
    pub(crate) fn when(&mut self, wrong: bool, pointer: &str, code: FieldCode) {
        if wrong {
            self.0.push(Fault::at(pointer, code));
        }
    }

    /// Notes that a member names nothing (`None`) or something that is no longer in use
    /// (`Some(false)`).
    pub(crate) fn refers(&mut self, pointer: &str, active: Option<bool>) {
        self.when(active.is_none(), pointer, FieldCode::UnknownRecord);
        self.when(active == Some(false), pointer, FieldCode::Inactive);
    }

    /// Notes that a member is no IANA time zone.
    pub(crate) fn zone(&mut self, pointer: &str, zone: &str) {
        self.when(
            zone.parse::<chrono_tz::Tz>().is_err(),
            pointer,
            FieldCode::InvalidTimeZone,
        );
    }

    /// Adds faults found elsewhere.
    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    /// 422 when there are any.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ApiError::invalid(self.0))
        }
    }
}

//! Values of columns and of the wire, in both directions.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::error::StoreError;

/// An instant from its microseconds.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// A text of the database as parsed text; it was checked when it was written.
pub(crate) fn text<T: TryFrom<String>>(value: String) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Failed("a stored text breaks its limits".into()))
}

/// A list as JSON text; lists of texts always have one.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

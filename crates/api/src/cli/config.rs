//! `rapport config`.

use super::say;
use crate::config::{Sources, table};

/// Prints the table of settings.
pub(super) fn run(sources: &Sources) {
    say(table(sources).trim_end());
}

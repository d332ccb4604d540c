//! `rapport config`.

use crate::config::{Sources, table};

/// Prints the table of settings.
#[allow(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn run(sources: &Sources) {
    print!("{}", table(sources));
}

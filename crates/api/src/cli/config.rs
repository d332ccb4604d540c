//! `rapport config`.

use crate::config::table;

/// Prints the table of settings.
#[allow(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn run() {
    print!("{}", table(|key| std::env::var(key).ok()));
}

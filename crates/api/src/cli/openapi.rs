//! `rapport openapi`.

use crate::openapi;

/// Prints the document.
#[allow(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn run() {
    print!("{}", openapi::json());
}

//! Imports: reading files, feeding them to the plan and storing what it gives.
//!
//! ```text
//! reader (bytes -> records) -> feed (records -> batches of outcomes, on a thread that may block)
//!   -> run, storing (one transaction per batch)
//!   -> directory (teams, categories, agents), tickets (customers), convert (rows)
//! ```
//!
//! A ticket whose key is known from an earlier run stays as it is and counts as imported again; so
//! a second run over a file changes nothing.

mod convert;
mod directory;
mod feed;
mod index;
pub mod reader;
mod run;
mod source;
mod storing;
mod tickets;

pub use run::{Desk, Finished, Import, ImportError, Progress, Watcher, run};

//! Imports: taking and reading files, feeding them to the plan and storing what it gives.
//!
//! ```text
//! routes, files, faults (endpoints; views builds what they show)
//!   upload -> folder (a file arrives) -> survey (what its columns look like) | preview
//!   queue (runs that wait, one process each) -> run
//!
//! reader (bytes -> records) -> feed (records -> batches of outcomes, on a thread that may block)
//!   -> run, storing (one transaction per batch), ledger (how far it is, what it said)
//!   -> directory (teams, categories, agents), records (tickets and customers), convert (rows)
//! ```
//!
//! A record whose key is known from an earlier run stays as it is and counts as imported again; so
//! a second run over a file changes nothing.

mod convert;
mod customers;
mod directory;
mod faults;
mod feed;
mod files;
mod folder;
mod index;
mod ledger;
mod preview;
pub mod queue;
pub mod reader;
mod records;
mod routes;
mod run;
mod source;
mod storing;
mod survey;
mod tickets;
pub(crate) mod upload;
mod views;

pub use routes::routes;
pub use run::{Desk, Finished, Import, ImportError, Progress, Watcher, run};

//! Bulk changes: one change of all records that match a filter, as a job.
//!
//! ```text
//! routes, list, faults (endpoints; draft makes one, preview shows what it would do, views what it is)
//! queue (those that wait) -> run (one transaction per chunk) -> turn (a record)
//!   -> tickets::bulk, customers::bulk (the decisions of the single endpoints)
//! ```

mod draft;
mod faults;
mod list;
mod preview;
pub mod queue;
mod routes;
mod run;
pub(crate) mod turn;
mod views;

pub use routes::routes;

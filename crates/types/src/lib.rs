//! What is said and what is allowed: the wire types of Rapport and the pure rules beside them.
//!
//! No I/O, no async, no clock: time is always an argument. The crate builds for the browser, so
//! that a greyed-out button and a 409 come from the same function.

pub mod api_keys;
pub mod approvals;
pub mod batches;
pub mod bulk_changes;
pub mod calendars;
pub mod categories;
pub mod changes;
pub mod channels;
pub mod clocks;
pub mod contacts;
pub mod customers;
pub mod filters;
pub mod granting;
pub mod ids;
pub mod imports;
pub mod instants;
pub mod kpis;
pub mod limits;
pub mod locale;
pub mod names;
pub mod page;
pub mod patch;
pub mod permissions;
pub mod problem;
pub mod records;
pub mod roles;
#[cfg(feature = "openapi")]
mod schemas;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod teams;
pub mod text;
pub mod ticket_types;
pub mod tickets;
pub mod users;

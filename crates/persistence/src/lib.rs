//! Rows in, shared types out.
//!
//! Records are written through `writes.rs` alone and read through a `Scope`; bookkeeping
//! (sessions, leases, sign-in failures) has a type of its own that names no record's table.

pub mod api_keys;
pub mod approval_rules;
pub mod approvals;
pub mod authors;
pub mod backup;
mod bookkeeping;
pub mod bulk_changes;
pub mod calendars;
pub mod categories;
pub mod changes;
pub mod channels;
pub mod clock_policies;
pub mod configuration;
pub mod conflicts;
pub mod contacts;
pub mod customers;
pub mod database;
pub mod doctor;
mod entities;
pub mod error;
mod external_ids;
mod filters;
pub mod imports;
pub mod leases;
mod lists;
pub mod migrations;
pub mod queues;
pub mod reports;
pub mod request_counts;
pub mod roles;
pub mod scope;
mod search;
pub mod sessions;
pub mod settings;
mod shape;
mod sql;
pub mod teams;
#[cfg(test)]
mod testing;
pub mod throttle;
pub mod ticket_types;
pub mod tickets;
mod totals;
pub mod users;
mod values;
pub mod writes;

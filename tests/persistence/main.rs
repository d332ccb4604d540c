//! The persistence layer on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod approvals;
mod changes;
mod clocks;
mod contacts;
mod filters;
mod history;
mod imports;
mod lists;
mod meetings;
mod migrations;
mod plans;
mod real_data;
mod references;
mod reports;
mod scope;
mod search;
mod sharing;
mod statements;
mod strips;
mod writes;

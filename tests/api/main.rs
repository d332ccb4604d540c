//! The API: the real routes over real databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod api_key_addresses;
mod api_keys;
mod approval_rules;
mod approvals;
mod bad_input;
mod batches;
mod bulk_changes;
mod calendars;
mod changes;
mod clock_policies;
mod clocks;
mod command_line;
mod command_line_backup;
mod command_line_doctor;
mod command_line_keys;
mod command_line_settings;
mod contacts;
mod contract;
mod cookbook;
mod crash;
mod csv;
mod customers;
mod faults;
mod granting;
mod idempotency;
mod imports;
mod limits;
mod matrix;
mod merges;
mod operations;
mod overload;
mod paging;
mod processes;
mod readme;
mod rehearsal;
mod reports;
mod request_ids;
mod scope;
mod sessions;
mod stages;
mod statements;
mod stream;
mod tickets;
mod users;

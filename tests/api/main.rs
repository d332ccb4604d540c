//! The API: the real routes over real databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod bad_input;
mod clocks;
mod command_line;
mod contract;
mod crash;
mod csv;
mod customers;
mod imports;
mod matrix;
mod operations;
mod paging;
mod reports;
mod scope;
mod sessions;
mod statements;
mod tickets;

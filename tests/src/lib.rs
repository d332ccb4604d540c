//! Test harness.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness fails by panicking"
)]

pub mod browser;
pub mod builders;
pub mod cluster;
pub mod contents;
pub mod databases;
pub mod explained;
pub mod feed;
pub mod generate;
pub mod http;
pub mod import_samples;
pub mod importing;
pub mod pages;
pub mod program;
pub mod search_oracle;
pub mod server;
pub mod standards;

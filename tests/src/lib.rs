//! Test harness.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a harness fails by panicking")]

pub mod builders;
pub mod databases;
pub mod generate;
pub mod import_samples;
pub mod importing;
pub mod search_oracle;

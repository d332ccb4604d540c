//! The pages, one folder per feature.

pub mod account;
mod address;
pub mod administration;
pub mod approvals;
pub mod bulk_changes;
pub mod calendars;
pub mod clock_policies;
mod customer_search;
pub mod customers;
mod draft;
pub mod home;
pub mod imports;
pub mod not_found;
mod refused;
pub mod reports;
pub mod sign_in;
pub mod tickets;

//! The pages, one folder per feature.

mod address;
pub mod administration;
pub mod customers;
mod draft;
pub mod home;
pub mod imports;
pub mod not_found;
pub mod reports;
pub mod sign_in;
pub mod tickets;

//! The approval rules: the list, and beside it the form of one.

mod form;
mod list;

pub use list::ApprovalRules;

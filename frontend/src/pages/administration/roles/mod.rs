//! The roles and what they allow: a table of both, and the form of one.

mod matrix;
mod panel;
pub(super) mod words;

pub use matrix::Roles;

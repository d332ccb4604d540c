//! The people who sign in: the list, the form of one, inviting and letting go.

mod acts;
mod deactivate;
mod draft;
mod form;
mod holdings;
mod invitation;
mod list;
mod panel;

pub use list::Users;

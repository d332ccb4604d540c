//! The people who sign in and the services that call by API keys: the list, the form of one,
//! inviting and letting go.

mod acts;
mod deactivate;
mod draft;
mod filters;
mod form;
mod holdings;
mod invitation;
mod keys;
mod list;
mod panel;
mod service;

pub use list::Users;

//! The API keys of a service: the list, making one, the one time it is shown, revoking.

mod form;
mod list;
mod made;
mod revoke;
mod row;
mod scopes;

pub(super) use list::Keys;
pub(super) use made::MadeKey;

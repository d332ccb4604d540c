//! The two lists of codes: ticket types and channels. They look and behave the same, and each
//! record has a place in its list.

mod form;
mod list;
mod record;

pub use list::{Channels, TicketTypes};

//! Approvals: the page of those to decide, and the block on the page of a ticket.

mod decision;
mod entry;
mod page;
mod panel;
mod ticket;
mod words;

pub use page::Approvals;
pub(super) use ticket::TicketApprovals;
pub(super) use words::fact_name;

//! Tickets: the list, one ticket, a new one.

mod assignment;
mod bulk;
mod change_notice;
mod clocks_panel;
mod composer;
mod conflict;
mod contact_panel;
mod contact_words;
mod customer_panel;
mod detail;
mod draft;
mod drill_down;
mod event_line;
mod facts;
mod filters;
mod form;
mod form_contact;
mod form_customer;
mod header;
mod list;
mod list_url;
mod message_card;
mod open_ticket;
mod other_filters;
mod reason_dialog;
mod satisfaction;
mod stages;
mod status_menu;
mod thread;
mod views;

pub use detail::TicketDetail;
pub(super) use filters::{By, either};
pub use form::TicketForm;
pub use list::TicketList;
pub(super) use list_url::last_list;

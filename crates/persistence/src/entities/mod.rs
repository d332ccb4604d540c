//! The rows of the tables. No entity leaves this crate.
#![allow(
    unreachable_pub,
    dead_code,
    reason = "sea-orm's derive wants and makes public items"
)]

pub(crate) mod api_key;
pub(crate) mod api_key_use;
pub(crate) mod approval;
pub(crate) mod approval_rule;
pub(crate) mod bulk_change;
pub(crate) mod bulk_change_fault;
pub(crate) mod bulk_change_record;
pub(crate) mod calendar;
pub(crate) mod calendar_version;
pub(crate) mod category;
pub(crate) mod change;
pub(crate) mod channel;
pub(crate) mod clock_policy_version;
pub(crate) mod contact;
pub(crate) mod counter;
pub(crate) mod customer;
pub(crate) mod customer_merge;
pub(crate) mod customer_value;
pub(crate) mod external_id;
pub(crate) mod import;
pub(crate) mod import_fault;
pub(crate) mod import_file;
pub(crate) mod lease;
pub(crate) mod message;
pub(crate) mod rating;
pub(crate) mod refresh_token;
pub(crate) mod reply;
pub(crate) mod request_count;
pub(crate) mod role;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod sign_in_failure;
pub(crate) mod signing_key;
pub(crate) mod team;
pub(crate) mod ticket;
pub(crate) mod ticket_clock;
pub(crate) mod ticket_event;
pub(crate) mod ticket_span;
pub(crate) mod ticket_type;
pub(crate) mod ticket_type_version;
pub(crate) mod ticket_value;
pub(crate) mod user;

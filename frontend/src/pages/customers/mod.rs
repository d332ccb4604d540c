//! The customers pages: the list, one customer, the form for a new one, two that become one.

mod bulk;
mod contact_form;
mod contact_remove;
mod contacts;
mod contacts_tab;
mod detail;
mod draft;
mod fact_row;
mod facts;
mod filters;
mod form;
mod header;
mod likely_same;
mod list;
mod merge_notes;
mod merged_banner;
mod merging;
mod one_change;
mod profile;
mod record;
mod remove;
mod tickets_tab;
mod timeline;
pub(super) mod words;

pub use contacts_tab::preload_contacts;
pub use detail::CustomerDetail;
pub(super) use facts::Fact;
pub use form::CustomerForm;
pub use list::CustomerList;
pub(super) use list::last_list;
pub use merging::MergeCustomers;

//! Where the list of tickets stands, and where it stood last.

use std::cell::RefCell;

use crate::components::effect::effect;
use crate::links;
use crate::pages::address::{Address, borrowed, use_address};

thread_local! {
    // Where the list stood last, for the way back from a ticket.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The list's URL.
pub(super) fn use_list_url() -> Address {
    let url = use_address(links::tickets(&[]));
    effect(move || LAST.set(Some(links::tickets(&borrowed(&url.pairs())))));
    url
}

/// The list as it stood last.
pub(in crate::pages) fn last_list() -> String {
    LAST.with_borrow(|last| last.clone())
        .unwrap_or_else(|| links::tickets(&[]))
}

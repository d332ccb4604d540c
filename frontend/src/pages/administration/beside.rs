//! A list with the form of one record beside it. What is open stands in the path, so that it has an
//! address of its own and Back closes it; the list stays as it is.
//!
//! ```ignore
//! let beside = use_beside(move || links::users(&borrowed(&address.pairs())));
//! <Split beside panel=move |record: String| view! { … }.into_any()> …list… </Split>
//! ```

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use crate::components::keys::{Key, use_keys};
use crate::links;

/// The record of the form for another one.
pub(super) const NEW: &str = "new";
/// The parameter that says what a new record lies in.
const UNDER: &str = "under";

/// What a new record is to lie in, as the URL says; tracked.
pub(super) fn use_under() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(UNDER)))
}

/// What is open beside a list.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    opened: Memo<Option<String>>,
    list: Signal<String>,
    go: Callback<String>,
}

/// What is open beside the list at this address, filters included. Escape closes it.
pub(super) fn use_beside(list: impl Fn() -> String + Send + Sync + 'static) -> Beside {
    let params = use_params_map();
    let opened = Memo::new(move |_| params.with(|params| params.get("id")));
    let navigate = use_navigate();
    let go = Callback::new(move |href: String| {
        let stay = NavigateOptions {
            scroll: false,
            ..Default::default()
        };
        navigate(&href, stay);
    });
    let beside = Beside {
        opened,
        list: Signal::derive(list),
        go,
    };
    use_keys(move |key| {
        let closes = key == Key::Escape && opened.with_untracked(Option::is_some);
        if closes {
            beside.close();
        }
        closes
    });
    beside
}

impl Beside {
    /// What is open; tracked.
    pub(super) fn opened(self) -> Option<String> {
        self.opened.get()
    }

    /// Whether this record is open; tracked.
    pub(super) fn is_at(self, record: &str) -> bool {
        self.opened.with(|opened| opened.as_deref() == Some(record))
    }

    /// The address of the list; tracked.
    pub(super) fn list(self) -> String {
        self.list.get()
    }

    /// The address of a record beside the list; tracked.
    pub(super) fn href(self, record: &str) -> String {
        links::beside(&self.list.get(), record)
    }

    /// Opens a record.
    pub(super) fn open(self, record: &str) {
        self.go
            .run(links::beside(&self.list.get_untracked(), record));
    }

    /// Opens the form for a record that lies in another one.
    pub(super) fn open_below(self, parent: &str) {
        let list = self.list.get_untracked();
        let form = links::beside(list.split('?').next().unwrap_or_default(), NEW);
        self.go.run(links::with_query(&form, &[(UNDER, parent)]));
    }

    /// Leaves the list alone on the page.
    pub(super) fn close(self) {
        self.go.run(self.list.get_untracked());
    }
}

/// The list, and beside it what is open; on a narrow screen that alone.
#[component]
pub(super) fn Split(
    /// What is open.
    beside: Beside,
    /// The panel of a record.
    #[prop(into)]
    panel: Callback<String, AnyView>,
    /// The list.
    children: Children,
) -> impl IntoView {
    let is_open = move || beside.opened.with(Option::is_some);
    view! {
        <div class="admin-split" class:has-open=is_open>
            <div class="admin-list">{children()}</div>
            {move || beside.opened().map(|record| view! {
                <aside class="panel admin-panel">{panel.run(record)}</aside>
            })}
        </div>
    }
}

//! What a page shows is what its URL says: filters, order, tab, page. Back works, and a link can
//! be passed on.
//!
//! ```ignore
//! let address = use_address(links::customers(&[]));
//! address.get("sort")                          // "" when it is not there; tracked
//! address.set(&[("team", &id), ("by", "")]);   // an empty value takes the parameter away
//! ```

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::links;

/// Where the next page of a list starts; any other change leads back to the first one.
const CURSOR: &str = "cursor";

/// The parameters in the order of the URL.
pub(super) type Pairs = Vec<(String, String)>;

/// The parameters of the page's URL.
#[derive(Clone, Copy)]
pub(super) struct Address {
    pairs: Memo<Pairs>,
    go: Callback<(Pairs, NavigateOptions)>,
}

/// The parameters of the page at `path`.
pub(super) fn use_address(path: String) -> Address {
    let location = use_location();
    let (pathname, search) = (location.pathname, location.search);
    let navigate = use_navigate();
    let own = path.clone();
    let pairs = Memo::new(move |before: Option<&Pairs>| {
        let search = search.read();
        // On the way to another page the URL has that page's parameters already.
        if let Some(before) = before
            && pathname.read().trim_end_matches('/') != own
        {
            return before.clone();
        }
        let mut pairs: Pairs = links::pairs_of(&search);
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    });
    let go = Callback::new(move |(pairs, options): (Pairs, NavigateOptions)| {
        navigate(&links::with_query(&path, &borrowed(&pairs)), options);
    });
    Address { pairs, go }
}

/// The same parameters as text that is lent.
pub(super) fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

impl Address {
    /// Every parameter; tracked.
    pub(super) fn pairs(self) -> Pairs {
        self.pairs.get()
    }

    /// One parameter, empty when it is not there; tracked.
    pub(super) fn get(self, name: &str) -> String {
        self.pairs
            .with(|pairs| value_of(pairs, name).unwrap_or_default().to_owned())
    }

    /// One parameter, none when it is not there; tracked.
    pub(super) fn find(self, name: &str) -> Option<String> {
        self.pairs
            .with(|pairs| value_of(pairs, name).map(str::to_owned))
    }

    /// The values of one parameter; tracked.
    pub(super) fn values(self, name: &str) -> Vec<String> {
        self.pairs
            .with(|pairs| split(value_of(pairs, name).unwrap_or_default()))
    }

    /// Sets parameters as a step of the history; an empty value takes one away.
    pub(super) fn set(self, changes: &[(&str, &str)]) {
        self.go(
            changes,
            NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        );
    }

    /// The same without a step in the history: for text that is being typed.
    pub(super) fn replace(self, changes: &[(&str, &str)]) {
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..Default::default()
        };
        self.go(changes, options);
    }

    /// Switches one value of a parameter on or off.
    pub(super) fn toggle(self, name: &str, value: &str) {
        let mut values = self
            .pairs
            .with_untracked(|pairs| split(value_of(pairs, name).unwrap_or_default()));
        match values.iter().position(|it| it == value) {
            Some(at) => {
                values.remove(at);
            }
            None => values.push(value.to_owned()),
        }
        self.set(&[(name, &values.join(","))]);
    }

    /// Takes several parameters away.
    pub(super) fn remove(self, names: &[&str]) {
        let changes: Vec<_> = names.iter().map(|name| (*name, "")).collect();
        self.set(&changes);
    }

    /// Opens the page of a list at a cursor; an empty one is the first.
    pub(super) fn open_page(self, cursor: &str) {
        self.go(&[(CURSOR, cursor)], NavigateOptions::default());
    }

    fn go(self, changes: &[(&str, &str)], options: NavigateOptions) {
        let mut pairs = self.pairs.get_untracked();
        pairs.retain(|(name, _)| name != CURSOR);
        for (name, value) in changes {
            let at = pairs.iter().position(|(it, _)| it == name);
            match (at, value.is_empty()) {
                (Some(at), true) => {
                    pairs.remove(at);
                }
                (Some(at), false) => pairs[at].1 = (*value).to_owned(),
                (None, true) => {}
                (None, false) => pairs.push(((*name).to_owned(), (*value).to_owned())),
            }
        }
        self.go.run((pairs, options));
    }
}

fn value_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(it, _)| it == name)
        .map(|(_, value)| value.as_str())
}

fn split(list: &str) -> Vec<String> {
    list.split(',')
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

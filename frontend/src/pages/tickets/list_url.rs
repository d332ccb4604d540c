//! What the list shows is what its URL says, so that back works and a link can be passed on.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::links;

thread_local! {
    // Where the list stood last, for the way back from a ticket.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The parameters in the order of the URL.
pub(super) type Pairs = Vec<(String, String)>;

/// The list's URL.
#[derive(Clone, Copy)]
pub(super) struct ListUrl {
    pairs: Memo<Pairs>,
    go: Callback<(Pairs, bool)>,
}

/// The list's URL.
pub(super) fn use_list_url() -> ListUrl {
    let location = use_location();
    let (pathname, search) = (location.pathname, location.search);
    let navigate = use_navigate();
    let own = links::tickets(&[]);
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
    Effect::new(move |_| LAST.set(Some(path(&pairs.read()))));
    let go = Callback::new(move |(pairs, replace): (Pairs, bool)| {
        navigate(
            &path(&pairs),
            NavigateOptions {
                replace,
                ..Default::default()
            },
        );
    });
    ListUrl { pairs, go }
}

/// The list as it stood last.
pub(super) fn last_list() -> String {
    LAST.with_borrow(|last| last.clone())
        .unwrap_or_else(|| links::tickets(&[]))
}

fn path(pairs: &[(String, String)]) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    links::tickets(&pairs)
}

impl ListUrl {
    /// Every parameter; tracked.
    pub(super) fn pairs(self) -> Pairs {
        self.pairs.get()
    }

    /// One parameter; tracked.
    pub(super) fn get(self, name: &str) -> Option<String> {
        self.pairs.with(|pairs| {
            pairs
                .iter()
                .find(|(it, _)| it == name)
                .map(|(_, v)| v.clone())
        })
    }

    /// The values of one parameter; tracked.
    pub(super) fn values(self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        value
            .split(',')
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Sets one parameter, or takes it away, and goes back to the first page.
    pub(super) fn set(self, name: &str, value: Option<String>) {
        self.go.run((self.with(name, value), false));
    }

    /// The same without a step in the history: for text that is being typed.
    pub(super) fn set_quietly(self, name: &str, value: Option<String>) {
        self.go.run((self.with(name, value), true));
    }

    /// Switches one value of a parameter on or off.
    pub(super) fn toggle(self, name: &str, value: &str) {
        let mut values = untrack(|| self.values(name));
        match values.iter().position(|it| it == value) {
            Some(at) => {
                values.remove(at);
            }
            None => values.push(value.to_owned()),
        }
        self.set(name, (!values.is_empty()).then(|| values.join(",")));
    }

    /// Takes several parameters away.
    pub(super) fn remove(self, names: &[&str]) {
        let mut pairs = self.pairs.get_untracked();
        pairs.retain(|(name, _)| !names.contains(&name.as_str()) && name != "cursor");
        self.go.run((pairs, false));
    }

    fn with(self, name: &str, value: Option<String>) -> Pairs {
        let mut pairs = self.pairs.get_untracked();
        // Another list has other pages.
        pairs.retain(|(it, _)| it != "cursor" && (it != name || value.is_some()));
        if let Some(value) = value {
            match pairs.iter_mut().find(|(it, _)| it == name) {
                Some(pair) => pair.1 = value,
                None => pairs.push((name.to_owned(), value)),
            }
        }
        pairs
    }
}

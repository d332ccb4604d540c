//! Loading: the last value stays on the screen while the next one is on its way.
//!
//! ```ignore
//! let ticket = use_query(move || id.get(), |id| async move {
//!     api::get::<Ticket>(&format!("/tickets/{id}")).await
//! });
//! view! { <Loaded query=ticket skeleton=|| view! { <Skeleton lines=3/> } let:reply> … </Loaded> }
//! ticket.reload();
//! ```

use std::future::Future;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{ApiError, live, rest_ms};
use crate::components::effect::effect;

/// How often figures and lists that are in sight are loaded again.
const FRESH: std::time::Duration = std::time::Duration::from_secs(60);

/// What has been loaded, and what is being loaded.
pub struct Query<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    error: RwSignal<Option<ApiError>>,
    loading: RwSignal<bool>,
    round: RwSignal<u64>,
    /// The number of the latest question: the answer to an earlier one no longer counts.
    latest: StoredValue<u64>,
    /// Whether what is asked now is another question than the one that the value answers.
    is_other: StoredValue<bool>,
}

impl<T: Send + Sync> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Query<T> {}

/// Loads `fetch(key())` now, and again whenever something that `key` reads changes. Only the
/// answer to the latest question counts.
pub fn use_query<K, T, F>(
    key: impl Fn() -> K + 'static,
    fetch: impl Fn(K) -> F + 'static,
) -> Query<T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    let query = Query {
        value: RwSignal::new(None),
        error: RwSignal::new(None),
        loading: RwSignal::new(true),
        round: RwSignal::new(0),
        latest: StoredValue::new(0),
        is_other: StoredValue::new(false),
    };
    let asked = StoredValue::new(None::<(K, u64)>);
    effect(move || {
        let question = (key(), query.round.get());
        if asked.with_value(|before| before.as_ref() == Some(&question)) {
            return;
        }
        let is_other =
            asked.with_value(|before| before.as_ref().is_some_and(|(key, _)| *key != question.0));
        asked.set_value(Some(question.clone()));
        if is_other {
            query.is_other.set_value(true);
        }
        query.follow(Box::pin(fetch(question.0)));
    });
    query
}

impl<T: Send + Sync + 'static> Query<T> {
    /// Waits for an answer, which counts unless a newer question is under way by then.
    fn follow(self, answer: LocalBoxFuture<'static, Result<T, ApiError>>) {
        self.latest.update_value(|number| *number += 1);
        let number = self.latest.get_value();
        self.loading.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // The page may be gone as well.
            if self.latest.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(value) => {
                    self.is_other.set_value(false);
                    self.error.set(None);
                    self.value.set(Some(value));
                }
                Err(error) => {
                    // What answers another question must not stand below this one.
                    if self.is_other.get_value() {
                        self.value.set(None);
                    }
                    self.error.set(Some(error));
                }
            }
            self.loading.set(false);
        });
    }

    /// Asks again; the value stays until the answer is there.
    pub fn reload(self) {
        self.round.update(|round| *round += 1);
    }

    /// Whether an answer is awaited; tracked.
    pub fn is_loading(self) -> bool {
        self.loading.get()
    }

    /// Why the last question failed; tracked.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// The value, read in place; tracked.
    pub fn with<U>(self, read: impl FnOnce(Option<&T>) -> U) -> U {
        self.value.with(|value| read(value.as_ref()))
    }

    /// Puts a value there that a write has brought back.
    pub fn set(self, value: T) {
        self.error.set(None);
        self.value.set(Some(value));
        self.overtake();
    }

    /// Changes the value in place, when there is one, as a write has changed it.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.value.update(|value| {
            if let Some(value) = value {
                change(value);
            }
        });
        self.overtake();
    }

    /// What is on its way was asked before the write and may know nothing of it: it no longer
    /// counts, and the question is asked again.
    fn overtake(self) {
        if self.loading.try_get_untracked() == Some(true) {
            self.latest.update_value(|number| *number += 1);
            self.reload();
        }
    }

    /// Asks again every minute while the page is in sight; what stands there then keeps up with
    /// what others do. Call where the query is made.
    pub fn keep_fresh(self) {
        every_minute(Box::new(move || self.reload_unless_asked()));
    }

    /// Keeps fresh, and asks again when a change is heard of whose text holds `of` (see [`live`]).
    /// Call where the query is made.
    pub fn keep_up(self, of: &str) {
        self.keep_fresh();
        live::on_change(of.to_owned(), Box::new(move || self.reload()));
    }

    /// Asks again, unless an answer is awaited, since the questions would pile up while the server is
    /// out of reach, or the server wants to be left alone.
    pub fn reload_unless_asked(self) {
        if !self.is_loading_untracked() && rest_ms() == 0 {
            self.reload();
        }
    }

    /// Whether an answer is awaited, without tracking: for event handlers.
    pub fn is_loading_untracked(self) -> bool {
        self.loading.get_untracked()
    }
}

/// Runs every minute while the page is in sight, as long as the component lives; not while the
/// server wants to be left alone.
pub fn every_minute(run: Box<dyn Fn()>) {
    let timer = set_interval_with_handle(
        move || {
            if !document().hidden() && rest_ms() == 0 {
                run();
            }
        },
        FRESH,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
}

impl<T: Clone + Send + Sync + 'static> Query<T> {
    /// The value; tracked.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    /// The value, without tracking: for event handlers.
    pub fn get_untracked(self) -> Option<T> {
        self.value.get_untracked()
    }
}

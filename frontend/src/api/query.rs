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

use super::ApiError;

/// What has been loaded, and what is being loaded.
pub struct Query<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    error: RwSignal<Option<ApiError>>,
    loading: RwSignal<bool>,
    round: RwSignal<u64>,
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
    };
    let latest = StoredValue::new(0_u64);
    let asked = StoredValue::new(None::<(K, u64)>);
    Effect::new(move |_| {
        let question = (key(), query.round.get());
        if asked.with_value(|before| before.as_ref() == Some(&question)) {
            return;
        }
        asked.set_value(Some(question.clone()));
        query.follow(latest, Box::pin(fetch(question.0)));
    });
    query
}

impl<T: Send + Sync + 'static> Query<T> {
    /// Waits for an answer, which counts unless a newer question is under way by then.
    fn follow(
        self,
        latest: StoredValue<u64>,
        answer: LocalBoxFuture<'static, Result<T, ApiError>>,
    ) {
        latest.update_value(|number| *number += 1);
        let number = latest.get_value();
        self.loading.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // The page may be gone as well.
            if latest.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(value) => {
                    self.error.set(None);
                    self.value.set(Some(value));
                }
                Err(error) => self.error.set(Some(error)),
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
    }

    /// Changes the value in place, when there is one.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.value.update(|value| {
            if let Some(value) = value {
                change(value);
            }
        });
    }
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

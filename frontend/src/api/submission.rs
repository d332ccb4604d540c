//! Sending: disabled with a spinner while under way, so that a double click does nothing twice.
//!
//! ```ignore
//! let save = use_submission(move |patch: TicketPatch| async move { api::patch(…).await });
//! save.send_then(patch, move |reply| ticket.set(reply));
//! view! { <Button busy=save.busy() on_click=…>…</Button> {move || save.error().map(…)} }
//! ```

use std::future::Future;
use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::ApiError;

type Send_<I, T> = Arc<dyn Fn(I) -> LocalBoxFuture<'static, Result<T, ApiError>>>;

/// One kind of write.
pub struct Submission<I: 'static, T: 'static> {
    send: StoredValue<Send_<I, T>, LocalStorage>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
}

impl<I, T> Clone for Submission<I, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, T> Copy for Submission<I, T> {}

/// Prepares a write.
pub fn use_submission<I, T, F>(send: impl Fn(I) -> F + 'static) -> Submission<I, T>
where
    I: 'static,
    T: 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    Submission {
        send: StoredValue::new_local(Arc::new(move |input| {
            Box::pin(send(input)) as LocalBoxFuture<_>
        })),
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
    }
}

impl<I: 'static, T: 'static> Submission<I, T> {
    /// Sends, unless a send is under way, and hands over what came back.
    pub fn send_then(self, input: I, done: impl FnOnce(T) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(send) = self.send.try_get_value() else {
            return;
        };
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = send(input).await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(value) => done(value),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Whether a send is under way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Why the last send failed; tracked.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// The last failure as a signal, for `FormError` and for fields.
    pub fn error_signal(self) -> Signal<Option<ApiError>> {
        self.error.into()
    }

    /// Forgets the last failure.
    pub fn clear(self) {
        self.error.set(None);
    }
}

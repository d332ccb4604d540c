//! The access token (in memory only) and how it is renewed.
//!
//! The refresh token is a cookie that scripts cannot read and that may be used once. So all calls
//! of this tab share one renewal, and the tabs of a browser queue for it with a web lock:
//! otherwise two of them would spend the same cookie and the server would end the session.

use std::cell::RefCell;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use gloo_net::http::Method;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{ApiError, Call};

/// The name of the lock between tabs.
const LOCK: &str = "rapport.refresh";

/// How a renewal ended.
#[derive(Debug, Clone)]
pub(super) enum Renewal {
    /// There is a new token.
    Renewed,
    /// The session is over.
    Refused,
    /// The server did not answer; the session may still be good.
    Failed(ApiError),
}

type SharedRenewal = Shared<LocalBoxFuture<'static, Renewal>>;

thread_local! {
    static TOKEN: RefCell<Option<String>> = const { RefCell::new(None) };
    static LANGUAGE: RefCell<String> = RefCell::new("en".to_owned());
    static RENEWAL: RefCell<Option<SharedRenewal>> = const { RefCell::new(None) };
    static ON_END: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// The language that the API answers in from now on.
pub fn set_language(tag: &str) {
    LANGUAGE.set(tag.to_owned());
}

/// The language of the next call.
pub(super) fn language() -> String {
    LANGUAGE.with_borrow(Clone::clone)
}

/// The access token, when there is one.
pub(super) fn current() -> Option<String> {
    TOKEN.with_borrow(Clone::clone)
}

/// Keeps or forgets the access token.
pub(super) fn set(token: Option<String>) {
    TOKEN.set(token);
}

/// What happens when the server says that the session is over.
pub(super) fn on_end(run: impl Fn() + 'static) {
    ON_END.set(Some(Box::new(run)));
}

/// Asks for a new access token, or joins the question that is under way.
pub(super) async fn renew() -> Renewal {
    let shared = RENEWAL.with_borrow_mut(|running| {
        running
            .get_or_insert_with(|| renew_for_all().boxed_local().shared())
            .clone()
    });
    shared.await
}

/// The question that all callers share, and what follows from its answer.
async fn renew_for_all() -> Renewal {
    let outcome = renew_alone().await;
    RENEWAL.set(None);
    if matches!(outcome, Renewal::Refused) && current().is_some() {
        set(None);
        ON_END.with_borrow(|run| {
            if let Some(run) = run {
                run();
            }
        });
    }
    outcome
}

/// One renewal; while it runs no other tab begins one.
async fn renew_alone() -> Renewal {
    let outcome = std::rc::Rc::new(RefCell::new(None));
    let slot = outcome.clone();
    let run = move || -> JsValue {
        let slot = slot.clone();
        future_to_promise(async move {
            let answer = ask().await;
            slot.replace(Some(answer));
            Ok(JsValue::UNDEFINED)
        })
        .into()
    };
    if let Some(promise) = locked(run) {
        let _ = JsFuture::from(promise).await;
    }
    match outcome.take() {
        Some(answer) => answer,
        None => ask().await,
    }
}

/// Runs `run` under the lock; none where the browser has no locks (plain HTTP).
fn locked(run: impl FnMut() -> JsValue + 'static) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into())
        .ok()
        .filter(|it| it.is_object())?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let callback = Closure::once_into_js(run);
    request
        .call2(&locks, &LOCK.into(), &callback)
        .ok()?
        .dyn_into()
        .ok()
}

async fn ask() -> Renewal {
    let call = Call {
        method: Method::POST,
        path: "/auth/refresh",
        body: None,
        etag: None,
        key: None,
    };
    let answer = match super::send(&call).await {
        Ok(response) => super::read(response)
            .await
            .and_then(super::parse::<rapport_types::sessions::AccessToken>),
        Err(error) => Err(error),
    };
    match answer {
        Ok(reply) => {
            set(Some(reply.value.access_token));
            Renewal::Renewed
        }
        Err(ApiError::Problem(problem)) if matches!(problem.status, 400 | 401 | 403) => {
            Renewal::Refused
        }
        Err(error) => Renewal::Failed(error),
    }
}

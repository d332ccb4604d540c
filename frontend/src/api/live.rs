//! What others do meanwhile appears by itself: one stream of changes per tab, and who wants to hear
//! of which. Nothing that is shown comes from the stream; it only says what to load again.
//!
//! A tab that is out of sight has no stream (browsers open few connections to one server) and goes
//! on from the last number when it is looked at again.
//!
//! The first page does not need it: its code comes with the palette's, a moment later.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{ApiError, ROOT, connection, rest_ms};

/// Changes of tickets.
pub const TICKETS: &str = r#""entity":"ticket""#;
/// Changes of approvals.
pub const APPROVALS: &str = r#""entity":"approval""#;
/// Changes of customers.
pub const CUSTOMERS: &str = r#""entity":"customer""#;

/// How long the first page has the line to itself.
const FIRST_PAGE_MS: u32 = 3_000;
/// How long changes are gathered before what they concern is loaded again, in milliseconds.
const GATHER_MS: u32 = 400;
/// How long it rests after that before it is loaded once more.
const REST_MS: u32 = 2_500;
/// The shortest and the longest pause before a stream that was refused is opened again.
const PAUSES_MS: (u32, u32) = (2_000, 60_000);
/// The events that are listened to, besides `visibilitychange` of the document.
const EVENTS: [&str; 4] = ["open", "change", "scope_changed", "error"];

/// Somebody who wants to hear of changes whose text holds `of`.
struct Listener {
    of: String,
    is_due: Cell<bool>,
    run: Box<dyn Fn()>,
}

thread_local! {
    static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
    /// The number to go on from.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Whether there is to be a stream at all.
    static IS_WANTED: Cell<bool> = const { Cell::new(false) };
    /// How often it failed since it last was open.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
    static IS_GATHERING: Cell<bool> = const { Cell::new(false) };
    static LISTENERS: RefCell<Vec<Rc<Listener>>> = const { RefCell::new(Vec::new()) };
    static HEAR: Function =
        Closure::<dyn FnMut(MessageEvent)>::new(hear).into_js_value().unchecked_into();
}

/// Runs `run` after changes whose text holds `of`, as long as the component lives.
pub fn on_change(of: String, run: Box<dyn Fn()>) {
    let is_due = Cell::new(false);
    let listener = Rc::new(Listener { of, is_due, run });
    let own = StoredValue::new_local(listener.clone());
    LISTENERS.with_borrow_mut(|all| all.push(listener));
    on_cleanup(move || {
        own.with_value(|own| {
            LISTENERS.with_borrow_mut(|all| all.retain(|other| !Rc::ptr_eq(own, other)));
        });
    });
}

/// Follows the changes for as long as the component lives: call it where somebody is signed in.
pub fn follow() {
    IS_WANTED.set(true);
    spawn_local(async {
        TimeoutFuture::new(FIRST_PAGE_MS).await;
        // Without its code the page asks every minute.
        let _ = begin().await;
    });
    on_cleanup(|| {
        IS_WANTED.set(false);
        close();
        LAST.set(None);
    });
}

#[leptos::wasm_split::wasm_split(
    palette,
    wasm_split_path = ::leptos::wasm_split,
    fallible
)]
fn begin() -> Result<(), SplitLoaderError> {
    HEAR.with(|hear| {
        let _ = document().add_event_listener_with_callback("visibilitychange", hear);
    });
    open();
    Ok(())
}

fn open() {
    if !IS_WANTED.get() || document().hidden() || SOURCE.with_borrow(Option::is_some) {
        return;
    }
    let last = LAST.with_borrow(Clone::clone).unwrap_or_default();
    let query = if last.is_empty() { "" } else { "?after=" };
    let Ok(source) = EventSource::new(&format!("{ROOT}/changes/stream{query}{last}")) else {
        return;
    };
    HEAR.with(|hear| {
        for event in EVENTS {
            let _ = source.add_event_listener_with_callback(event, hear);
        }
    });
    SOURCE.set(Some(source));
}

fn close() {
    if let Some(source) = SOURCE.take() {
        source.close();
    }
}

fn hear(event: MessageEvent) {
    match event.type_().as_str() {
        "open" => {
            FAILURES.set(0);
            if LAST.with_borrow(Option::is_none) {
                // What was loaded before may have changed before.
                gather("");
            }
            // Out of sight they had to wait.
            run_those_due();
        }
        "change" => {
            LAST.set(Some(event.last_event_id()));
            gather(&event.data().as_string().unwrap_or_default());
        }
        "scope_changed" => load_page_again(),
        "visibilitychange" if document().hidden() => close(),
        "visibilitychange" => open(),
        _ => fail(),
    }
}

/// The browser opens it again by itself, unless it was refused.
fn fail() {
    let is_refused = SOURCE.with_borrow(|source| {
        let state = source.as_ref().map(EventSource::ready_state);
        state == Some(EventSource::CLOSED)
    });
    let failures = FAILURES.replace(FAILURES.get() + 1);
    if is_refused {
        SOURCE.set(None);
        spawn_local(open_again(failures));
    } else if failures == 1 {
        // Once: where only streams do not get through, the bar would come and go for ever.
        connection::lost();
    }
}

/// Asks by a call of its own, which renews the token and waits for the network, why it was refused,
/// until it would not be.
async fn open_again(mut failures: u32) {
    while IS_WANTED.get() {
        let (shortest, longest) = PAUSES_MS;
        pause((shortest << failures.min(5)).min(longest)).await;
        let last = LAST.with_borrow(Clone::clone);
        let query = last.map_or_else(String::new, |last| format!("?limit=1&after={last}"));
        match super::read_waiting(&format!("/changes{query}")).await {
            Ok(_) => return open(),
            // What was seen before was seen by other rules, or lies beyond the end.
            Err(ApiError::Problem(problem)) if matches!(problem.status, 410 | 422) => {
                return load_page_again();
            }
            Err(_) => failures += 1,
        }
    }
}

fn load_page_again() {
    close();
    let _ = window().location().reload();
}

/// Notes whom a change concerns; no text concerns everybody. All of them load again a moment later.
fn gather(change: &str) {
    let mut any = false;
    LISTENERS.with_borrow(|all| {
        for listener in all {
            if change.is_empty() || change.contains(&listener.of) {
                listener.is_due.set(true);
                any = true;
            }
        }
    });
    if any && !IS_GATHERING.replace(true) {
        spawn_local(async {
            pause(GATHER_MS).await;
            run_those_due();
            pause(REST_MS).await;
            IS_GATHERING.set(false);
            run_those_due();
        });
    }
}

/// Waits so long at least, and until the server does not want to be left alone any more.
async fn pause(at_least_ms: u32) {
    TimeoutFuture::new(at_least_ms).await;
    loop {
        match rest_ms() {
            0 => return,
            left_ms => TimeoutFuture::new(left_ms).await,
        }
    }
}

fn run_those_due() {
    // Out of sight nothing is loaded; they stay due.
    if document().hidden() {
        return;
    }
    let due = LISTENERS.with_borrow(|all| {
        let due = all.iter().filter(|listener| listener.is_due.take());
        due.cloned().collect::<Vec<_>>()
    });
    for listener in due {
        (listener.run)();
    }
}

//! Whether the server can be reached. Once it cannot, it is asked every few seconds until it
//! answers; whoever waits then goes on.

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

/// The first and the longest pause between two questions, in milliseconds.
const PAUSES_MS: (u32, u32) = (1_000, 8_000);

thread_local! {
    static ONLINE: ArcRwSignal<bool> = ArcRwSignal::new(true);
}

/// Whether the last call reached the server; tracked.
pub fn online() -> ArcRwSignal<bool> {
    ONLINE.with(Clone::clone)
}

/// A call reached the server.
pub(super) fn reached() {
    let online = online();
    if !online.get_untracked() {
        online.set(true);
    }
}

/// A call did not reach the server: asks until it answers.
pub(super) fn lost() {
    let online = online();
    if !online.get_untracked() {
        return;
    }
    online.set(false);
    leptos::task::spawn_local(async move {
        let (mut pause, longest) = PAUSES_MS;
        while !online.get_untracked() {
            TimeoutFuture::new(pause).await;
            pause = (pause * 2).min(longest);
            if Request::get("/healthz").send().await.is_ok() {
                online.set(true);
            }
        }
    });
}

/// Returns once the server can be reached.
pub(super) async fn wait() {
    while !online().get_untracked() {
        TimeoutFuture::new(300).await;
    }
}

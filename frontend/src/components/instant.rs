//! An instant: relative up to a day, then the day; exact on hover. It keeps up with the time.
//!
//! `<Instant at=ticket.updated_at/>`

use std::time::Duration;

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::format;
use crate::preferences::use_preferences;

/// The present, to half a minute.
#[derive(Clone, Copy)]
struct Now(RwSignal<DateTime<Utc>>);

/// Keeps the present up to date for everything below.
pub fn provide_now() {
    let now = RwSignal::new(format::now());
    provide_context(Now(now));
    let tick = set_interval_with_handle(move || now.set(format::now()), Duration::from_secs(20));
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
}

/// The present as a signal that moves every 20 s.
pub fn use_now() -> Signal<DateTime<Utc>> {
    expect_context::<Now>().0.into()
}

/// An instant; "–" for none.
#[component]
pub fn Instant(
    /// When.
    #[prop(into)]
    at: Signal<Option<DateTime<Utc>>>,
) -> impl IntoView {
    let (now, preferences) = (use_now(), use_preferences());
    move || match at.get() {
        Some(at) => view! {
            <time datetime=at.to_rfc3339() title=move || format::exact(at, preferences.locale())>
                {move || format::relative(at, now.get(), preferences.locale())}
            </time>
        }
        .into_any(),
        None => view! { <span class="quiet">{format::NOTHING}</span> }.into_any(),
    }
}

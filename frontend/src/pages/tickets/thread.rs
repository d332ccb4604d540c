//! The conversation: what was said, and between it, in grey, what happened.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rapport_types::tickets::{Message, TicketEvent};
use web_sys::HtmlElement;

use super::event_line::{EventLine, is_silent};
use super::message_card::{Description, MessageCard};
use super::open_ticket::use_open_ticket;
use crate::components::focus::reveal;
use crate::components::states::{ErrorState, Skeleton};
use crate::i18n::*;

/// How many events in a row are shown as they are; more are folded into one line.
const UNFOLDED: usize = 2;

/// One part of the conversation.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Message(Message),
    Events(Vec<TicketEvent>),
}

impl Part {
    /// Tells parts apart, so that what is there already stays as it is.
    fn key(&self) -> String {
        match self {
            Self::Message(message) => message.id.to_string(),
            Self::Events(events) => {
                let first = events
                    .first()
                    .map(|event| event.id.to_string())
                    .unwrap_or_default();
                format!("{first}-{}", events.len())
            }
        }
    }
}

/// Messages and events in the order of time; what was said comes before what it brought about.
fn parts(messages: &[Message], events: &[TicketEvent]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut events = events.iter().filter(|event| !is_silent(event)).peekable();
    let mut take_until = |parts: &mut Vec<Part>, end: Option<DateTime<Utc>>| {
        let mut group = Vec::new();
        while let Some(event) = events.next_if(|event| end.is_none_or(|end| event.at < end)) {
            group.push(event.clone());
        }
        if !group.is_empty() {
            parts.push(Part::Events(group));
        }
    };
    for message in messages {
        take_until(&mut parts, Some(message.sent_at));
        parts.push(Part::Message(message.clone()));
    }
    take_until(&mut parts, None);
    parts
}

/// The conversation.
#[component]
pub(super) fn Thread() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let scroller = NodeRef::<leptos::html::Div>::new();
    let all = Memo::new(move |_| {
        open.messages.with(|messages| {
            open.events
                .with(|events| Some(parts(messages?, events.map_or(&[][..], Vec::as_slice))))
        })
    });
    let said = Memo::new(move |_| open.messages.with(|messages| messages.map(Vec::len)));
    // The latest word is what one comes for, and what one has just said; whoever reads further up
    // is not torn away by what others say.
    let at_end = StoredValue::new(true);
    Effect::new(move |before: Option<(u32, bool)>| {
        let own = open.own_messages();
        let any = said.get().is_some_and(|count| count > 0);
        let (own_before, any_before) = before.unwrap_or_default();
        if any && (!any_before || own > own_before || at_end.get_value()) {
            request_animation_frame(move || {
                if let Some(scroller) = scroller.try_get_untracked().flatten() {
                    to_end(&scroller);
                }
            });
        }
        (own, any)
    });
    let watch = window_event_listener(leptos::ev::scroll, move |_| {
        if let Some(scroller) = scroller.try_get_untracked().flatten() {
            at_end.set_value(is_at_end(&scroller));
        }
    });
    on_cleanup(move || watch.remove());
    let failure = move || {
        open.messages
            .error()
            .or_else(|| open.events.error())
            .map(|error| {
                view! {
                    <ErrorState error on_retry=move || {
                        open.messages.reload();
                        open.events.reload();
                    }/>
                }
            })
    };
    view! {
        <div
            class="thread"
            node_ref=scroller
            tabindex="0"
            aria-label=move || t_string!(i18n, tickets.thread_pane)
            role="region"
            on:scroll:target=move |event| at_end.set_value(is_at_end(&event.target()))
        >
            <Description/>
            {failure}
            <Show
                when=move || all.read().is_some()
                fallback=move || view! {
                    <Show when=move || open.messages.error().is_none()><Skeleton lines=6/></Show>
                }
            >
                <ol class="thread-list" role="log" aria-live="polite" data-testid="thread">
                    <For each=move || all.get().unwrap_or_default() key=Part::key let:part>
                        {match part {
                            Part::Message(message) => view! { <MessageCard message/> }.into_any(),
                            Part::Events(events) => view! { <Events events/> }.into_any(),
                        }}
                    </For>
                </ol>
            </Show>
        </div>
    }
}

/// How far from the end one may be and still read the end, in pixels.
const NEAR: f64 = 120.0;

/// On a narrow screen the page scrolls and not the conversation.
fn scrolls(thread: &HtmlElement) -> bool {
    thread.scroll_height() > thread.client_height() + 1
}

/// Whether the last message is in sight, or nearly.
fn is_at_end(thread: &HtmlElement) -> bool {
    let below = if scrolls(thread) {
        f64::from(thread.scroll_height() - thread.scroll_top() - thread.client_height())
    } else {
        let height = window().inner_height().ok().and_then(|it| it.as_f64());
        thread.get_bounding_client_rect().bottom() - height.unwrap_or_default()
    };
    below < NEAR
}

/// Brings the last message into sight.
fn to_end(thread: &HtmlElement) {
    if scrolls(thread) {
        thread.set_scroll_top(thread.scroll_height());
    } else if let Ok(Some(last)) = thread.query_selector(".thread-list > :last-child") {
        reveal(&last);
    }
}

/// What happened between two messages.
#[component]
fn Events(events: Vec<TicketEvent>) -> impl IntoView {
    let i18n = use_i18n();
    let count = events.len();
    let lines = events
        .into_iter()
        .map(|event| view! { <EventLine event/> })
        .collect_view();
    if count <= UNFOLDED {
        return view! { <li class="events"><ul>{lines}</ul></li> }.into_any();
    }
    view! {
        <li class="events">
            <details>
                <summary>{t!(i18n, tickets.events, count = move || count)}</summary>
                <ul>{lines}</ul>
            </details>
        </li>
    }
    .into_any()
}

//! What happened around a customer, newest first, day by day, narrowed by kind.

use chrono::NaiveDate;
use leptos::prelude::*;
use rapport_types::customers::{TimelineEntry, TimelineKind};
use rapport_types::ids::CustomerId;
use rapport_types::locale::Locale as Language;

use crate::api;
use crate::api::query::use_query;
use crate::api::submission::use_submission;
use crate::components::badge::StatusBadge;
use crate::components::button::Button;
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::{Instant, use_now};
use crate::components::states::{EmptyState, ErrorState, Skeleton};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::address::Address;
use crate::preferences::{text_locale, use_preferences};

/// The kinds in the order of their chips.
const KINDS: [TimelineKind; 4] = [
    TimelineKind::TicketOpened,
    TimelineKind::Message,
    TimelineKind::Status,
    TimelineKind::Rated,
];

const fn code(kind: TimelineKind) -> &'static str {
    match kind {
        TimelineKind::TicketOpened => "ticket_opened",
        TimelineKind::Message => "message",
        TimelineKind::Status => "status",
        TimelineKind::Rated => "rated",
    }
}

const fn icon(kind: TimelineKind) -> IconName {
    match kind {
        TimelineKind::TicketOpened => IconName::Ticket,
        TimelineKind::Message => IconName::Message,
        TimelineKind::Status => IconName::CircleHalf,
        TimelineKind::Rated => IconName::Star,
    }
}

fn kind_text(kind: TimelineKind, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match kind {
        TimelineKind::TicketOpened => td_string!(text, customers.timeline.tickets),
        TimelineKind::Message => td_string!(text, customers.timeline.messages),
        TimelineKind::Status => td_string!(text, customers.timeline.status),
        TimelineKind::Rated => td_string!(text, customers.timeline.ratings),
    }
}

/// The timeline.
#[component]
pub(super) fn Timeline(id: CustomerId, address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let first = use_query(
        move || id,
        |id| async move { api::customers::timeline(id, "").await },
    );
    let entries = RwSignal::new(Vec::<TimelineEntry>::new());
    let next = RwSignal::new(None::<String>);
    effect(move || {
        first.with(|page| {
            if let Some(page) = page {
                entries.set(page.data.clone());
                next.set(page.next_cursor.clone());
            }
        });
    });
    let older =
        use_submission(
            move |cursor: String| async move { api::customers::timeline(id, &cursor).await },
        );
    let load_older = move || {
        let Some(cursor) = next.get_untracked() else {
            return;
        };
        older.send_then(cursor, move |page| {
            entries.update(|entries| entries.extend(page.data));
            next.set(page.next_cursor);
        });
    };
    let shown = Memo::new(move |_| {
        let kinds = address.values("kind");
        let wanted = |entry: &&TimelineEntry| {
            kinds.is_empty() || kinds.iter().any(|kind| kind == code(entry.kind))
        };
        entries.with(|entries| entries.iter().filter(wanted).cloned().collect::<Vec<_>>())
    });
    let loaded = Memo::new(move |_| first.with(|page| page.is_some()));
    let chip = move |kind: TimelineKind| {
        let on = Memo::new(move |_| address.values("kind").iter().any(|it| it == code(kind)));
        view! {
            <button
                class="chip chip-toggle"
                class:chip-on=on
                type="button"
                data-testid=format!("timeline-{}", code(kind))
                aria-pressed=move || if on.get() { "true" } else { "false" }
                on:click=move |_| address.toggle("kind", code(kind))
            >
                <Icon name=icon(kind)/>
                {move || kind_text(kind, preferences.locale())}
            </button>
        }
    };
    view! {
        <div class="chips timeline-chips no-print">{KINDS.map(chip)}</div>
        {move || first.error().map(|error| view! {
            <ErrorState error on_retry=move || first.reload()/>
        })}
        <Show
            when=move || loaded.get()
            fallback=move || first.error().is_none().then(|| view! { <Skeleton lines=8/> })
        >
            <Show
                when=move || !shown.read().is_empty()
                fallback=move || view! {
                    <EmptyState
                        icon=IconName::Clock
                        title=Signal::derive(move || t_string!(i18n, customers.timeline.empty).to_owned())
                        text=Signal::derive(move || if entries.read().is_empty() {
                            t_string!(i18n, customers.timeline.empty_text).to_owned()
                        } else {
                            t_string!(i18n, customers.timeline.none_of_kind).to_owned()
                        })
                    />
                }
            >
                <ol class="timeline" data-testid="timeline">
                    {move || by_day(shown.get()).into_iter().map(|(day, entries)| view! {
                        <li>
                            <h2 class="timeline-day"><Day day/></h2>
                            <ol>
                                {entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}
                            </ol>
                        </li>
                    }).collect_view()}
                </ol>
            </Show>
            <FormError error=older.error_signal()/>
            <Show when=move || next.read().is_some()>
                <div class="timeline-more no-print">
                    <Button busy=older.busy() icon=IconName::ChevronDown on_click=load_older>
                        {t!(i18n, customers.timeline.older)}
                    </Button>
                </div>
            </Show>
        </Show>
    }
}

/// The entries of each day, in the order they come.
fn by_day(entries: Vec<TimelineEntry>) -> Vec<(NaiveDate, Vec<TimelineEntry>)> {
    let mut days: Vec<(NaiveDate, Vec<TimelineEntry>)> = Vec::new();
    for entry in entries {
        let day = format::local_day(entry.at);
        match days.last_mut() {
            Some((last, list)) if *last == day => list.push(entry),
            _ => days.push((day, vec![entry])),
        }
    }
    days
}

/// "Today", "Yesterday" or the day.
#[component]
fn Day(day: NaiveDate) -> impl IntoView {
    let i18n = use_i18n();
    let now = use_now();
    let preferences = use_preferences();
    move || match (format::local_day(now.get()) - day).num_days() {
        0 => t_string!(i18n, customers.timeline.today).to_owned(),
        1 => t_string!(i18n, customers.timeline.yesterday).to_owned(),
        _ => format::date(day, preferences.locale()),
    }
}

/// One entry.
#[component]
fn Entry(entry: TimelineEntry) -> impl IntoView {
    let i18n = use_i18n();
    let who = entry
        .user
        .as_ref()
        .map(|user| user.name.as_str().to_owned());
    let by_customer = entry.by_customer;
    let actor = move || match &who {
        Some(name) => name.clone(),
        None if by_customer => t_string!(i18n, customers.timeline.the_customer).to_owned(),
        None => t_string!(i18n, customers.timeline.the_desk).to_owned(),
    };
    let kind = entry.kind;
    let deed = move || match kind {
        TimelineKind::TicketOpened => t_string!(i18n, customers.timeline.opened),
        TimelineKind::Message => t_string!(i18n, customers.timeline.wrote),
        TimelineKind::Status => t_string!(i18n, customers.timeline.set_status),
        TimelineKind::Rated => t_string!(i18n, customers.timeline.rated),
    };
    let score = entry.score.map(|score| {
        let filled = usize::try_from(score.clamp(0, 5)).unwrap_or_default();
        let stars = "★".repeat(filled) + &"☆".repeat(5 - filled);
        view! {
            <span class="timeline-score">
                <span aria-hidden="true">{stars}</span>
                <span class="visually-hidden">
                    {move || t_string!(i18n, customers.timeline.score, score = score)}
                </span>
            </span>
        }
    });
    // A status belongs to its change; with a message it would only repeat.
    let status = entry.status.filter(|_| kind == TimelineKind::Status);
    let title = format!("T-{} {}", entry.ticket_number, entry.ticket_subject);
    let opened = kind == TimelineKind::TicketOpened;
    view! {
        <li class="timeline-entry" class:timeline-customer=by_customer>
            <span class="timeline-icon"><Icon name=icon(kind)/></span>
            <div class="timeline-what">
                <p class="timeline-line">
                    <strong>{actor}</strong>
                    <span>{deed}</span>
                    {status.map(|status| view! { <StatusBadge status/> })}
                    {score}
                    <a class:timeline-opened=opened href=links::ticket(entry.ticket_id)>{title}</a>
                </p>
                {entry.text.map(|text| view! { <p class="timeline-text">{text}</p> })}
            </div>
            <span class="timeline-at quiet small"><Instant at=Some(entry.at)/></span>
        </li>
    }
}

//! The answer: a reply, a note, or what the customer said. Ctrl+Enter or ⌘+Enter sends it.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_types::problem::{ErrorCode, FieldCode};
use rapport_types::text::BodyText;
use rapport_types::tickets::{NewMessage, Status, Visibility};

use super::draft::{Mode, Reply, reply_place};
use super::open_ticket::use_open_ticket;
use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::commands::{Command, use_commands};
use crate::components::effect::effect;
use crate::components::element_id;
use crate::components::field::TextArea;
use crate::components::focus::focus_soon;
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::links;
use crate::pages::draft::keep;
use crate::preferences::use_preferences;

const MODES: [(Mode, IconName, &str); 3] = [
    (Mode::Reply, IconName::Message, "compose-reply"),
    (Mode::Note, IconName::Note, "compose-note"),
    (Mode::Customer, IconName::Person, "compose-customer"),
];

/// Where the answer is typed.
#[component]
pub(super) fn Composer() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let place = reply_place(untrack(|| open.me()), open.id);
    let kept: Reply = place.read().unwrap_or_default();
    let (text, mode) = (RwSignal::new(kept.text), RwSignal::new(kept.mode));
    let (sent_place, kept_place) = (place.clone(), StoredValue::new(place.clone()));
    keep(place, move || {
        let reply = Reply {
            mode: mode.get(),
            text: text.get(),
        };
        (!reply.text.trim().is_empty()).then_some(reply)
    });
    let fault = RwSignal::new(None::<FieldCode>);
    let id = open.id;
    let send = use_submission(move |message: NewMessage| {
        let place = sent_place.clone();
        async move {
            let answer = api::tickets::say(id, &message).await;
            // Even when the page is gone by now: what has been sent is no draft any more.
            if answer.is_ok() {
                place.clear();
            }
            answer
        }
    });
    // Closed meanwhile: shows it. Opened again: the refusal no longer holds.
    let was_refused = move || {
        send.error()
            .is_some_and(|error| error.code() == Some(ErrorCode::TicketClosed))
    };
    effect(move || {
        if was_refused() {
            open.reload();
        }
    });
    let version = Memo::new(move |_| open.ticket.read().version);
    effect(move || {
        version.track();
        if open.ticket.read_untracked().status != Status::Closed && untrack(was_refused) {
            send.clear();
        }
    });
    let is_empty = Memo::new(move |_| text.read().trim().is_empty());
    let is_closed =
        Memo::new(move |_| was_refused() || open.ticket.read().status == Status::Closed);
    let submit = move || {
        if is_empty.get_untracked() || is_closed.get_untracked() {
            return;
        }
        let body = match BodyText::try_from(text.get_untracked()) {
            Ok(body) => body,
            Err(code) => return fault.set(Some(FieldCode::from_code(code))),
        };
        fault.set(None);
        let mode = mode.get_untracked();
        let message = NewMessage {
            visibility: match mode {
                Mode::Note => Visibility::Internal,
                Mode::Reply | Mode::Customer => Visibility::Public,
            },
            body,
            from_customer: mode == Mode::Customer,
        };
        let sent = text.get_untracked();
        send.send_then(message, move |reply| {
            let now = text.get_untracked();
            if now == sent {
                text.set(String::new());
            } else {
                // Whatever was typed on while it was sent stays.
                kept_place.with_value(|place| place.write(&Reply { mode, text: now }));
            }
            open.said(reply.value);
        });
    };
    let field = StoredValue::new(element_id("composer"));
    let (query, navigate) = (use_query_map(), use_navigate());
    use_commands(
        move || {
            if open.may_work() && !is_closed.get() {
                vec![Command::Reply, Command::Note]
            } else {
                Vec::new()
            }
        },
        move |command| {
            mode.set(match command {
                Command::Note => Mode::Note,
                _ => Mode::Reply,
            });
            // On a narrow screen the facts may stand in front.
            if query.read_untracked().get("pane").is_some() {
                navigate(&links::ticket(id), Default::default());
            }
            focus_soon(field.get_value());
        },
    );
    let mode_text = move |mode| match mode {
        Mode::Reply => t_string!(i18n, tickets.compose.reply),
        Mode::Note => t_string!(i18n, tickets.compose.note),
        Mode::Customer => t_string!(i18n, tickets.compose.customer),
    };
    let hint = move || match mode.get() {
        Mode::Reply => t_string!(i18n, tickets.compose.reply_hint),
        Mode::Note => t_string!(i18n, tickets.compose.note_hint),
        Mode::Customer => t_string!(i18n, tickets.compose.customer_hint),
    };
    let send_text = move || match mode.get() {
        Mode::Reply => t_string!(i18n, tickets.compose.send),
        Mode::Note => t_string!(i18n, tickets.compose.send_note),
        Mode::Customer => t_string!(i18n, tickets.compose.send_customer),
    };
    let closed = move || {
        is_closed.get().then(|| view! {
        <div class="composer-closed" role="status">
            <Icon name=IconName::Lock/>
            <p>{t!(i18n, tickets.closed_text)}</p>
            <LinkButton href=links::follow_up(id) kind=ButtonKind::Primary icon=IconName::Plus>
                {t!(i18n, tickets.follow_up)}
            </LinkButton>
        </div>
    })
    };
    // Typed text is shown even where it can no longer be sent, to be copied or carried on.
    let shows_field = Memo::new(move |_| !is_closed.get() || !is_empty.get());
    view! {
        <Show when=move || open.may_work()>
            <section
                class="composer no-print"
                class:composer-note=move || mode.get() == Mode::Note
                aria-label=move || t_string!(i18n, tickets.compose.label)
            >
                {closed}
                <Show when=move || shows_field.get()>
                    <div class="compose-segments" role="group" aria-label=move || t_string!(i18n, tickets.compose.kind)>
                        {MODES.map(|(own, icon, testid)| view! {
                            <button
                                class="compose-segment"
                                type="button"
                                data-testid=testid
                                aria-pressed=move || if mode.get() == own { "true" } else { "false" }
                                on:click=move |_| mode.set(own)
                            >
                                <Icon name=icon/>
                                <span>{move || mode_text(own)}</span>
                            </button>
                        })}
                    </div>
                    <div id=field.get_value()>
                    <TextArea
                        label=Signal::derive(move || mode_text(mode.get()).to_owned())
                        value=text
                        rows=3
                        quiet_label=true
                        placeholder=Signal::derive(move || hint().to_owned())
                        error=Signal::derive(move || {
                            let locale = preferences.locale();
                            fault.get().map(|code| code.message(locale).to_owned()).or_else(|| {
                                send.error()?.field("/body", locale)
                            })
                        })
                        on_submit=submit
                        testid="composer"
                    />
                    </div>
                    <Show when=move || !is_closed.get()>
                        <FormError error=send.error_signal()/>
                        <div class="composer-foot">
                            <span class="quiet small wide-only">{t!(i18n, tickets.compose.keys)}</span>
                            <Button
                                kind=ButtonKind::Primary
                                busy=send.busy()
                                disabled=is_empty
                                on_click=submit
                                testid="send"
                            >
                                {send_text}
                            </Button>
                        </div>
                    </Show>
                </Show>
            </section>
        </Show>
    }
}

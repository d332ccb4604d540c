//! The head of a ticket: number, subject, and everything that can be set on it.

use leptos::prelude::*;
use rapport_types::problem::FieldCode;
use rapport_types::text::LineText;
use rapport_types::tickets::TicketPatch;
use wasm_bindgen::JsCast;

use super::assignment::{AssigneeFact, DutyHolderFact, TeamFact};
use super::facts::{CategoryFact, ChannelFact, PriorityFact, TypeFact};
use super::list_url::last_list;
use super::open_ticket::use_open_ticket;
use super::stages::Stages;
use super::status_menu::StatusMenu;
use crate::api::tickets::Change;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::commands::{Command, use_commands};
use crate::components::copy_text::use_copy;
use crate::components::effect::effect;
use crate::components::element_id;
use crate::components::focus::focus_soon;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::components::keys::{composes, hold_escape};
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;
use crate::recent::{Visit, visited};

/// The head of a ticket.
#[component]
pub(super) fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let number = Memo::new(move |_| open.ticket.read().number);
    let follows = Memo::new(move |_| open.ticket.read().follows_ticket_id);
    let copy = use_copy();
    use_commands(
        || vec![Command::CopyLink],
        move |_| {
            let origin = window().location().origin().unwrap_or_default();
            copy.run(format!("{origin}{}", links::ticket(open.id)));
        },
    );
    effect(move || {
        let Some(me) = open.me() else { return };
        let visit = Visit {
            path: links::ticket(open.id),
            number: format!("T-{}", number.get()),
            name: open.ticket.read().subject.as_str().to_owned(),
        };
        visited(me, visit);
    });
    let opened_at = Signal::derive(move || Some(open.ticket.read().opened_at));
    view! {
        <header class="ticket-head">
            <div class="ticket-title">
                <a
                    class="icon-button narrow-back"
                    href=last_list()
                    aria-label=move || t_string!(i18n, tickets.back)
                    title=move || t_string!(i18n, tickets.back)
                >
                    <Icon name=IconName::ArrowLeft/>
                </a>
                <span class="quiet" data-testid="ticket-number">{move || format!("T-{}", number.get())}</span>
                <Subject/>
                <span class="quiet small ticket-opened"><Instant at=opened_at/></span>
            </div>
            {move || follows.get().map(|id| view! {
                <p class="small quiet">
                    <a href=links::ticket(id)>{t!(i18n, tickets.follows)}</a>
                </p>
            })}
            <div class="ticket-facts">
                <div class="ticket-fact">
                    <span class="ticket-fact-name" aria-hidden="true">{t!(i18n, tickets.field.status)}</span>
                    <StatusMenu/>
                </div>
                <PriorityFact/>
                <AssigneeFact/>
                <div class="ticket-facts-more">
                    <TeamFact/>
                    <DutyHolderFact/>
                    <TypeFact/>
                    <CategoryFact/>
                    <ChannelFact/>
                </div>
            </div>
            <Stages/>
        </header>
    }
}

/// The subject, edited in place.
#[component]
fn Subject() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let subject = Memo::new(move |_| open.ticket.read().subject.as_str().to_owned());
    let editing = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<FieldCode>);
    let input = NodeRef::<leptos::html::Input>::new();
    let place = element_id("subject");
    hold_escape(move || editing.get_untracked(), place.clone());
    let here = place.clone();
    // Into the field, and afterwards back to the button that led there.
    Effect::new(move |before: Option<bool>| {
        let now = editing.get();
        if before.is_some_and(|before| before != now) {
            focus_soon(here.clone());
        }
        now
    });
    // What was there, and in which version, when the reader began.
    let began = StoredValue::new((String::new(), 0));
    let begin = move || {
        typed.set(subject.get_untracked());
        began.set_value((
            subject.get_untracked(),
            open.ticket.read_untracked().version,
        ));
        fault.set(None);
        editing.set(true);
    };
    let save = move || match LineText::try_from(typed.get_untracked()) {
        Ok(text) => {
            let change = TicketPatch {
                subject: Some(text.clone()),
                ..Default::default()
            };
            let now = subject.get_untracked();
            let overtaken = began.with_value(|(then, version)| (*then != now).then_some(*version));
            let done = text.as_str() == now || open.apply_on(Change::Facts(change), overtaken);
            editing.set(!done);
        }
        Err(code) => {
            fault.set(Some(FieldCode::from_code(code)));
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        // Enter on a button of the field is that button's.
        let in_field = event
            .target()
            .is_some_and(|it| it.has_type::<web_sys::HtmlInputElement>());
        match event.key().as_str() {
            _ if composes(&event) => return,
            "Enter" if in_field => save(),
            "Escape" => editing.set(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="subject" id=place>
        <Show
            when=move || editing.get()
            fallback=move || view! {
                <h1 class="ticket-subject" data-testid="ticket-subject">{subject}</h1>
                <Show when=move || open.may_work()>
                    <IconButton
                        icon=IconName::Edit
                        label=Signal::derive(move || t_string!(i18n, tickets.edit_subject).to_owned())
                        on_click=begin
                    />
                </Show>
            }
        >
            <div class="subject-edit" class:has-error=move || fault.read().is_some() on:keydown=on_key>
                <input
                    node_ref=input
                    class="input"
                    type="text"
                    autocomplete="off"
                    aria-label=move || t_string!(i18n, tickets.field.subject)
                    aria-invalid=move || fault.read().is_some().then_some("true")
                    prop:value=typed
                    on:input:target=move |event| typed.set(event.target().value())
                    on:focus:target=move |event| event.target().select()
                />
                <Button kind=ButtonKind::Primary on_click=save>{t!(i18n, tickets.save)}</Button>
                <Button kind=ButtonKind::Ghost on_click=move || editing.set(false)>
                    {t!(i18n, tickets.cancel)}
                </Button>
                {move || fault.get().map(|code| view! {
                    <p class="field-note" role="alert">{code.message(preferences.locale())}</p>
                })}
            </div>
        </Show>
        </div>
    }
}

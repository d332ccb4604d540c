//! Priority, type, category and channel: each a quiet button with its choices.

use leptos::prelude::*;
use rapport_types::ids::CategoryId;
use rapport_types::locale::Locale as Language;
use rapport_types::patch::Patch;
use rapport_types::text::Code;
use rapport_types::tickets::{Priority, TicketPatch};

use super::open_ticket::{OpenTicket, use_open_ticket};
use crate::api::tickets::Change;
use crate::components::badge::{PriorityMark, priority_text};
use crate::components::commands::{Command, use_commands};
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::popover::Popover;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};
use leptos_i18n::td_string;

/// A fact with its name above; where it may be changed, a button with choices.
#[component]
pub(super) fn Fact(
    /// What it is.
    #[prop(into)]
    name: Signal<String>,
    /// What it is now, in words.
    #[prop(into)]
    value: Signal<String>,
    /// How it is shown; its words when left out.
    #[prop(optional, into)]
    shown: Option<ViewFn>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The value of the present choice.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    /// Told of another choice.
    #[prop(into)]
    on_pick: Callback<String>,
    /// The `data-testid` of the button; those of the entries begin with it.
    testid: &'static str,
    /// The command that opens the choices.
    #[prop(optional, into)]
    command: Option<Command>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let label = Signal::derive(move || {
        t_string!(i18n, tickets.drill.of, by = name.get(), name = value.get())
    });
    let shown = StoredValue::new(shown);
    let content = move || {
        shown.with_value(|shown| match shown {
            Some(view) => view.run(),
            None => (move || value.get()).into_any(),
        })
    };
    view! {
        <div class="ticket-fact">
            <span class="ticket-fact-name" aria-hidden="true">{name}</span>
            <Show
                when=move || open.may_work()
                fallback=move || view! { <span class="ticket-fact-value">{content()}</span> }
            >
                <Popover
                    class="ticket-fact-button"
                    testid
                    label
                    disabled=open.blocked()
                    command
                    trigger=move || view! {
                        <span class="ticket-fact-value">{content()}</span>
                        <Icon name=IconName::ChevronDown/>
                    }
                >
                    <PickList
                        options
                        chosen
                        testid
                        on_pick=move |value: String| {
                            if !chosen.read_untracked().contains(&value) {
                                on_pick.run(value);
                            }
                        }
                    />
                </Popover>
            </Show>
        </div>
    }
}

fn change(open: OpenTicket, patch: TicketPatch) {
    open.apply(Change::Facts(patch));
}

/// How urgent it is.
#[component]
pub(super) fn PriorityFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let priority = Signal::derive(move || open.ticket.read().priority);
    let set = move |to: Priority| {
        let patch = TicketPatch {
            priority: Some(to),
            ..Default::default()
        };
        change(open, patch);
    };
    use_commands(
        move || {
            let others = Priority::ALL.iter().filter(|to| **to != priority.get());
            let may = open.may_change();
            others
                .filter(|_| may)
                .map(|to| Command::Rank(*to))
                .collect()
        },
        move |command| {
            if let Command::Rank(to) = command {
                set(to);
            }
        },
    );
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.priority).to_owned())
            value=Signal::derive(move || priority_text(priority.get(), preferences.locale()).to_owned())
            shown=move || view! { <PriorityMark priority/> }
            options=Signal::derive(move || {
                let locale = preferences.locale();
                Priority::ALL
                    .iter()
                    .rev()
                    .map(|it| Choice::new(it.code(), priority_text(*it, locale)))
                    .collect::<Vec<_>>()
            })
            chosen=Signal::derive(move || vec![priority.get().code().to_owned()])
            on_pick=move |code: String| {
                if let Some(to) = Priority::from_code(&code) {
                    set(to);
                }
            }
            testid="priority"
            command=Command::SetPriority
        />
    }
}

/// Its type.
#[component]
pub(super) fn TypeFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let code = Signal::derive(move || open.ticket.read().type_code.clone());
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.kind).to_owned())
            value=Signal::derive(move || {
                open.directory.type_name(code.read().as_str(), preferences.locale())
            })
            options=Signal::derive(move || {
                open.directory.type_choices(preferences.locale(), Some(&code.read()))
            })
            chosen=Signal::derive(move || vec![code.read().as_str().to_owned()])
            on_pick=move |code: String| {
                let type_code = Code::try_from(code).ok();
                change(open, TicketPatch { type_code, ..Default::default() });
            }
            testid="type"
        />
    }
}

/// The channel it came by.
#[component]
pub(super) fn ChannelFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let code = Signal::derive(move || open.ticket.read().channel.clone());
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.channel).to_owned())
            value=Signal::derive(move || {
                open.directory.channel_name(code.read().as_str(), preferences.locale())
            })
            options=Signal::derive(move || {
                open.directory.channel_choices(preferences.locale(), Some(&code.read()))
            })
            chosen=Signal::derive(move || vec![code.read().as_str().to_owned()])
            on_pick=move |code: String| {
                let channel = Code::try_from(code).ok();
                change(open, TicketPatch { channel, ..Default::default() });
            }
            testid="channel"
        />
    }
}

/// The choice that stands for no category.
const NONE: &str = "none";

fn category_choices(open: OpenTicket, locale: Language) -> Vec<Choice> {
    let text = text_locale(locale);
    let mut choices = vec![Choice::new(NONE, td_string!(text, tickets.no_category))];
    choices.extend(open.directory.category_choices(locale));
    choices
}

/// Its category.
#[component]
pub(super) fn CategoryFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let category = Signal::derive(move || open.ticket.read().category_id);
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.category).to_owned())
            value=Signal::derive(move || match category.get() {
                Some(id) => open
                    .directory
                    .category_name(id, preferences.locale())
                    .unwrap_or_else(|| "…".to_owned()),
                None => t_string!(i18n, tickets.no_category).to_owned(),
            })
            options=Signal::derive(move || category_choices(open, preferences.locale()))
            chosen=Signal::derive(move || {
                vec![category.get().map_or_else(|| NONE.to_owned(), |id| id.to_string())]
            })
            on_pick=move |value: String| {
                let category_id = Patch::from_option(value.parse::<CategoryId>().ok());
                change(open, TicketPatch { category_id, ..Default::default() });
            }
            testid="category"
        />
    }
}

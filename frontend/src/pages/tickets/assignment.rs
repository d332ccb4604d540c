//! With whom the ticket lies: team, person, and who answers for it to the customer.

use leptos::prelude::*;
use rapport_types::ids::{TeamId, UserId};
use rapport_types::text::ReasonText;
use rapport_types::tickets::{AssignmentChange, HandOver};

use super::facts::Fact;
use super::open_ticket::use_open_ticket;
use super::reason_dialog::ReasonDialog;
use crate::api::tickets::Change;
use crate::components::button::{Button, ButtonKind};
use crate::components::commands::{Command, use_commands};
use crate::components::select::Choice;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The choice that stands for nobody.
const NONE: &str = "none";

/// The team. Whoever works on it keeps it only when in the new team.
#[component]
pub(super) fn TeamFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let team = Signal::derive(move || open.ticket.read().team_id);
    let name = move || {
        let locale = preferences.locale();
        let included = || {
            open.names.with(|names| {
                let team = names
                    .as_ref()?
                    .team
                    .as_ref()
                    .filter(|it| it.id == team.get())?;
                Some(team.names.get(locale).to_owned())
            })
        };
        open.directory
            .team_name(team.get(), locale)
            .or_else(included)
    };
    let pick = move |value: String| {
        let Ok(team_id) = value.parse::<TeamId>() else {
            return;
        };
        let assignee = open.ticket.read_untracked().assignee_id;
        let assignee_id =
            untrack(|| assignee.filter(|id| open.directory.team_of(*id) == Some(team_id)));
        let change = AssignmentChange {
            team_id: Some(team_id),
            assignee_id,
            reason: None,
        };
        open.apply(Change::Assignment(change));
    };
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.team).to_owned())
            value=Signal::derive(move || name().unwrap_or_else(|| "…".to_owned()))
            options=Signal::derive(move || open.directory.team_choices(preferences.locale()))
            chosen=Signal::derive(move || vec![team.get().to_string()])
            on_pick=pick
            testid="team"
        />
    }
}

/// The person who works on it, and the short way to take it.
#[component]
pub(super) fn AssigneeFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let assignee = Signal::derive(move || open.ticket.read().assignee_id);
    let assign = move |assignee_id: Option<UserId>| {
        let change = AssignmentChange {
            team_id: None,
            assignee_id,
            reason: None,
        };
        open.apply(Change::Assignment(change));
    };
    let take = move || assign(untrack(|| open.me()));
    use_commands(
        move || {
            let is_mine = assignee.get() == open.me();
            let may = open.may_change() && !is_mine;
            may.then_some(Command::Take).into_iter().collect()
        },
        move |_| take(),
    );
    let options = Signal::derive(move || {
        let mut choices = vec![Choice::new(NONE, t_string!(i18n, tickets.nobody))];
        let team = open.ticket.read().team_id;
        choices.extend(
            open.directory
                .user_choices(Some(team), preferences.locale()),
        );
        choices
    });
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.assignee).to_owned())
            value=Signal::derive(move || match assignee.get() {
                Some(id) => open.user_name(id),
                None => t_string!(i18n, tickets.nobody).to_owned(),
            })
            options
            chosen=Signal::derive(move || {
                vec![assignee.get().map_or_else(|| NONE.to_owned(), |id| id.to_string())]
            })
            on_pick=move |value: String| assign(value.parse().ok())
            testid="assignee"
            command=Command::Assign
        />
        <Show when=move || open.may_work() && assignee.get() != open.me()>
            <Button
                kind=ButtonKind::Plain
                disabled=open.blocked()
                on_click=take
                testid="assign-me"
            >
                {t!(i18n, tickets.assign_me)}
            </Button>
        </Show>
    }
}

/// Who answers for it to the customer; it changes hands with a reason only.
#[component]
pub(super) fn DutyHolderFact() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let holder = Signal::derive(move || open.ticket.read().duty_holder_id);
    let asks_why = RwSignal::new(false);
    let target = RwSignal::new(None::<UserId>);
    let hand_over = move |reason: ReasonText| {
        target.get_untracked().is_some_and(|duty_holder_id| {
            open.apply(Change::HandOver(HandOver {
                duty_holder_id,
                reason,
            }))
        })
    };
    let title = Signal::derive(move || {
        let name = target
            .get()
            .map(|id| open.user_name(id))
            .unwrap_or_default();
        t_string!(i18n, tickets.hand_over_title, name = name)
    });
    view! {
        <Fact
            name=Signal::derive(move || t_string!(i18n, tickets.field.duty_holder).to_owned())
            value=Signal::derive(move || match holder.get() {
                Some(id) => open.user_name(id),
                None => t_string!(i18n, tickets.nobody).to_owned(),
            })
            options=Signal::derive(move || {
                let team = open.ticket.read().team_id;
                open.directory.user_choices(Some(team), preferences.locale())
            })
            chosen=Signal::derive(move || {
                holder.get().map(|id| id.to_string()).into_iter().collect::<Vec<_>>()
            })
            on_pick=move |value: String| {
                target.set(value.parse().ok());
                asks_why.set(true);
            }
            testid="duty-holder"
        />
        <ReasonDialog
            open=asks_why
            title
            confirm=Signal::derive(move || t_string!(i18n, tickets.hand_over).to_owned())
            on_confirm=hand_over
        />
    }
}

//! Where the ticket stands, and where it may go from there.

use leptos::prelude::*;
use rapport_types::text::ReasonText;
use rapport_types::tickets::{Status, StatusChange, StatusError, decide_move};

use super::open_ticket::use_open_ticket;
use super::reason_dialog::ReasonDialog;
use crate::api::tickets::Change;
use crate::components::badge::{StatusBadge, status_text};
use crate::components::commands::{Command, use_commands};
use crate::components::icon::{Icon, IconName};
use crate::components::popover::{MenuItem, Popover};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The status; a menu of the moves that are allowed.
#[component]
pub(super) fn StatusMenu() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let asks_why = RwSignal::new(false);
    let target = RwSignal::new(Status::Open);
    let status = Signal::derive(move || open.ticket.read().status);
    let reachable = move || {
        let from = status.get();
        // In a pipeline the stages lead to resolved, and closed is left to the last of them.
        let by_stages = open.ticket.read().pipeline.is_some() && from != Status::Resolved;
        Status::ALL
            .into_iter()
            .filter(move |to| decide_move(from, *to, true).is_ok())
            .filter(move |to| !(by_stages && to.is_over()))
    };
    let send = move |status, reason: Option<ReasonText>| {
        open.apply(Change::Status(StatusChange { status, reason }))
    };
    let choose = move |to: Status| match decide_move(status.get_untracked(), to, false) {
        Err(StatusError::ReasonRequired) => {
            target.set(to);
            asks_why.set(true);
        }
        _ => {
            send(to, None);
        }
    };
    use_commands(
        move || {
            let may = open.may_change();
            reachable().filter(|_| may).map(Command::Move).collect()
        },
        move |command| {
            if let Command::Move(to) = command {
                choose(to);
            }
        },
    );
    let label = Signal::derive(move || {
        let word = status_text(status.get(), preferences.locale());
        t_string!(
            i18n,
            tickets.drill.of,
            by = t_string!(i18n, tickets.field.status),
            name = word
        )
    });
    view! {
        <Show
            when=move || open.may_work()
            fallback=move || view! { <StatusBadge status/> }
        >
            <Popover
                class="status-button"
                testid="status-menu"
                label
                disabled=open.blocked()
                command=Some(Command::SetStatus)
                trigger=move || view! { <StatusBadge status/> <Icon name=IconName::ChevronDown/> }
            >
                {move || reachable().map(|to| view! {
                    <MenuItem
                        on_select=move || choose(to)
                        testid=Some(format!("status-{}", to.code()))
                    >
                        <StatusBadge status=to/>
                    </MenuItem>
                }).collect_view()}
            </Popover>
            <ReasonDialog
                open=asks_why
                title=Signal::derive(move || t_string!(i18n, tickets.reopen_title).to_owned())
                confirm=Signal::derive(move || t_string!(i18n, tickets.reopen).to_owned())
                on_confirm=move |reason: ReasonText| send(target.get_untracked(), Some(reason))
            />
        </Show>
    }
}

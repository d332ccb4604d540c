//! What can become of all selected tickets at once.

use leptos::prelude::*;
use rapport_types::bulk_changes::BulkEntity;
use rapport_types::page::Total;
use rapport_types::tickets::{Status, decide_move};

use super::filters::By;
use crate::api::configuration::use_directory;
use crate::components::selection::Selection;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::pages::bulk_changes::{Action, SelectionBar};
use crate::preferences::{text_locale, use_preferences};
use crate::session::use_session;

/// What can be set for many.
const SETTABLE: [By; 7] = [
    By::Status,
    By::Assignee,
    By::Team,
    By::Priority,
    By::Type,
    By::Category,
    By::Channel,
];

/// The bar below the list.
#[component]
pub(super) fn TicketSelection(
    selection: Selection,
    url: Address,
    #[prop(into)] total: Signal<Option<Total>>,
) -> impl IntoView {
    let session = use_session();
    let directory = use_directory();
    let preferences = use_preferences();
    let me = Memo::new(move |_| session.me().map(|me| me.id.to_string()));
    let choices = move |by: By| {
        Signal::derive(move || {
            let mut choices = by.choices(directory, preferences.locale());
            if by == By::Status {
                // Where none can be sent is no choice.
                choices
                    .retain(|choice| Status::from_code(&choice.value).is_some_and(is_ever_reached));
            }
            let me = me.get();
            for choice in &mut choices {
                match (choice.value.as_str(), &me) {
                    ("none", _) => choice.value.clear(),
                    ("me", Some(me)) => choice.value.clone_from(me),
                    _ => {}
                }
            }
            choices
        })
    };
    let action = |by: By| Action {
        member: by.member(),
        name: Signal::derive(move || {
            let locale = preferences.locale();
            let name = match by {
                By::Assignee => td_string!(text_locale(locale), bulk.assign),
                _ => by.name(locale),
            };
            name.to_owned()
        }),
        choices: choices(by),
        takes_reason: matches!(by, By::Status | By::Assignee | By::Team),
    };
    view! {
        <SelectionBar
            selection
            entity=BulkEntity::Tickets
            address=url
            total
            actions=SETTABLE.map(action).to_vec()
        />
    }
}

fn is_ever_reached(to: Status) -> bool {
    let mut all = Status::ALL.into_iter();
    all.any(|from| decide_move(from, to, true).is_ok())
}

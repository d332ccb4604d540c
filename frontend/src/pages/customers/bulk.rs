//! What can become of all selected customers at once.

use leptos::prelude::*;
use rapport_types::bulk_changes::BulkEntity;
use rapport_types::page::Total;

use super::facts::{Fact, split_words};
use crate::api::configuration::use_directory;
use crate::components::select::Choice;
use crate::components::selection::Selection;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::pages::bulk_changes::{Action, LabelsAction, SelectionBar};
use crate::preferences::{text_locale, use_preferences};

/// What can be set for many.
const SETTABLE: [Fact; 3] = [Fact::Owner, Fact::Team, Fact::Lifecycle];

/// The bar below the list.
#[component]
pub(super) fn CustomerSelection(
    selection: Selection,
    address: Address,
    #[prop(into)] total: Signal<Option<Total>>,
) -> impl IntoView {
    let directory = use_directory();
    let preferences = use_preferences();
    let choices = move |fact: Fact| {
        Signal::derive(move || {
            let locale = preferences.locale();
            let mut choices = fact.choices(directory, locale);
            if !fact.is_required() {
                let nobody = td_string!(text_locale(locale), customers.no_owner);
                choices.insert(0, Choice::new("", nobody));
            }
            choices
        })
    };
    let action = |fact: Fact| Action {
        member: fact.member(),
        name: Signal::derive(move || fact.label(preferences.locale()).to_owned()),
        choices: choices(fact),
        takes_reason: false,
    };
    view! {
        <SelectionBar
            selection
            entity=BulkEntity::Customers
            address
            total
            actions=SETTABLE.map(action).to_vec()
        >
            <LabelsAction split=split_words/>
        </SelectionBar>
    }
}

//! A line of the comparison: what will stand, or the choice between two values.

use std::collections::HashMap;

use leptos::prelude::*;
use rapport_types::customers::MergeMember;
use rapport_types::ids::CustomerId;
use rapport_types::problem::FieldCode;

use super::rows::{Choices, Line, Origin, Outcome, Row};
use crate::api::ApiError;
use crate::api::configuration::use_directory;
use crate::components::element_id;
use crate::format;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What the lines of a comparison have in common.
#[derive(Clone, Copy)]
pub(super) struct Table {
    /// The record that stays and its number.
    pub(super) survivor: Signal<(CustomerId, String)>,
    /// The one that is given up and its number.
    pub(super) other: Signal<(CustomerId, String)>,
    /// The names of people that came with the records.
    pub(super) people: Memo<HashMap<String, String>>,
    /// What the reader chose.
    pub(super) choices: RwSignal<Choices>,
    /// Why the last attempt was refused.
    pub(super) error: Signal<Option<ApiError>>,
}

/// A line.
#[component]
pub(super) fn RowView(row: Row, table: Table) -> impl IntoView {
    let preferences = use_preferences();
    let line = row.line;
    let id = element_id("merge-row");
    let label_id = id.clone();
    let is_choice = matches!(row.outcome, Outcome::Choice { .. });
    let fault = move || {
        let error = table.error.get()?;
        error.field(&format!("/{}", line.member()), preferences.locale())
    };
    let content = match row.outcome {
        Outcome::Settled(values) => view! { <Settled line values table/> }.into_any(),
        Outcome::Choice {
            member,
            kept,
            is_own,
            taken,
        } => view! { <Choice line member kept is_own taken table/> }.into_any(),
    };
    view! {
        <div
            class="merge-row"
            role=if is_choice { "radiogroup" } else { "group" }
            aria-labelledby=id
            data-testid=format!("merge-{}", line.member())
        >
            <span class="merge-label" id=label_id>{move || line.label(preferences.locale())}</span>
            {content}
            {move || fault().map(|words| view! { <p class="merge-fault" role="alert">{words}</p> })}
        </div>
    }
}

/// Values that will stand whatever is chosen, each with where it comes from.
#[component]
fn Settled(line: Line, values: Vec<(String, Origin)>, table: Table) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let value = move |(value, origin): (String, Origin)| {
        let words = move || {
            let people = table.people.read();
            line.word(&value, &people, directory, preferences.locale())
        };
        let source = move || {
            let number = match origin {
                Origin::Both => return t_string!(i18n, merging.of_both).to_owned(),
                Origin::Survivor => table.survivor.get().1,
                Origin::Other => table.other.get().1,
            };
            t_string!(i18n, merging.only_of, number = number)
        };
        view! {
            <li>
                <span class="merge-words">{words}</span>
                <span class="quiet small" class:merge-gained=origin == Origin::Other>{source}</span>
            </li>
        }
    };
    view! { <ul class="merge-settled">{values.into_iter().map(value).collect_view()}</ul> }
}

/// The two values of which one will stand.
#[component]
fn Choice(
    line: Line,
    member: MergeMember,
    kept: Option<Vec<String>>,
    is_own: bool,
    taken: Vec<String>,
    table: Table,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = element_id("merge-side");
    let is_taken = Memo::new(move |_| {
        let other = table.other.get().0;
        table.choices.with(|choices| choices.takes(member, other))
    });
    let cannot = kept.is_none();
    let choose_kept = move || {
        let own = is_own.then(|| table.survivor.get_untracked().0);
        table.choices.update(|choices| choices.choose(member, own));
    };
    let choose_taken = move || {
        let other = table.other.get_untracked().0;
        table
            .choices
            .update(|choices| choices.choose(member, Some(other)));
    };
    let kept_caption = Signal::derive(move || {
        if is_own {
            table.survivor.get().1
        } else {
            t_string!(i18n, merging.joined).to_owned()
        }
    });
    let taken_caption = Signal::derive(move || table.other.get().1);
    view! {
        <Side
            line
            values=kept.unwrap_or_default()
            name=name.clone()
            caption=kept_caption
            shows_caption=!is_own
            chosen=Signal::derive(move || !is_taken.get())
            too_long=cannot
            on_choose=choose_kept
            table
        />
        <Side
            line
            values=taken
            name=name
            caption=taken_caption
            chosen=is_taken
            on_choose=choose_taken
            table
        />
    }
}

/// One of the two.
#[component]
fn Side(
    line: Line,
    values: Vec<String>,
    name: String,
    /// Whose value it is.
    #[prop(into)]
    caption: Signal<String>,
    /// Whether that is to be read beside the heads of the columns, too.
    #[prop(optional)]
    shows_caption: bool,
    #[prop(into)] chosen: Signal<bool>,
    /// It cannot be: both together are too long.
    #[prop(optional)]
    too_long: bool,
    #[prop(into)] on_choose: Callback<()>,
    table: Table,
) -> impl IntoView {
    let directory = use_directory();
    let preferences = use_preferences();
    let words = move || {
        let locale = preferences.locale();
        if too_long {
            return FieldCode::TooLong.message(locale).to_owned();
        }
        let people = table.people.read();
        let words: Vec<String> = values
            .iter()
            .map(|value| line.word(value, &people, directory, locale))
            .collect();
        words.join("\n")
    };
    let content = move || match words() {
        words if words.is_empty() => {
            view! { <span class="quiet">{format::NOTHING}</span> }.into_any()
        }
        words => words.into_any(),
    };
    view! {
        <label
            class="conflict-side merge-side"
            class:is-chosen=chosen
            class:is-refused=too_long
        >
            <input
                type="radio"
                name=name
                prop:checked=chosen
                on:change=move |_| on_choose.run(())
            />
            <span class="conflict-name" class:merge-caption=!shows_caption>{caption}</span>
            <span class="conflict-words">{content}</span>
        </label>
    }
}

//! What is selected, and what can become of it. A choice drafts a bulk change and leads to it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::bulk_changes::{BulkEntity, NewBulkChange};
use rapport_types::filters::{Filter, parse_pairs};
use rapport_types::page::Total;
use serde_json::{Map, Value};

use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::keys::{Key, use_keys};
use crate::components::pick_list::PickList;
use crate::components::popover::Popover;
use crate::components::select::Choice;
use crate::components::selection::{PageBox, Picked, Selection};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::address::Address;
use crate::preferences::use_preferences;

/// A member of the records that can be set for all at once.
#[derive(Clone)]
pub(in crate::pages) struct Action {
    /// The member of the change.
    pub(in crate::pages) member: &'static str,
    /// What the button says.
    pub(in crate::pages) name: Signal<String>,
    /// What can be chosen; an empty value takes the member away.
    pub(in crate::pages) choices: Signal<Vec<Choice>>,
    /// Whether a reason may go with it.
    pub(in crate::pages) takes_reason: bool,
}

/// Sends the members of a change for what is selected.
#[derive(Clone, Copy)]
pub(super) struct Change {
    run: Callback<Map<String, Value>>,
    /// Whether a draft is under way.
    pub(super) busy: Signal<bool>,
}

impl Change {
    /// Drafts it.
    pub(super) fn draft(self, members: impl IntoIterator<Item = (&'static str, Value)>) {
        let members = members.into_iter();
        let members = members.map(|(name, value)| (name.to_owned(), value));
        self.run.run(members.collect());
    }
}

/// What the list's address asks for as a filter; none when it asks for more than a filter can.
fn filter_of(entity: BulkEntity, address: Address) -> Option<Filter> {
    let mut pairs = address.pairs();
    pairs.retain(|(name, _)| !["sort", "cursor"].contains(&name.as_str()));
    let filter = parse_pairs(entity.fields(), &mut pairs).ok()?;
    pairs.is_empty().then_some(filter)
}

/// The bar; nothing while nothing is selected.
#[component]
pub(in crate::pages) fn SelectionBar(
    selection: Selection,
    /// What the list shows.
    entity: BulkEntity,
    /// The list's address.
    address: Address,
    /// How many match.
    #[prop(into)]
    total: Signal<Option<Total>>,
    /// What can be set.
    actions: Vec<Action>,
    /// Further ones.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    // Another question has other answers.
    let question = Memo::new(move |_| address.pairs());
    Effect::new(move |before: Option<()>| {
        question.track();
        if before.is_some() {
            selection.clear();
        }
    });
    let is_shown = Memo::new(move |_| selection.with(|picked| !picked.is_empty()));
    let actions = Arc::new(actions);
    move || {
        is_shown.get().then(|| {
            let actions = (*actions).clone();
            let children = children.clone();
            view! { <Bar selection entity address total actions further=children/> }
        })
    }
}

#[component]
fn Bar(
    selection: Selection,
    entity: BulkEntity,
    address: Address,
    total: Signal<Option<Total>>,
    actions: Vec<Action>,
    further: Option<ChildrenFn>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let navigate = StoredValue::new_local(use_navigate());
    use_keys(move |key| {
        let clears = key == Key::Escape;
        if clears {
            selection.clear();
        }
        clears
    });
    let filter = Memo::new(move |_| filter_of(entity, address));
    let draft =
        use_submission(
            move |new: NewBulkChange| async move { api::bulk_changes::draft(&new).await },
        );
    let run = Callback::new(move |change: Map<String, Value>| {
        let (everything, rows) =
            untrack(|| selection.with(|picked| (picked.has_everything(), picked.rows())));
        let new = NewBulkChange {
            entity,
            filter: filter.get_untracked().filter(|_| everything),
            ids: (!everything).then_some(rows),
            change,
        };
        draft.send_then(new, move |draft| {
            let page = links::bulk_change(draft.id);
            navigate.with_value(|navigate| navigate(&page, Default::default()));
        });
    });
    let change = Change {
        run,
        busy: draft.busy(),
    };
    provide_context(change);
    // What was refused was another selection.
    effect(move || {
        selection.with(|_| ());
        draft.clear();
    });
    let many = move |total: Total| {
        let count = format::integer(total.count.cast_signed(), preferences.locale());
        if total.exact {
            count
        } else {
            t_string!(i18n, bulk.at_least, count = count)
        }
    };
    let has_everything = Memo::new(move |_| selection.with(Picked::has_everything));
    let count = move || {
        let number = selection.with(Picked::count);
        match total.get() {
            Some(total) if has_everything.get() => {
                t_string!(i18n, bulk.all_selected, count = many(total))
            }
            _ => {
                let count = format::integer(number as i64, preferences.locale());
                t_string!(i18n, bulk.selected, count = count)
            }
        }
    };
    // Offered once the page is selected and there is more.
    let more = Memo::new(move |_| {
        let shown = selection.with(|picked| picked.has_page().then(|| picked.count()))?;
        let total = total.get()?;
        (!has_everything.get() && total.count > shown as u64).then_some(total)
    });
    let whole = move || {
        let total = more.get()?;
        if filter.read().is_none() {
            let why = view! { <span class="quiet small">{t!(i18n, bulk.only_filters)}</span> };
            return Some(why.into_any());
        }
        let all = view! {
            <Button
                kind=ButtonKind::Ghost
                testid="select-everything"
                on_click=move || selection.update(Picked::pick_everything)
            >
                {move || t_string!(i18n, bulk.select_all, count = many(total))}
            </Button>
        };
        Some(all.into_any())
    };
    view! {
        <div
            class="save-bar selection-bar no-print"
            role="region"
            aria-label=move || t_string!(i18n, bulk.bar)
            data-testid="selection-bar"
        >
            <FormError error=draft.error_signal()/>
            // There the table has no head.
            <span class="narrow-only-block"><PageBox selection/></span>
            <span class="selection-count" role="status" data-testid="selection-count">{count}</span>
            {whole}
            <div class="selection-actions">
                {actions
                    .into_iter()
                    .map(|action| view! { <ActionButton action change/> })
                    .collect_view()}
                {further.map(|further| further())}
            </div>
            <IconButton
                icon=IconName::Close
                label=move || t_string!(i18n, bulk.clear).to_owned()
                testid="selection-clear"
                on_click=move || selection.clear()
            />
        </div>
    }
}

/// One member with its choices.
#[component]
fn ActionButton(action: Action, change: Change) -> impl IntoView {
    let Action {
        member,
        name,
        choices,
        takes_reason,
    } = action;
    view! {
        <span data-testid=format!("bulk-{member}")>
            <Popover
                class="button"
                label=name
                disabled=change.busy
                trigger=move || view! {
                    <span class="button-text">{name}</span>
                    <Icon name=IconName::ChevronDown/>
                }
            >
                <Choosing member choices takes_reason change/>
            </Popover>
        </span>
    }
}

/// The list to choose from, with the reason below it where there may be one.
#[component]
fn Choosing(
    member: &'static str,
    choices: Signal<Vec<Choice>>,
    takes_reason: bool,
    change: Change,
) -> impl IntoView {
    let i18n = use_i18n();
    let reason = RwSignal::new(String::new());
    let pick = move |value: String| {
        let value = match value.as_str() {
            "" => Value::Null,
            value => value.into(),
        };
        let reason = reason.read_untracked().trim().to_owned();
        let reason = (!reason.is_empty()).then(|| ("reason", reason.into()));
        change.draft([(member, value)].into_iter().chain(reason));
    };
    view! {
        <PickList
            options=choices
            chosen=Signal::stored(Vec::new())
            on_pick=pick
            testid=member
        />
        {takes_reason.then(|| view! {
            <div class="bulk-reason">
                <TextField
                    label=Signal::derive(move || t_string!(i18n, bulk.reason).to_owned())
                    hint=Signal::derive(move || {
                        (member == "status").then(|| t_string!(i18n, bulk.reason_hint).to_owned())
                    })
                    value=reason
                    testid="bulk-reason"
                />
            </div>
        })}
    }
}

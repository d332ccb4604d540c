//! The condition of a policy: chips that read as a sentence, over the same fields as the filters of
//! the ticket list.

use leptos::prelude::*;
use rapport_types::filters::{Condition, Filter, Op};

use super::draft::in_order;
use super::words::{self, FIELDS};
use crate::api::configuration::use_directory;
use crate::components::chip::FilterChip;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::i18n::*;
use crate::pages::tickets::{By, either};
use crate::preferences::use_preferences;

/// The chips.
#[component]
pub(in crate::pages) fn ConditionChips(filter: RwSignal<Filter>) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    // Nothing that decides is unseen: what came by the API can be taken away here.
    let others = move || {
        let others = filter
            .get()
            .conditions
            .into_iter()
            .filter(|it| !has_chip(it));
        others
            .map(|condition| {
                let (name, value) = words::condition(&condition, directory, preferences.locale());
                let label = format!("{name} {value}");
                let remove = move |_| {
                    filter.update(|filter| filter.conditions.retain(|it| *it != condition));
                };
                view! {
                    <span class="chip chip-on">
                        <span class="chip-body chip-plain">
                            <span class="chip-name">{name}</span>
                            <span class="chip-value">{value}</span>
                        </span>
                        <button
                            class="chip-remove"
                            type="button"
                            aria-label=move || t_string!(i18n, frame.remove_filter, name = label.clone())
                            on:click=remove
                        >
                            <Icon name=IconName::Close/>
                        </button>
                    </span>
                }
            })
            .collect_view()
    };
    view! {
        <div class="chips" role="group" aria-label=move || t_string!(i18n, clock_policies.condition.label)>
            {FIELDS.map(|by| view! { <ChipOf by filter/> })}
            {others}
            <Show when=move || filter.read().conditions.is_empty()>
                <span class="quiet small">{t!(i18n, clock_policies.condition.all_hint)}</span>
            </Show>
        </div>
    }
}

/// Whether a condition is one of those that have a chip of their own.
fn has_chip(condition: &Condition) -> bool {
    matches!(condition.op, Op::Is | Op::Not)
        && FIELDS.iter().any(|by| by.parameter() == condition.field)
}

/// One field with its choices.
#[component]
fn ChipOf(by: By, filter: RwSignal<Filter>) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let own =
        move |condition: &&Condition| condition.field == by.parameter() && has_chip(condition);
    let condition = Memo::new(move |_| filter.with(|it| it.conditions.iter().find(own).cloned()));
    let op = RwSignal::new(condition.with_untracked(|it| it.as_ref().map_or(Op::Is, |it| it.op)));
    let values = Memo::new(move |_| condition.get().map(|it| it.values).unwrap_or_default());
    let put = move |op: Op, values: Vec<String>| {
        filter.update(|filter| {
            filter
                .conditions
                .retain(|it| it.field != by.parameter() || !has_chip(it));
            if !values.is_empty() {
                filter.conditions.push(Condition {
                    field: by.parameter().to_owned(),
                    op,
                    values,
                });
            }
            *filter = in_order(std::mem::take(filter));
        });
    };
    let toggle = move |value: String| {
        let mut values = values.get_untracked();
        match values.iter().position(|it| *it == value) {
            Some(at) => {
                values.remove(at);
            }
            None => values.push(value),
        }
        put(op.get_untracked(), values);
    };
    let turn = move |to: Op| {
        op.set(to);
        put(to, values.get_untracked());
    };
    let name = Signal::derive(move || {
        let name = by.name(preferences.locale());
        match condition.with(|it| it.as_ref().map(|it| it.op)) {
            Some(op) => words::compared(name, op, preferences.locale()),
            None => name.to_owned(),
        }
    });
    let value = Signal::derive(move || {
        let (values, locale) = (values.get(), preferences.locale());
        let words: Vec<String> = values
            .iter()
            .map(|value| by.word(value, directory, locale))
            .collect();
        (!words.is_empty()).then(|| either(words, locale))
    });
    let options = Signal::derive(move || by.choices(directory, preferences.locale()));
    let turn_to = move |to: Op| {
        view! {
            <button
                class="segmented-item"
                type="button"
                aria-pressed=move || if op.get() == to { "true" } else { "false" }
                on:click=move |_| turn(to)
            >
                {move || match to {
                    Op::Not => t_string!(i18n, clock_policies.condition.none_of),
                    _ => t_string!(i18n, clock_policies.condition.one_of),
                }}
            </button>
        }
    };
    view! {
        <FilterChip name value on_remove=move || put(Op::Is, Vec::new())>
            <div class="segmented condition-turn">{turn_to(Op::Is)} {turn_to(Op::Not)}</div>
            <PickList options chosen=values several=true on_pick=toggle/>
        </FilterChip>
    }
}

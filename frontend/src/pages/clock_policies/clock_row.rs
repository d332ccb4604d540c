//! One clock of a policy: how much time it allows, and when it counts.

use leptos::prelude::*;

use super::amount::Unit;
use super::draft::{ClockDraft, PolicyDraft};
use super::words;
use crate::components::button::IconButton;
use crate::components::element_id;
use crate::components::icon::IconName;
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// One clock.
#[component]
pub(super) fn ClockRow(policy: PolicyDraft, clock: ClockDraft) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let id = element_id("clock");
    let note = format!("{id}-note");
    let name = Signal::derive(move || {
        let code = clock.definition.with(|it| it.code.to_string());
        words::clock_name(&code, preferences.locale())
    });
    let units = Signal::derive(move || {
        let locale = preferences.locale();
        let chosen = clock.unit.with(|code| Unit::from_code(code));
        Unit::choices(chosen)
            .map(|unit| Choice::new(unit.code(), unit.name(locale)))
            .collect()
    });
    let is_wrong = Memo::new(move |_| clock.amount().is_none());
    let remove = move || {
        policy
            .clocks
            .update(|clocks| clocks.retain(|it| it.id != clock.id));
    };
    let about = move || {
        let locale = preferences.locale();
        clock.definition.with(|it| words::course(it, locale))
    };
    let warning = move || match clock.amount() {
        Some((target, _)) => words::warning(target, preferences.locale()),
        None => t_string!(i18n, clock_policies.fault.no_time).to_owned(),
    };
    view! {
        <div class="policy-clock" class:has-error=is_wrong>
            <label class="policy-clock-name" for=id.clone()>{name}</label>
            <input
                id=id
                class="input clock-number"
                data-testid="clock-number"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                maxlength="8"
                aria-invalid=move || is_wrong.get().then_some("true")
                aria-describedby=note.clone()
                prop:value=clock.number
                on:input:target=move |event| clock.number.set(event.target().value())
                on:focus:target=move |event| event.target().select()
            />
            <Select
                label=Signal::derive(move || t_string!(i18n, clock_policies.clock.unit, name = name.get()))
                value=clock.unit
                options=units
                inline=true
                testid="clock-unit"
            />
            <IconButton
                icon=IconName::Close
                label=Signal::derive(move || t_string!(i18n, clock_policies.clock.remove, name = name.get()))
                on_click=remove
            />
            <p class="policy-clock-about" id=note>
                {about} " " <span role=move || is_wrong.get().then_some("alert")>{warning}</span>
            </p>
        </div>
    }
}

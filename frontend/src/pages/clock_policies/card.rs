//! One policy of the list: in a few words, and when it is open its fields.

use leptos::prelude::*;
use rapport_types::clocks::{FIRST_RESPONSE, RESOLUTION, Target, Time};

use super::clock_row::ClockRow;
use super::condition::ConditionChips;
use super::draft::{Draft, PolicyDraft, PolicyFault, first_response, resolution};
use super::summary::{PolicySummary, Said};
use super::words;
use crate::api::ApiError;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// One policy.
#[component]
pub(super) fn PolicyCard(
    draft: Draft,
    policy: PolicyDraft,
    /// The calendars to choose from.
    calendars: Signal<Vec<Choice>>,
    /// The refusal of the last try.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// The policy that is being dragged.
    dragged: RwSignal<Option<usize>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let place = Memo::new(move |_| {
        let found = draft
            .0
            .with(|all| all.iter().position(|it| it.id == policy.id));
        found.unwrap_or_default()
    });
    let count = Memo::new(move |_| draft.0.read().len());
    let faults = Memo::new(move |_| draft.faults(policy));
    let said = Signal::derive(move || {
        let name = policy
            .names()
            .map(|names| names.get(preferences.locale()).to_owned());
        Said {
            name: name.unwrap_or_else(|| t_string!(i18n, clock_policies.unnamed).to_owned()),
            filter: policy.filter.get(),
            calendar: policy.calendar.get(),
            clocks: policy.clocks.with(|clocks| {
                clocks
                    .iter()
                    .map(|it| (it.definition.with(|it| it.code.to_string()), it.amount()))
                    .collect()
            }),
        }
    });
    // What stands below one that is for all tickets is never asked.
    let hides_others = Memo::new(move |_| {
        policy.filter.read().conditions.is_empty() && place.get() + 1 < count.get()
    });
    let refusal = move || {
        let pointer = format!("/policies/{}", place.get());
        error.get()?.field(&pointer, preferences.locale())
    };
    let name = Signal::derive(move || said.get().name);
    let step = move |by: isize| {
        let to = place.get_untracked().checked_add_signed(by);
        if let Some(to) = to {
            draft.move_to(policy.id, to);
        }
    };
    view! {
        <li
            class="panel policy"
            class:is-dragged=move || dragged.get() == Some(policy.id)
            data-testid="policy"
            on:dragover=move |event| if dragged.get_untracked().is_some() { event.prevent_default() }
            on:drop=move |event| {
                event.prevent_default();
                if let Some(id) = dragged.get_untracked() {
                    draft.move_to(id, place.get_untracked());
                }
                dragged.set(None);
            }
        >
            <div class="policy-head">
                <span
                    class="policy-grip"
                    draggable="true"
                    aria-hidden="true"
                    on:dragstart=move |_| dragged.set(Some(policy.id))
                    on:dragend=move |_| dragged.set(None)
                >
                    <Icon name=IconName::Grip/>
                    {move || place.get() + 1}
                </span>
                <PolicySummary said calendars/>
                <span class="policy-buttons">
                    <IconButton
                        icon=IconName::ArrowUp
                        label=Signal::derive(move || t_string!(i18n, clock_policies.move_up, name = name.get()))
                        disabled=Signal::derive(move || place.get() == 0)
                        on_click=move || step(-1)
                    />
                    <IconButton
                        icon=IconName::ArrowDown
                        label=Signal::derive(move || t_string!(i18n, clock_policies.move_down, name = name.get()))
                        disabled=Signal::derive(move || place.get() + 1 == count.get())
                        on_click=move || step(1)
                    />
                    <IconButton
                        icon=IconName::Edit
                        label=Signal::derive(move || t_string!(i18n, clock_policies.edit, name = name.get()))
                        pressed=Signal::from(policy.is_open)
                        on_click=move || policy.is_open.update(|open| *open = !*open)
                        testid="policy-edit"
                    />
                    <IconButton
                        icon=IconName::Close
                        label=Signal::derive(move || t_string!(i18n, clock_policies.remove, name = name.get()))
                        on_click=move || draft.remove(policy.id)
                    />
                </span>
            </div>
            <Show when=move || hides_others.get()>
                <p class="policy-warning">
                    <Icon name=IconName::Warning/>
                    {t!(i18n, clock_policies.hides_others)}
                </p>
            </Show>
            {move || refusal().map(|said| view! {
                <p class="policy-warning policy-refused" role="alert"><Icon name=IconName::Warning/>{said}</p>
            })}
            <Show when=move || !policy.is_open.get() && !faults.read().is_empty()>
                <p class="policy-warning policy-refused"><Icon name=IconName::Warning/>{t!(i18n, clock_policies.incomplete)}</p>
            </Show>
            <Show when=move || policy.is_open.get()>
                <Fields policy faults calendars/>
            </Show>
        </li>
    }
}

/// The fields of a policy.
#[component]
fn Fields(
    policy: PolicyDraft,
    faults: Memo<Vec<PolicyFault>>,
    calendars: Signal<Vec<Choice>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let fault = move |of: PolicyFault, text: fn(crate::i18n::Locale) -> &'static str| {
        Signal::derive(move || {
            let locale = crate::preferences::text_locale(preferences.locale());
            faults.read().contains(&of).then(|| text(locale).to_owned())
        })
    };
    let code_fault = Signal::derive(move || {
        let faults = faults.read();
        let said = if faults.contains(&PolicyFault::NoCode) {
            t_string!(i18n, clock_policies.fault.no_code)
        } else if faults.contains(&PolicyFault::SameCode) {
            t_string!(i18n, clock_policies.fault.same_code)
        } else {
            return None;
        };
        Some(said.to_owned())
    });
    let options = Signal::derive(move || {
        let of_team = Choice::new("", t_string!(i18n, clock_policies.calendar_of_team));
        let mut options = vec![of_team];
        options.extend(calendars.get());
        options
    });
    let has_clock = move |code: &'static str| {
        policy.clocks.with(|clocks| {
            clocks
                .iter()
                .any(|it| it.definition.with(|it| it.code.as_str() == code))
        })
    };
    let add = move |code: &'static str, hours: u32| {
        let amount = (Target::seconds(hours * 3_600), Time::Elapsed);
        let clock = if code == FIRST_RESPONSE {
            first_response(amount)
        } else {
            resolution(amount)
        };
        if let Some(clock) = clock {
            policy.add_clock(clock);
        }
    };
    let adder = move |code: &'static str, hours: u32| {
        view! {
            <Show when=move || !has_clock(code)>
                <Button kind=ButtonKind::Ghost icon=IconName::Plus on_click=move || add(code, hours)>
                    {move || words::clock_name(code, preferences.locale())}
                </Button>
            </Show>
        }
    };
    view! {
        <div class="policy-fields">
            <div class="form-row">
                <TextField
                    label=Signal::derive(move || t_string!(i18n, calendars.name_en).to_owned())
                    value=policy.en
                    testid="policy-name-en"
                    error=fault(PolicyFault::NoName, |text| td_string!(text, clock_policies.fault.no_name))
                />
                <TextField
                    label=Signal::derive(move || t_string!(i18n, calendars.name_zh).to_owned())
                    value=policy.zh_cn
                    testid="policy-name-zh"
                />
                <TextField
                    label=Signal::derive(move || t_string!(i18n, clock_policies.code).to_owned())
                    value=policy.code
                    disabled=policy.is_known
                    error=code_fault
                />
            </div>
            <div class="field">
                <span class="field-label">{t!(i18n, clock_policies.condition.label)}</span>
                <ConditionChips filter=policy.filter/>
            </div>
            <div class="field">
                <span class="field-label">{t!(i18n, clock_policies.clock.label)}</span>
                <For each=move || policy.clocks.get() key=|clock| clock.id let:clock>
                    <ClockRow policy clock/>
                </For>
                <span class="policy-adders">{adder(FIRST_RESPONSE, 4)} {adder(RESOLUTION, 24)}</span>
            </div>
            <div class="form-row">
                <Select
                    label=Signal::derive(move || t_string!(i18n, clock_policies.calendar).to_owned())
                    value=policy.calendar
                    options
                    testid="policy-calendar"
                />
            </div>
        </div>
    }
}

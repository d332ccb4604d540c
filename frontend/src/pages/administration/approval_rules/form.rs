//! The form of one rule: names, which tickets, what it covers, who decides.

use leptos::prelude::*;
use rapport_types::approvals::{ApprovalRule, COVERED};
use rapport_types::filters::Filter;
use rapport_types::roles::Role;
use rapport_types::text::Code;
use serde_json::json;

use super::list::in_order;
use crate::api::administration::{self, Write, use_saving};
use crate::api::query::{Query, use_query};
use crate::components::checkbox::Checkbox;
use crate::components::states::{Loaded, Pending, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::beside::{Beside, NEW};
use crate::pages::administration::code_field::{CodeDraft, CodeField};
use crate::pages::administration::names_fields::{NamesDraft, NamesFields};
use crate::pages::administration::record_form::{PanelHead, RecordForm, put_into};
use crate::pages::administration::words::{members, text};
use crate::pages::approvals::fact_name;
use crate::pages::clock_policies::ConditionChips;
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;

/// The form of the rule with this code, or of a new one.
#[component]
pub(super) fn RuleForm(
    record: String,
    rules: Query<Vec<ApprovalRule>>,
    beside: Beside,
) -> impl IntoView {
    view! {
        <Loaded query=rules skeleton=|| view! { <div class="panel-body"><Skeleton lines=6/></div> } let:all>
            {
                let found = all.read_untracked().iter().find(|it| it.code.as_str() == record).cloned();
                if found.is_none() && record != NEW {
                    view! { <NotFound/> }.into_any()
                } else {
                    view! { <Form known=found rules beside/> }.into_any()
                }
            }
        </Loaded>
    }
}

#[component]
fn Form(
    known: Option<ApprovalRule>,
    rules: Query<Vec<ApprovalRule>>,
    beside: Beside,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let names = NamesDraft::new(known.as_ref().map(|it| &it.names));
    let typed_code = CodeDraft::new();
    let code = StoredValue::new(known.as_ref().map(|it| it.code.to_string()));
    let is_active = RwSignal::new(known.as_ref().is_none_or(|it| it.active));
    let filter = RwSignal::new(
        known
            .as_ref()
            .map_or_else(Filter::default, |it| it.filter.clone()),
    );
    let covers = RwSignal::new(
        known
            .as_ref()
            .map(|it| it.covers.clone())
            .unwrap_or_default(),
    );
    let deciders = RwSignal::new(known.as_ref().map_or_else(Vec::new, |it| {
        it.deciders.iter().map(Code::to_string).collect::<Vec<_>>()
    }));
    let roles = use_query(|| (), |()| async { administration::roles().await });
    let is_new = known.is_none();
    let saving = use_saving();
    let submit = move || {
        // As they are now, whoever has changed them last.
        let all = in_order(rules.get_untracked().unwrap_or_default());
        let find = |code: &str| all.iter().find(|it| it.code.as_str() == code);
        let code = match code.get_value() {
            Some(code) => code,
            None => match typed_code.checked(|code| find(code).is_some()) {
                Some(code) => code,
                None => return,
            },
        };
        let position = match find(&code) {
            Some(rule) => rule.position,
            None => all.last().map_or(0, |last| last.position) + 10,
        };
        let body = members([
            ("names", names.value()),
            ("position", position.into()),
            ("active", is_active.get_untracked().into()),
            ("where", json!(filter.get_untracked())),
            ("covers", json!(covers.get_untracked())),
            ("deciders", json!(deciders.get_untracked())),
        ]);
        let path = format!("/approval-rules/{code}");
        let write = Write::put(path, body, find(&code).map(|it| it.version));
        saving.send_then(write, move |saved| {
            put_into(rules, saved, |a: &ApprovalRule, b: &ApprovalRule| {
                a.code == b.code
            });
            toasts.done(t_string!(i18n, administration.saved));
            beside.open(&code);
        });
    };
    let shown = known.as_ref().map(|it| it.names.clone());
    let facts = COVERED.iter().map(move |fact| {
        let label = text(move || fact_name(fact.name, preferences.locale()));
        view! { <Choice value=fact.name.to_owned() label chosen=covers/> }
    });
    let role_boxes = move || {
        let roles = roles.get().unwrap_or_default();
        roles
            .into_iter()
            .map(|Role { code, names, .. }| {
                let label = text(move || names.get(preferences.locale()).to_owned());
                view! { <Choice value=code.to_string() label chosen=deciders/> }
            })
            .collect_view()
    };
    let fault = move || saving.error()?.field("/deciders", preferences.locale());
    view! {
        <PanelHead
            title=text(move || match &shown {
                Some(names) => names.get(preferences.locale()).to_owned(),
                None => t_string!(i18n, approvals.rules.new).to_owned(),
            })
            detail=known.map(|it| it.code.to_string()).unwrap_or_default()
            beside
        />
        <RecordForm beside saving on_submit=submit on_stale=move || rules.reload()>
            <NamesFields names error=saving.error_signal() autofocus=is_new/>
            {is_new.then(|| view! { <CodeField draft=typed_code/> })}
            <div class="field">
                <span class="field-label">{t!(i18n, approvals.rules.needed_by)}</span>
                <ConditionChips filter/>
            </div>
            <fieldset class="field approval-choices">
                <legend class="field-label">{t!(i18n, approvals.rules.covers)}</legend>
                <p class="quiet small">{t!(i18n, approvals.rules.covers_hint)}</p>
                <div class="approval-boxes">{facts.collect_view()}</div>
            </fieldset>
            <fieldset class="field approval-choices" class:has-error=move || fault().is_some()>
                <legend class="field-label">{t!(i18n, approvals.rules.deciders)}</legend>
                <p class="quiet small">{t!(i18n, approvals.rules.deciders_hint)}</p>
                <Pending query=roles/>
                <div class="approval-boxes">{role_boxes}</div>
                <p class="field-note" role="alert">{fault}</p>
            </fieldset>
            <Checkbox
                label=text(move || t_string!(i18n, administration.in_use))
                hint=text(move || t_string!(i18n, approvals.rules.in_use_hint))
                checked=is_active
                on_change=move |on: bool| is_active.set(on)
                testid=Some("rule-active".to_owned())
            />
        </RecordForm>
    }
}

/// One of several that can be chosen.
#[component]
fn Choice(value: String, label: Signal<String>, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let testid = Some(format!("choice-{value}"));
    let (own, put) = (value.clone(), value);
    let checked = Signal::derive(move || chosen.read().contains(&own));
    let change = move |on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|it| *it != put);
            if on {
                chosen.push(put.clone());
            }
        });
    };
    view! { <Checkbox label checked on_change=change testid/> }
}

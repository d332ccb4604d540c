//! The list of rules.

use leptos::prelude::*;
use rapport_types::approvals::ApprovalRule;

use super::form::RuleForm;
use crate::api;
use crate::api::query::use_query;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::IconName;
use crate::components::states::{EmptyState, Pending};
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::pages::administration::beside::{NEW, Split, use_beside};
use crate::pages::administration::list_tools::{ListTools, Shown, filters_of};
use crate::pages::administration::words::{is_found, text};
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// The rules in the order of lists.
pub(super) fn in_order(mut rules: Vec<ApprovalRule>) -> Vec<ApprovalRule> {
    rules.sort_by(|a, b| (a.position, &a.code).cmp(&(b.position, &b.code)));
    rules
}

/// The rules.
#[component]
pub fn ApprovalRules() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let list = use_query(|| (), |()| async { api::approvals::rules().await });
    let address = use_address(links::approval_rules());
    let beside = use_beside(move || {
        links::with_query(&links::approval_rules(), &borrowed(&filters_of(address)))
    });
    let record = Signal::derive(move || match beside.opened()?.as_str() {
        NEW => Some(t_string!(i18n, approvals.rules.new).to_owned()),
        code => list.with(|all| {
            let found = all?.iter().find(|it| it.code.as_str() == code)?;
            Some(found.names.get(preferences.locale()).to_owned())
        }),
    });
    let rows = Memo::new(move |_| {
        let (asked, shown) = (address.get("q"), Shown::of(address));
        let fits = |it: &ApprovalRule| {
            shown.shows(it.active) && is_found(&asked, &it.names, Some(it.code.as_str()))
        };
        let all = in_order(list.get()?);
        Some(all.into_iter().filter(fits).collect::<Vec<_>>())
    });
    let row = move |it: ApprovalRule| {
        let (open, here) = (it.code.to_string(), it.code.to_string());
        view! {
            <li class="admin-row" class:is-cursor=move || beside.is_at(&here) data-testid="rule-row">
                <a class="row-link" href=move || beside.href(&open)>
                    {move || it.names.get(preferences.locale()).to_owned()}
                </a>
                <span class="quiet small admin-row-code">{it.code.to_string()}</span>
                {(!it.active).then(|| view! {
                    <span class="badge badge-quiet">{t!(i18n, administration.retired)}</span>
                })}
            </li>
        }
    };
    let shown = move || {
        let rows = rows.get()?;
        Some(if rows.is_empty() {
            view! {
                <EmptyState
                    icon=IconName::Stamp
                    title=text(move || t_string!(i18n, approvals.rules.empty))
                    text=text(move || t_string!(i18n, approvals.rules.empty_text))
                />
            }
            .into_any()
        } else {
            view! { <ul class="admin-rows">{rows.into_iter().map(row).collect_view()}</ul> }
                .into_any()
        })
    };
    let panel = move |record: String| view! { <RuleForm record rules=list beside/> }.into_any();
    view! {
        <Section
            at=SectionName::ApprovalRules
            record
            actions=move || view! {
                <LinkButton
                    href=text(move || beside.href(NEW))
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                >
                    {move || t_string!(i18n, approvals.rules.new)}
                </LinkButton>
            }
        >
            <Split beside panel>
                <ListTools address count=Signal::derive(move || rows.with(|rows| rows.as_ref().map(Vec::len)))/>
                <div class="panel">
                    <Pending query=list/>
                    {shown}
                </div>
            </Split>
        </Section>
    }
}

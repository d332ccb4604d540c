//! One approval: what is asked for, what it covers, who asked and why, and how it was decided.

use leptos::prelude::*;
use rapport_types::approvals::{ApprovalState, ApprovalSummary};

use super::words::{fact_name, fact_value, state_class, state_text};
use crate::api::configuration::use_directory;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// How it stands, in a word with a picture.
#[component]
pub(super) fn StateBadge(state: ApprovalState) -> impl IntoView {
    let preferences = use_preferences();
    let icon = match state {
        ApprovalState::Pending => IconName::CirclePause,
        ApprovalState::Granted => IconName::CircleCheck,
        ApprovalState::Refused => IconName::Close,
        ApprovalState::Withdrawn => IconName::Undo,
        ApprovalState::Outdated => IconName::CircleMinus,
    };
    view! {
        <span class=state_class(state) data-testid=format!("approval-{}", state.code())>
            <Icon name=icon/>
            {move || state_text(state, preferences.locale())}
        </span>
    }
}

/// The covered facts, each with its value.
#[component]
pub(super) fn CoveredFacts(row: StoredValue<ApprovalSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let facts = move || {
        let locale = preferences.locale();
        row.with_value(|row| {
            let facts = row.approval.facts.iter().map(|(name, value)| {
                let value = fact_value(name, value, row, directory, locale);
                (fact_name(name, locale), value)
            });
            facts
                .map(|(name, value)| {
                    view! {
                        <div class="approval-fact"><dt>{name}</dt><dd>{value}</dd></div>
                    }
                })
                .collect_view()
        })
    };
    let is_of_the_case = row.with_value(|row| row.approval.facts.is_empty());
    if is_of_the_case {
        view! { <p class="quiet small">{t!(i18n, approvals.of_the_case)}</p> }.into_any()
    } else {
        view! {
            <dl class="approval-facts" aria-label=move || t_string!(i18n, approvals.covers)>{facts}</dl>
        }
        .into_any()
    }
}

/// Who asked, when and why.
#[component]
pub(super) fn Asked(row: StoredValue<ApprovalSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let (who, at, reason) = row.with_value(|row| {
        let who = row.asker.as_ref().map(|user| user.name.as_str().to_owned());
        let it = &row.approval;
        (who.unwrap_or_default(), it.asked_at, it.reason.to_string())
    });
    view! {
        <p class="approval-said">
            <span class="quiet small">
                {move || t_string!(i18n, approvals.asked, who = who.clone())}
                " · " <Instant at=Some(at)/>
            </span>
            <span class="approval-reason">{reason}</span>
        </p>
    }
}

/// Who granted or refused it, when and why; nothing while nobody has.
#[component]
pub(super) fn Decided(row: StoredValue<ApprovalSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let decided = row.with_value(|row| {
        let who = row.decider.as_ref()?.name.as_str().to_owned();
        let it = &row.approval;
        let reason = it.decision_reason.as_ref()?.to_string();
        Some((who, it.decided_at, reason))
    });
    decided.map(|(who, at, reason)| {
        view! {
            <p class="approval-said">
                <span class="quiet small">
                    {move || t_string!(i18n, approvals.decided, who = who.clone())}
                    " · " <Instant at=at/>
                </span>
                <span class="approval-reason">{reason}</span>
            </p>
        }
    })
}

//! The approvals of a ticket, and asking for another one. Nothing where no rule is in use and none
//! was ever asked for.

use leptos::prelude::*;
use rapport_types::approvals::{
    ApprovalRule, ApprovalState, ApprovalSummary, Decider, NewApproval, decide, decide_withdrawal,
};
use rapport_types::ids::{ApprovalId, TicketId};
use rapport_types::permissions::Permission;
use rapport_types::problem::FieldCode;
use rapport_types::text::{Code, ReasonText};

use super::decision::DecisionForm;
use super::entry::{Asked, CoveredFacts, Decided, StateBadge};
use crate::api;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::effect::effect;
use crate::components::field::TextArea;
use crate::components::form_error::FormError;
use crate::components::icon::IconName;
use crate::components::select::{Choice, Select};
use crate::components::states::Pending;
use crate::i18n::*;
use crate::preferences::use_preferences;
use crate::session::use_session;

type Rules = Query<Vec<ApprovalRule>>;
type Rows = Query<Vec<ApprovalSummary>>;

/// The block.
#[component]
pub(super) fn Panel(id: TicketId, version: Signal<i64>, on_step: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let rules: Rules = use_query(|| (), |()| async { api::approvals::rules().await });
    let has_rules =
        Memo::new(move |_| rules.with(|rules| rules.is_some_and(|rules| !rules.is_empty())));
    let rows: Rows = use_query(
        move || has_rules.get(),
        move |has_rules| async move {
            if has_rules {
                api::approvals::of_ticket(id).await
            } else {
                Ok(Vec::new())
            }
        },
    );
    let seen = StoredValue::new(version.get_untracked());
    effect(move || {
        let now = version.get();
        if seen.get_value() != now {
            seen.set_value(now);
            rows.reload();
        }
    });
    let step = Callback::new(move |()| {
        rows.reload();
        on_step.run(());
    });
    let may_ask = move || {
        session.may(Permission::WorkTickets)
            && rules.with(|rules| rules.is_some_and(|all| all.iter().any(|rule| rule.active)))
    };
    let any = Memo::new(move |_| rows.with(|rows| rows.is_some_and(|rows| !rows.is_empty())));
    // What is there already stays as it is, with the reason that is being typed.
    let newest_first = move || {
        let mut rows = rows.get().unwrap_or_default();
        rows.reverse();
        rows
    };
    let key = |row: &ApprovalSummary| (row.approval.id, row.approval.version);
    view! {
        <Show when=move || any.get() || may_ask()>
            <section class="side-panel" aria-labelledby="ticket-approvals" data-testid="ticket-approvals">
                <h2 id="ticket-approvals">{t!(i18n, approvals.title)}</h2>
                <Pending query=rows/>
                <ul class="ticket-approvals">
                    <For each=newest_first key=key let:row><Row row rules on_step=step/></For>
                </ul>
                <Show when=may_ask><AskForm id rules rows on_step=step/></Show>
            </section>
        </Show>
    }
}

/// One approval, with what the reader may do about it.
#[component]
fn Row(row: ApprovalSummary, rules: Rules, on_step: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let session = use_session();
    let it = row.approval.clone();
    let (approval, state, names) = ((it.id, it.version), it.state, row.rule_names.clone());
    let may_withdraw = {
        let it = it.clone();
        move || {
            session
                .me()
                .is_some_and(|me| decide_withdrawal(&it, me.id).is_ok())
        }
    };
    let may_decide = move || {
        let Some(me) = session.me() else { return false };
        let decider = Decider {
            user: me.id,
            roles: &me.roles,
            is_person: true,
        };
        rules.with(|rules| {
            let rule = rules.and_then(|rules| rules.iter().find(|rule| rule.code == it.rule));
            rule.is_some_and(|rule| decide(&it, rule, &decider).is_ok())
        })
    };
    let withdrawing = use_submission(|approval: (ApprovalId, i64)| async move {
        api::approvals::withdraw(approval).await
    });
    let row = StoredValue::new(row);
    view! {
        <li class="ticket-approval" data-testid="ticket-approval">
            <p class="side-line">
                <strong>{move || names.get(preferences.locale()).to_owned()}</strong>
                <StateBadge state/>
            </p>
            <CoveredFacts row/>
            <Asked row/>
            <Decided row/>
            <FormError error=withdrawing.error_signal()/>
            <Show when=may_decide><DecisionForm approval on_done=on_step/></Show>
            <Show when=may_withdraw>
                <Button
                    kind=ButtonKind::Ghost
                    icon=IconName::Undo
                    busy=withdrawing.busy()
                    on_click=move || withdrawing.send_then(approval, move |_| on_step.run(()))
                    testid="approval-withdraw"
                >
                    {t!(i18n, approvals.withdraw)}
                </Button>
            </Show>
        </li>
    }
}

/// Asking for another one, by a rule of which none is pending.
#[component]
fn AskForm(id: TicketId, rules: Rules, rows: Rows, on_step: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let is_open = RwSignal::new(false);
    let chosen = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<FieldCode>);
    let options = Memo::new(move |_| {
        let locale = preferences.locale();
        let is_pending = |code: &Code| {
            rows.with(|rows| {
                let mut rows = rows.into_iter().flatten();
                rows.any(|row| {
                    row.approval.rule == *code && row.approval.state == ApprovalState::Pending
                })
            })
        };
        rules.with(|rules| {
            let mut rules: Vec<_> = rules.into_iter().flatten().collect();
            rules.sort_by_key(|rule| rule.position);
            let open = rules
                .into_iter()
                .filter(|it| it.active && !is_pending(&it.code));
            open.map(|it| Choice::new(it.code.as_str(), it.names.get(locale)))
                .collect::<Vec<_>>()
        })
    });
    // The first one is chosen until the reader chooses.
    effect(move || {
        let options = options.get();
        let is_there = chosen.with_untracked(|chosen| options.iter().any(|it| it.value == *chosen));
        if !is_there {
            chosen.set(
                options
                    .first()
                    .map(|it| it.value.clone())
                    .unwrap_or_default(),
            );
        }
    });
    let asking =
        use_submission(move |new: NewApproval| async move { api::approvals::ask(id, &new).await });
    let submit = move || {
        let (Ok(rule), reason_text) = (
            Code::try_from(chosen.get_untracked()),
            ReasonText::try_from(reason.get_untracked()),
        ) else {
            return;
        };
        let reason_text = match reason_text {
            Ok(text) => text,
            Err(code) => return fault.set(Some(FieldCode::from_code(code))),
        };
        fault.set(None);
        let new = NewApproval {
            rule,
            reason: reason_text,
        };
        asking.send_then(new, move |_| {
            reason.set(String::new());
            is_open.set(false);
            on_step.run(());
        });
    };
    view! {
        <Show when=move || !options.read().is_empty()>
            <Show
                when=move || is_open.get()
                fallback=move || view! {
                    <Button icon=IconName::Stamp on_click=move || is_open.set(true) testid="approval-ask">
                        {t!(i18n, approvals.ask)}
                    </Button>
                }
            >
                <div class="approval-ask">
                    <Select
                        label=Signal::derive(move || t_string!(i18n, approvals.rule).to_owned())
                        value=chosen
                        options=Signal::from(options)
                        testid="approval-rule"
                    />
                    <TextArea
                        label=Signal::derive(move || t_string!(i18n, approvals.reason).to_owned())
                        value=reason
                        rows=2
                        required=true
                        autofocus=true
                        error=Signal::derive(move || {
                            fault.get().map(|code| code.message(preferences.locale()).to_owned())
                        })
                        on_submit=submit
                        testid="approval-reason"
                    />
                    <FormError error=asking.error_signal()/>
                    <div class="form-actions">
                        <Button kind=ButtonKind::Primary busy=asking.busy() on_click=submit testid="approval-send">
                            {t!(i18n, approvals.send)}
                        </Button>
                        <Button kind=ButtonKind::Ghost on_click=move || is_open.set(false)>
                            {t!(i18n, approvals.cancel)}
                        </Button>
                    </div>
                </div>
            </Show>
        </Show>
    }
}

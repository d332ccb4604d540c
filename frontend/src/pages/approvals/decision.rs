//! Deciding in place: a reason, then one of two buttons.

use leptos::prelude::*;
use rapport_types::approvals::ApprovalDecision;
use rapport_types::ids::ApprovalId;
use rapport_types::problem::FieldCode;
use rapport_types::text::ReasonText;

use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::TextArea;
use crate::components::form_error::FormError;
use crate::components::icon::IconName;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The form of one approval that the reader may decide.
#[component]
pub(super) fn DecisionForm(
    /// Which, and the version that is shown.
    approval: (ApprovalId, i64),
    /// Told when it is decided, or is not what is shown any more.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let reason = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<FieldCode>);
    let deciding = use_submission(move |decision: ApprovalDecision| async move {
        api::approvals::decide(approval, &decision).await
    });
    let decide = move |granted: bool| {
        let reason = match ReasonText::try_from(reason.get_untracked()) {
            Ok(reason) => reason,
            Err(code) => return fault.set(Some(FieldCode::from_code(code))),
        };
        fault.set(None);
        let decision = ApprovalDecision { granted, reason };
        deciding.send_then(decision, move |_| {
            let said = untrack(|| {
                if granted {
                    t_string!(i18n, approvals.was_granted)
                } else {
                    t_string!(i18n, approvals.was_refused)
                }
            });
            toasts.done(said);
            on_done.run(());
        });
    };
    view! {
        <div class="approval-decision">
            <TextArea
                label=Signal::derive(move || t_string!(i18n, approvals.decision_reason).to_owned())
                value=reason
                rows=2
                required=true
                error=Signal::derive(move || {
                    fault.get().map(|code| code.message(preferences.locale()).to_owned())
                })
                testid="decision-reason"
            />
            <FormError error=deciding.error_signal()/>
            <div class="form-actions">
                <Button
                    kind=ButtonKind::Primary
                    icon=IconName::Check
                    busy=deciding.busy()
                    on_click=move || decide(true)
                    testid="approval-grant"
                >
                    {t!(i18n, approvals.grant)}
                </Button>
                <Button
                    icon=IconName::Close
                    disabled=deciding.busy()
                    on_click=move || decide(false)
                    testid="approval-refuse"
                >
                    {t!(i18n, approvals.refuse)}
                </Button>
            </div>
        </div>
    }
}

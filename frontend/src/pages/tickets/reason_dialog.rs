//! A question that needs a reason: opening a closed ticket again, handing over the duty.

use leptos::prelude::*;
use rapport_types::problem::FieldCode;
use rapport_types::text::ReasonText;

use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::TextArea;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// A dialog that asks why.
#[component]
pub(super) fn ReasonDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is going to happen.
    #[prop(into)]
    title: Signal<String>,
    /// What the button says.
    #[prop(into)]
    confirm: Signal<String>,
    /// Told of the reason; answers whether it took it. If not, it stays here.
    #[prop(into)]
    on_confirm: Callback<ReasonText, bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    // Outside of the dialog, so that closing by mistake loses nothing.
    let reason = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<FieldCode>);
    let submit = move || match ReasonText::try_from(reason.get_untracked()) {
        Ok(text) => {
            fault.set(None);
            if on_confirm.run(text) {
                reason.set(String::new());
                open.set(false);
            }
        }
        Err(code) => fault.set(Some(FieldCode::from_code(code))),
    };
    view! {
        <Dialog open title>
            <TextArea
                label=Signal::derive(move || t_string!(i18n, tickets.reason).to_owned())
                value=reason
                rows=3
                required=true
                error=Signal::derive(move || {
                    fault.get().map(|code| code.message(preferences.locale()).to_owned())
                })
                on_submit=submit
                testid="reason"
            />
            <div class="dialog-actions">
                <Button on_click=move || open.set(false)>{t!(i18n, tickets.cancel)}</Button>
                <Button kind=ButtonKind::Primary on_click=submit testid="reason-confirm">
                    {move || confirm.get()}
                </Button>
            </div>
        </Dialog>
    }
}

//! The question before something that is felt by others: what will happen, and the name of what it
//! happens to, typed.

use leptos::prelude::*;

use super::words::text;
use crate::api::administration::Saving;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::form_error::FormError;
use crate::i18n::*;

/// The question.
#[component]
pub(super) fn Danger(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// What would be done, as a question.
    #[prop(into)]
    title: Signal<String>,
    /// The name to type.
    #[prop(into)]
    name: Signal<String>,
    /// The text of the button.
    #[prop(into)]
    confirm: Signal<String>,
    /// What it sends.
    saving: Saving,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// What will happen.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    effect(move || {
        if open.get() {
            typed.set(String::new());
            saving.clear();
        }
    });
    let differs = Signal::derive(move || typed.read().trim() != name.read().trim());
    let children = StoredValue::new(children);
    view! {
        <Dialog open title>
            <form
                class="admin-danger"
                novalidate
                on:submit=move |event: web_sys::SubmitEvent| {
                    event.prevent_default();
                    if !differs.get_untracked() {
                        on_confirm.run(());
                    }
                }
            >
                {children.with_value(|children| children())}
                <TextField
                    label=text(move || t_string!(i18n, administration.type_the_name, name = name.get()))
                    value=typed
                    testid="danger-name"
                />
                <FormError error=saving.error_signal()/>
                <div class="dialog-actions">
                    <Button on_click=move || open.set(false)>{t!(i18n, administration.cancel)}</Button>
                    <Button
                        kind=ButtonKind::Danger
                        submit=true
                        busy=saving.busy()
                        disabled=differs
                        testid="danger-confirm"
                    >
                        {confirm}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}

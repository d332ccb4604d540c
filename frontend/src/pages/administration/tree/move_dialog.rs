//! The question where a part of a tree shall lie.

use leptos::prelude::*;

use crate::api::administration::Saving;
use crate::components::button::{Button, ButtonKind};
use crate::components::combobox::Combobox;
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::administration::words::text;

/// What is to be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages::administration) struct Moving {
    /// The part.
    pub(in crate::pages::administration) id: String,
    /// Where it was dropped; none when that is still to be said.
    pub(in crate::pages::administration) to: Option<String>,
}

/// The question.
#[component]
pub(in crate::pages::administration) fn MoveDialog(
    /// What is to be moved; none closes it.
    moving: RwSignal<Option<Moving>>,
    /// The name of a part.
    #[prop(into)]
    name_of: Callback<String, String>,
    /// Where a part may lie.
    #[prop(into)]
    choices: Callback<String, Vec<Choice>>,
    /// What will happen.
    #[prop(into)]
    consequence: Signal<String>,
    /// Whether a part may lie in nothing.
    #[prop(optional)]
    may_be_top: bool,
    /// What it sends.
    saving: Saving,
    /// Moves the part.
    #[prop(into)]
    on_move: Callback<(String, Option<String>)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let to = RwSignal::new(None::<String>);
    effect(move || {
        let wanted = moving.get();
        if let Some(wanted) = &wanted {
            saving.clear();
            to.set(wanted.to.clone());
        }
        if open.get_untracked() != wanted.is_some() {
            open.set(wanted.is_some());
        }
    });
    effect(move || {
        if !open.get() && moving.with_untracked(Option::is_some) {
            moving.set(None);
        }
    });
    let part = move || moving.get().map(|moving| moving.id);
    let name = move || part().map(|id| name_of.run(id)).unwrap_or_default();
    let options = Signal::derive(move || part().map(|id| choices.run(id)).unwrap_or_default());
    let is_unsaid = Signal::derive(move || !may_be_top && to.read().is_none());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(moving) = moving.get_untracked()
            && !is_unsaid.get_untracked()
        {
            on_move.run((moving.id, to.get_untracked()));
        }
    };
    view! {
        <Dialog
            open
            title=text(move || t_string!(i18n, administration.tree.move_title, name = name()))
        >
            <form class="admin-danger" novalidate on:submit=submit>
                <Combobox
                    label=text(move || t_string!(i18n, administration.tree.lies_in))
                    value=to
                    options
                    required=!may_be_top
                    placeholder=text(move || if may_be_top {
                        t_string!(i18n, administration.tree.nothing)
                    } else {
                        ""
                    })
                    testid="move-to"
                />
                <p class="quiet">{consequence}</p>
                <FormError error=saving.error_signal()/>
                <div class="dialog-actions">
                    <Button on_click=move || open.set(false)>{t!(i18n, administration.cancel)}</Button>
                    <Button
                        kind=ButtonKind::Primary
                        submit=true
                        busy=saving.busy()
                        disabled=is_unsaid
                        testid="move-confirm"
                    >
                        {t!(i18n, administration.tree.move_it)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}

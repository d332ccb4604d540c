//! Labels that are added to all that is selected, or taken away.

use leptos::prelude::*;

use super::bar::Change;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::popover::Popover;
use crate::i18n::*;

/// The button with its field; inside a selection bar.
#[component]
pub(in crate::pages) fn LabelsAction(
    /// The labels of a line that was typed.
    split: fn(&str) -> Vec<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let change = expect_context::<Change>();
    let name = Signal::derive(move || t_string!(i18n, bulk.labels).to_owned());
    view! {
        <Popover
            class="button"
            label=name
            disabled=change.busy
            testid="bulk-labels"
            trigger=move || view! {
                <span class="button-text">{name}</span>
                <Icon name=IconName::ChevronDown/>
            }
        >
            <Fields split change/>
        </Popover>
    }
}

#[component]
fn Fields(split: fn(&str) -> Vec<String>, change: Change) -> impl IntoView {
    let i18n = use_i18n();
    let text = RwSignal::new(String::new());
    let run = move |member: &'static str| {
        let labels = split(&text.read_untracked());
        if !labels.is_empty() {
            change.draft([(member, labels.into())]);
        }
    };
    let is_empty = Signal::derive(move || split(&text.read()).is_empty());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        run("add_tags");
    };
    view! {
        <form class="bulk-reason" on:submit=submit>
            <TextField
                label=Signal::derive(move || t_string!(i18n, bulk.labels_field).to_owned())
                value=text
                testid="bulk-labels-field"
            />
            <div class="form-actions">
                <Button
                    kind=ButtonKind::Primary
                    submit=true
                    disabled=is_empty
                    busy=change.busy
                    testid="bulk-labels-add"
                >
                    {t!(i18n, bulk.add_labels)}
                </Button>
                <Button
                    disabled=is_empty
                    busy=change.busy
                    testid="bulk-labels-remove"
                    on_click=move || run("remove_tags")
                >
                    {t!(i18n, bulk.remove_labels)}
                </Button>
            </div>
        </form>
    }
}

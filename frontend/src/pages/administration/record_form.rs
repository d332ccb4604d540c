//! The form of a record in the panel beside its list: head, fields, why it was refused, buttons.
//! What was typed stays when somebody else was faster: the record is read again, and the form says
//! so.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::beside::Beside;
use super::words::text;
use crate::api::administration::Saving;
use crate::api::query::Query;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::effect::effect;
use crate::components::form_error::{FormError, focus_refused};
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;

/// A record as its form has got it. Only what differs from that is sent, so that what others change
/// meanwhile stays.
#[derive(Clone, Copy)]
pub(super) struct Seen(StoredValue<Value>);

impl Seen {
    /// The record as it came.
    pub(super) fn new<T: Serialize>(record: &T) -> Self {
        Self(StoredValue::new(
            serde_json::to_value(record).unwrap_or_default(),
        ))
    }

    /// The members that differ.
    pub(super) fn changed(self, mut members: Map<String, Value>) -> Map<String, Value> {
        self.0.with_value(|seen| {
            members.retain(|name, value| seen.get(name) != Some(value));
        });
        members
    }

    /// The record as a write has brought it back.
    pub(super) fn is_now(self, record: &Value) {
        self.0.set_value(record.clone());
    }
}

/// Puts a record that a write has brought back in the place of its former self, so that the list
/// knows it at once.
pub(super) fn put_into<T>(list: Query<Vec<T>>, saved: Value, is_same: fn(&T, &T) -> bool)
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let Ok(saved) = serde_json::from_value::<T>(saved) else {
        return list.reload();
    };
    list.update(|all| match all.iter().position(|it| is_same(it, &saved)) {
        Some(at) => all[at] = saved,
        None => all.push(saved),
    });
}

/// The head of a panel: what is open, and the way to close it.
#[component]
pub(super) fn PanelHead(
    /// What is open.
    #[prop(into)]
    title: Signal<String>,
    /// A quiet line below.
    #[prop(optional, into)]
    detail: Signal<String>,
    /// Where it is open.
    beside: Beside,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="panel-head admin-panel-head">
            <div>
                <h2>{title}</h2>
                <p class="quiet small" data-testid="panel-detail">{detail}</p>
            </div>
            <a
                class="icon-button"
                href=move || beside.list()
                aria-label=move || t_string!(i18n, frame.close)
                title=move || t_string!(i18n, frame.close)
            >
                <Icon name=IconName::Close/>
            </a>
        </header>
    }
}

/// The form.
#[component]
pub(super) fn RecordForm(
    /// Where it is open; none on a page of its own.
    #[prop(optional)]
    beside: Option<Beside>,
    /// What it sends.
    saving: Saving,
    /// Sends it.
    #[prop(into)]
    on_submit: Callback<()>,
    /// Reads the record again, after somebody else has changed it.
    #[prop(optional, into)]
    on_stale: Option<Callback<()>>,
    /// The text of its button; "Save" when there is none.
    #[prop(optional, into)]
    submit: Option<Signal<String>>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let submit = submit.unwrap_or_else(|| text(move || t_string!(i18n, administration.save)));
    focus_refused(saving.error_signal());
    let is_stale = Memo::new(move |_| saving.error().is_some_and(|error| error.is_stale()));
    effect(move || {
        if is_stale.get()
            && let Some(run) = on_stale
        {
            run.run(());
        }
    });
    // Faults of fields stand at the fields.
    let fault = Signal::derive(move || {
        saving
            .error()
            .filter(|error| !error.names_fields() && !error.is_stale())
    });
    view! {
        <form
            class="panel-body admin-form"
            novalidate
            data-testid="admin-form"
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                on_submit.run(());
            }
        >
            {children()}
            <FormError error=fault/>
            <p role="alert">
                {move || is_stale.get().then(|| view! {
                    <span class="admin-note">{t!(i18n, administration.changed_meanwhile)}</span>
                })}
            </p>
            <div class="form-actions">
                <Button
                    kind=ButtonKind::Primary
                    submit=true
                    busy=saving.busy()
                    testid="admin-save"
                >
                    {submit}
                </Button>
                {beside.map(|beside| view! {
                    <LinkButton href=text(move || beside.list()) kind=ButtonKind::Ghost>
                        {t!(i18n, administration.cancel)}
                    </LinkButton>
                })}
            </div>
        </form>
    }
}

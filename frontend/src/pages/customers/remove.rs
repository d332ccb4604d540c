//! Removing a customer: says what will happen, and why it cannot while something refers to it.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::problem::ErrorCode;

use super::list::last_list;
use super::record::Record;
use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::recent::forget;
use crate::session::use_session;

/// The question before a customer is removed.
#[component]
pub(super) fn RemoveDialog(record: Record, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let session = use_session();
    let navigate = StoredValue::new_local(use_navigate());
    let who = Memo::new(move |_| {
        let (name, number) = record.with(|it| (it.name.clone(), format!("C-{}", it.number)));
        t_string!(
            i18n,
            customers.with_number,
            name = name.as_str(),
            number = number
        )
    });
    let remove =
        use_submission(
            move |()| async move { api::customers::remove(record.id, &record.etag()).await },
        );
    let is_used = Memo::new(move |_| {
        remove
            .error()
            .is_some_and(|error| error.code() == Some(ErrorCode::InUse))
    });
    // Somebody has changed it meanwhile: what it is now is shown, and the question stands again.
    let is_stale = Memo::new(move |_| remove.error().is_some_and(|error| error.is_stale()));
    effect(move || {
        if is_stale.get() {
            record.reload();
        }
    });
    let fault = Signal::derive(move || remove.error().filter(|error| !error.is_stale()));
    let run = move || {
        remove.send_then((), move |()| {
            open.set(false);
            if let Some(me) = untrack(|| session.me()) {
                forget(me.id, &links::customer(record.id));
            }
            toasts.done(untrack(|| {
                t_string!(i18n, customers.delete.done, name = who.get())
            }));
            navigate.with_value(|navigate| navigate(&last_list(), Default::default()));
        })
    };
    effect(move || {
        if open.get() {
            remove.clear();
        }
    });
    view! {
        <Dialog
            open
            title=Signal::derive(move || t_string!(i18n, customers.delete.title, name = who.get()))
        >
            <p>{t!(i18n, customers.delete.consequence)}</p>
            <p class="quiet">{t!(i18n, customers.delete.condition)}</p>
            <p role="alert">
                {move || is_stale.get().then(|| t_string!(i18n, customers.delete.changed))}
            </p>
            <FormError error=fault/>
            <div class="dialog-actions">
                <Show when=move || is_used.get()>
                    <LinkButton href=links::tickets(&[("customer", &record.id.to_string())])>
                        {t!(i18n, customers.delete.show_tickets)}
                    </LinkButton>
                </Show>
                <Button on_click=move || open.set(false)>{t!(i18n, customers.cancel)}</Button>
                <Button
                    kind=ButtonKind::Danger
                    busy=remove.busy()
                    testid="customer-delete-confirm"
                    on_click=run
                >
                    {t!(i18n, customers.delete.confirm)}
                </Button>
            </div>
        </Dialog>
    }
}

//! Removing a contact: says what goes and what stays.

use leptos::prelude::*;
use rapport_types::contacts::ContactSummary;

use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::toast::use_toasts;
use crate::i18n::*;

/// The question before a contact is removed.
#[component]
pub(super) fn RemoveContact(
    /// Which one.
    contact: RwSignal<Option<ContactSummary>>,
    /// Whether the question is open.
    open: RwSignal<bool>,
    /// Told when it is gone, or has changed meanwhile.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let names = Memo::new(move |_| {
        contact.with(|contact| {
            contact.as_ref().map_or_else(Default::default, |it| {
                (
                    it.person.name.as_str().to_owned(),
                    it.customer.name.as_str().to_owned(),
                )
            })
        })
    });
    let remove = use_submission(move |it: ContactSummary| async move {
        api::contacts::remove(it.id, it.version).await
    });
    // Somebody has changed it meanwhile: the list shows what it is now, and the question is over.
    effect(move || {
        if remove.error().is_some_and(|error| error.is_stale()) {
            open.set(false);
            toasts.failed(untrack(|| t_string!(i18n, customers.contact.changed)));
            on_done.run(());
        }
    });
    effect(move || {
        if open.get() {
            remove.clear();
        }
    });
    let run = move || {
        let Some(it) = contact.get_untracked() else {
            return;
        };
        remove.send_then(it, move |()| {
            open.set(false);
            toasts.done(untrack(|| {
                t_string!(i18n, customers.contact.removed, name = names.get().0)
            }));
            on_done.run(());
        });
    };
    view! {
        <Dialog
            open
            title=Signal::derive(move || {
                let (person, organisation) = names.get();
                t_string!(
                    i18n,
                    customers.contact.remove_title,
                    person = person,
                    organisation = organisation
                )
            })
        >
            <p>{t!(i18n, customers.contact.remove_text)}</p>
            <FormError error=Signal::derive(move || remove.error().filter(|error| !error.is_stale()))/>
            <div class="dialog-actions">
                <Button on_click=move || open.set(false)>{t!(i18n, customers.cancel)}</Button>
                <Button
                    kind=ButtonKind::Danger
                    busy=remove.busy()
                    testid="contact-remove-confirm"
                    on_click=run
                >
                    {t!(i18n, customers.contact.remove)}
                </Button>
            </div>
        </Dialog>
    }
}

//! The form of one code: names, whether it is in use, and for a new one the code itself.

use leptos::prelude::*;

use super::record::{Coded, in_order, replacing};
use crate::api::administration::use_saving;
use crate::api::configuration::use_directory;
use crate::components::checkbox::Checkbox;
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::beside::{Beside, NEW};
use crate::pages::administration::code_field::{CodeDraft, CodeField};
use crate::pages::administration::names_fields::{NamesDraft, NamesFields};
use crate::pages::administration::record_form::{PanelHead, RecordForm, put_into};
use crate::pages::administration::words::{members, text};
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;

/// The form of the record with this code, or of a new one.
#[component]
pub(super) fn CodeForm<T: Coded>(
    record: String,
    beside: Beside,
    #[prop(optional)] _kind: std::marker::PhantomData<T>,
) -> impl IntoView {
    let list = T::list(use_directory());
    view! {
        <Loaded query=list skeleton=|| view! { <div class="panel-body"><Skeleton lines=6/></div> } let:all>
            {
                let found = all.read_untracked().iter().find(|it| it.code() == record).cloned();
                if found.is_none() && record != NEW {
                    view! { <NotFound/> }.into_any()
                } else {
                    view! { <Form<T> known=found beside/> }.into_any()
                }
            }
        </Loaded>
    }
}

#[component]
fn Form<T: Coded>(known: Option<T>, beside: Beside) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let list = T::list(use_directory());
    let names = NamesDraft::new(known.as_ref().map(T::names));
    let typed_code = CodeDraft::new();
    let code = StoredValue::new(known.as_ref().map(|it| it.code().to_owned()));
    let is_active = RwSignal::new(known.as_ref().is_none_or(T::is_active));
    let is_new = known.is_none();
    let saving = use_saving();
    let submit = move || {
        // As they are now, whoever has changed them last.
        let all = in_order(list.get_untracked().unwrap_or_default());
        let find = |code: &str| all.iter().find(|it| it.code() == code);
        let code = match code.get_value() {
            Some(code) => code,
            None => match typed_code.checked(|code| find(code).is_some()) {
                Some(code) => code,
                None => return,
            },
        };
        let last = all.last().map_or(0, T::position);
        let body = members([
            ("names", names.value()),
            (
                "position",
                find(&code).map_or(last + 10, T::position).into(),
            ),
            ("active", is_active.get_untracked().into()),
        ]);
        let write = replacing::<T>(&code, body, find(&code).map(T::version));
        saving.send_then(write, move |saved| {
            put_into(list, saved, |a: &T, b: &T| a.code() == b.code());
            toasts.done(t_string!(i18n, administration.saved));
            beside.open(&code);
        });
    };
    let shown = known.as_ref().map(|it| it.names().clone());
    view! {
        <PanelHead
            title=text(move || match &shown {
                Some(names) => names.get(preferences.locale()).to_owned(),
                None => T::new_title(preferences.locale()).to_owned(),
            })
            detail=known.map(|it| it.code().to_owned()).unwrap_or_default()
            beside
        />
        <RecordForm beside saving on_submit=submit on_stale=move || list.reload()>
            <NamesFields names error=saving.error_signal() autofocus=is_new/>
            {is_new.then(|| view! { <CodeField draft=typed_code/> })}
            <Checkbox
                label=text(move || t_string!(i18n, administration.in_use))
                hint=text(move || t_string!(i18n, administration.codes.in_use_hint))
                checked=is_active
                on_change=move |on: bool| is_active.set(on)
                testid=Some("code-active".to_owned())
            />
        </RecordForm>
    }
}

//! The form of a category: names, whether it is in use, and for a new one its code and where it
//! lies.

use leptos::prelude::*;
use rapport_types::categories::Category;
use serde_json::json;

use super::list::find;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::components::button::{Button, ButtonKind};
use crate::components::checkbox::Checkbox;
use crate::components::combobox::Combobox;
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::icon::IconName;
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::beside::{Beside, NEW, use_under};
use crate::pages::administration::danger::Danger;
use crate::pages::administration::names_fields::{NamesDraft, NamesFields};
use crate::pages::administration::record_form::{PanelHead, RecordForm, Seen, put_into};
use crate::pages::administration::tree::Moving;
use crate::pages::administration::words::{members, or_null, text};
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;

/// The panel of a category, or of a new one.
#[component]
pub(super) fn CategoryPanel(
    record: String,
    beside: Beside,
    moving: RwSignal<Option<Moving>>,
) -> impl IntoView {
    let directory = use_directory();
    let under = use_under();
    view! {
        <Loaded
            query=directory.categories()
            skeleton=|| view! { <div class="panel-body"><Skeleton lines=6/></div> }
            let:_all
        >
            {
                let category = find(directory, &record);
                if category.is_none() && record != NEW {
                    view! { <NotFound/> }.into_any()
                } else {
                    view! { <CategoryForm category under beside moving/> }.into_any()
                }
            }
        </Loaded>
    }
}

#[component]
fn CategoryForm(
    category: Option<Category>,
    under: Memo<Option<String>>,
    beside: Beside,
    moving: RwSignal<Option<Moving>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let toasts = use_toasts();
    let list = directory.categories();
    let id = StoredValue::new(category.as_ref().map(|it| it.id.to_string()));
    let is_new = category.is_none();
    let seen = Seen::new(&category);
    let names = NamesDraft::new(category.as_ref().map(|it| &it.names));
    let code = RwSignal::new(String::new());
    let parent = RwSignal::new(None::<String>);
    effect(move || parent.set(under.get()));
    let is_active = RwSignal::new(category.as_ref().is_none_or(|it| it.active));
    // As it is now, whoever has changed it last.
    let now = move || id.get_value().and_then(|id| find(directory, &id));
    let saving = use_saving();
    let submit = move || {
        let mut given = members([("names", names.value())]);
        let write = match now() {
            Some(now) => {
                given.insert("active".to_owned(), is_active.get_untracked().into());
                Write::patch(
                    format!("/categories/{}", now.id),
                    seen.changed(given),
                    now.version,
                )
            }
            None => {
                given.insert("code".to_owned(), or_null(&code.read_untracked()));
                given.insert("parent_id".to_owned(), json!(parent.get_untracked()));
                Write::post("/categories", given)
            }
        };
        saving.send_then(write, move |saved| {
            seen.is_now(&saved);
            let made = saved["id"].as_str().unwrap_or_default().to_owned();
            put_into(list, saved, |a: &Category, b: &Category| a.id == b.id);
            toasts.done(t_string!(i18n, administration.saved));
            beside.open(&made);
        });
    };
    let fault = move |pointer: &'static str| {
        Signal::derive(move || saving.error()?.field(pointer, preferences.locale()))
    };
    let shown = category.as_ref().map(|it| it.names.clone());
    let own_code = category
        .as_ref()
        .and_then(|it| it.code.as_ref())
        .map(ToString::to_string)
        .unwrap_or_default();
    let start_move = move || {
        if let Some(id) = id.get_value() {
            moving.set(Some(Moving { id, to: None }));
        }
    };
    view! {
        <PanelHead
            title=text(move || match &shown {
                Some(names) => names.get(preferences.locale()).to_owned(),
                None => t_string!(i18n, administration.categories.new).to_owned(),
            })
            detail=own_code
            beside
        />
        <RecordForm beside saving on_submit=submit on_stale=move || list.reload()>
            <NamesFields names error=saving.error_signal() autofocus=is_new/>
            {if is_new {
                view! {
                    <TextField
                        label=text(move || t_string!(i18n, administration.code))
                        value=code
                        error=fault("/code")
                        hint=Signal::derive(move || {
                            Some(t_string!(i18n, administration.categories.code_hint).to_owned())
                        })
                    />
                    <Combobox
                        label=text(move || t_string!(i18n, administration.tree.lies_in))
                        value=parent
                        options=Signal::derive(move || directory.category_choices(preferences.locale()))
                        error=fault("/parent_id")
                        placeholder=text(move || t_string!(i18n, administration.tree.nothing))
                    />
                }
                .into_any()
            } else {
                view! {
                    <Checkbox
                        label=text(move || t_string!(i18n, administration.in_use))
                        hint=text(move || t_string!(i18n, administration.categories.in_use_hint))
                        checked=is_active
                        on_change=move |on: bool| is_active.set(on)
                    />
                }
                .into_any()
            }}
        </RecordForm>
        {category.map(|category| view! { <CategoryActs category beside start_move/> })}
    }
}

/// Moving and deleting.
#[component]
fn CategoryActs(
    category: Category,
    beside: Beside,
    #[prop(into)] start_move: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let toasts = use_toasts();
    let list = directory.categories();
    let asked = RwSignal::new(false);
    let id = StoredValue::new(category.id.to_string());
    let names = category.names;
    let name = text(move || names.get(preferences.locale()).to_owned());
    let saving = use_saving();
    let remove = move || {
        let Some(now) = find(directory, &id.get_value()) else {
            return;
        };
        let write = Write::delete(format!("/categories/{}", now.id), Some(now.version));
        saving.send_then(write, move |_| {
            asked.set(false);
            list.update(|all| all.retain(|it| it.id != now.id));
            toasts.done(t_string!(
                i18n,
                administration.categories.deleted,
                name = name.get_untracked()
            ));
            beside.close();
        });
    };
    view! {
        <section class="panel-body admin-acts">
            <div class="form-actions">
                <Button icon=IconName::Tree on_click=move || start_move.run(())>
                    {t!(i18n, administration.tree.move_to)}
                </Button>
                <Button kind=ButtonKind::Danger on_click=move || asked.set(true)>
                    {t!(i18n, administration.categories.remove)}
                </Button>
            </div>
        </section>
        <Danger
            open=asked
            title=text(move || t_string!(i18n, administration.categories.remove_title, name = name.get()))
            name
            confirm=text(move || t_string!(i18n, administration.categories.remove))
            saving
            on_confirm=remove
        >
            <p>{t!(i18n, administration.categories.remove_text)}</p>
        </Danger>
    }
}

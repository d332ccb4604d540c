//! The tree with its codes.

use leptos::prelude::*;
use rapport_types::categories::Category;
use rapport_types::ids::CategoryId;
use rapport_types::teams::Tree;

use super::form::CategoryPanel;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::{Directory, use_directory};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::effect::effect;
use crate::components::icon::IconName;
use crate::components::states::Pending;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::pages::administration::beside::{NEW, Split, use_beside};
use crate::pages::administration::list_tools::{ListTools, Shown, filters_of};
use crate::pages::administration::record_form::put_into;
use crate::pages::administration::tree::{MoveDialog, Moving, Node, TreeView};
use crate::pages::administration::words::{is_found, members, text};
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// The categories.
#[component]
pub fn Categories() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let list = directory.categories();
    list.reload_unless_asked();
    let address = use_address(links::categories());
    let beside = use_beside(move || {
        links::with_query(&links::categories(), &borrowed(&filters_of(address)))
    });
    let record = Signal::derive(move || match beside.opened()?.as_str() {
        NEW => Some(t_string!(i18n, administration.categories.new).to_owned()),
        id => directory.category_name(id.parse().ok()?, preferences.locale()),
    });
    let nodes = Memo::new(move |_| {
        let (asked, shown) = (address.get("q"), Shown::of(address));
        let node = |it: &Category| Node {
            id: it.id.to_string(),
            parent: it.parent_id.map(|id| id.to_string()),
            names: it.names.clone(),
            active: it.active,
            found: shown.shows(it.active)
                && is_found(
                    &asked,
                    &it.names,
                    it.code.as_ref().map(|code| code.as_str()),
                ),
        };
        list.with(|all| all.into_iter().flatten().map(node).collect::<Vec<_>>())
    });
    let found = Signal::derive(move || {
        list.with(|all| all.is_some())
            .then(|| nodes.read().iter().filter(|node| node.found).count())
    });
    let moving = RwSignal::new(None::<Moving>);
    let panel = move |record: String| view! { <CategoryPanel record beside moving/> }.into_any();
    let code = move |id: String| {
        let code = find(directory, &id)
            .and_then(|it| it.code)
            .map(|code| code.to_string());
        view! { <span class="quiet small admin-row-code">{code}</span> }.into_any()
    };
    view! {
        <Section
            at=SectionName::Categories
            record
            actions=move || view! {
                <LinkButton
                    href=text(move || beside.href(NEW))
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                >
                    {t!(i18n, administration.categories.new)}
                </LinkButton>
            }
        >
            <Split beside panel>
                <ListTools address count=found/>
                <div class="panel">
                    <Pending query=list/>
                    <TreeView
                        nodes
                        beside
                        cells=code
                        may_move=move |(id, to): (String, Option<String>)| {
                            may_move(directory, &id, to.as_deref())
                        }
                        moving
                    />
                </div>
                <p class="admin-hint quiet small">{t!(i18n, administration.tree.how)}</p>
            </Split>
            <MoveCategory moving/>
        </Section>
    }
}

/// The category with this id.
pub(super) fn find(directory: Directory, id: &str) -> Option<Category> {
    let id: CategoryId = id.parse().ok()?;
    untrack(|| {
        directory
            .categories()
            .with(|all| all?.iter().find(|it| it.id == id).cloned())
    })
}

/// Whether a category may come to lie in another one; with none, whether it may move at all.
fn may_move(directory: Directory, id: &str, to: Option<&str>) -> bool {
    let (Some(category), Some(to)) = (find(directory, id), to) else {
        return to.is_none();
    };
    find(directory, to).is_some_and(|to| {
        let tree = untrack(|| {
            directory
                .categories()
                .with(|all| Tree::new(all.into_iter().flatten().map(|it| (it.id, it.parent_id))))
        });
        to.active && category.parent_id != Some(to.id) && tree.may_move(category.id, to.id)
    })
}

/// The question where a category shall lie.
#[component]
fn MoveCategory(moving: RwSignal<Option<Moving>>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let toasts = use_toasts();
    let list = directory.categories();
    let saving = use_saving();
    let run = move |(id, to): (String, Option<String>)| {
        let Some(category) = find(directory, &id) else {
            return;
        };
        let change = Write::patch(
            format!("/categories/{id}"),
            members([("parent_id", to.into())]),
            category.version,
        );
        saving.send_then(change, move |moved| {
            put_into(list, moved, |a: &Category, b: &Category| a.id == b.id);
            moving.set(None);
            toasts.done(t_string!(i18n, administration.tree.moved));
        });
    };
    // The version is an old one: what is known is read again, and the question stands.
    effect(move || {
        if saving.error().is_some_and(|error| error.is_stale()) {
            list.reload();
        }
    });
    view! {
        <MoveDialog
            moving
            name_of=move |id: String| {
                id.parse()
                    .ok()
                    .and_then(|id| directory.category_name(id, preferences.locale()))
                    .unwrap_or_default()
            }
            choices=move |id: String| {
                let mut choices = directory.category_choices(preferences.locale());
                choices.retain(|choice| may_move(directory, &id, Some(&choice.value)));
                choices
            }
            consequence=text(move || t_string!(i18n, administration.categories.move_text))
            may_be_top=true
            saving
            on_move=run
        />
    }
}

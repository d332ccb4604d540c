//! The tree on the page.

use std::collections::HashSet;

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;

use super::move_dialog::Moving;
use super::node::{Node, Row, rows};
use crate::components::icon::{Icon, IconName};
use crate::components::popover::{MenuItem, Popover};
use crate::format;
use crate::i18n::*;
use crate::pages::administration::beside::Beside;
use crate::pages::administration::words::text;
use crate::preferences::use_preferences;

/// A tree.
#[component]
pub(in crate::pages::administration) fn TreeView(
    /// Its parts.
    #[prop(into)]
    nodes: Signal<Vec<Node>>,
    /// Where a part opens.
    beside: Beside,
    /// What stands behind the name of a part.
    #[prop(into)]
    cells: Callback<String, AnyView>,
    /// Whether a part may come to lie in another one; with none, whether it may move at all.
    #[prop(into)]
    may_move: Callback<(String, Option<String>), bool>,
    /// Asks whether a part shall be moved.
    moving: RwSignal<Option<Moving>>,
) -> impl IntoView {
    let preferences = use_preferences();
    let folded = RwSignal::new(HashSet::<String>::new());
    let shown = Memo::new(move |_| {
        let locale = preferences.locale();
        let name = |node: &Node| node.names.get(locale).to_owned();
        nodes.with(|nodes| {
            rows(nodes, &folded.read(), |a, b| {
                format::compare(&name(a), &name(b), locale)
            })
        })
    });
    // What is being dragged, and what it is held over.
    let dragged = RwSignal::new(None::<String>);
    let over = RwSignal::new(None::<String>);
    let drag = Drag {
        dragged,
        over,
        may_move,
        moving,
    };
    view! {
        <ul class="admin-rows admin-tree">
            <For
                each=move || shown.get()
                key=|row| (row.node.id.clone(), row.depth, row.has_parts, row.node.shown_key())
                let:row
            >
                <TreeRow row folded beside cells drag/>
            </For>
        </ul>
    }
}

impl Node {
    /// What a row shows of it.
    fn shown_key(&self) -> (String, bool) {
        let [en, zh_cn] = [Language::En, Language::ZhCn].map(|it| self.names.get(it));
        (format!("{en}\n{zh_cn}"), self.active)
    }
}

/// Dragging.
#[derive(Clone, Copy)]
struct Drag {
    dragged: RwSignal<Option<String>>,
    over: RwSignal<Option<String>>,
    may_move: Callback<(String, Option<String>), bool>,
    moving: RwSignal<Option<Moving>>,
}

impl Drag {
    /// Whether what is dragged may be dropped on this part.
    fn may_drop_on(self, part: &str) -> bool {
        self.dragged.get_untracked().is_some_and(|dragged| {
            dragged != part && self.may_move.run((dragged, Some(part.to_owned())))
        })
    }
}

#[component]
fn TreeRow(
    row: Row,
    folded: RwSignal<HashSet<String>>,
    beside: Beside,
    cells: Callback<String, AnyView>,
    drag: Drag,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let Row {
        node,
        depth,
        has_parts,
    } = row;
    let id = StoredValue::new(node.id);
    let names = StoredValue::new(node.names);
    let name = move || names.with_value(|names| names.get(preferences.locale()).to_owned());
    let is_folded = Memo::new(move |_| id.with_value(|id| folded.read().contains(id)));
    let is_movable = drag.may_move.run((id.get_value(), None));
    let is_over = move || id.with_value(|id| drag.over.read().as_ref() == Some(id));
    let hold = move |event: web_sys::DragEvent| {
        if id.with_value(|id| drag.may_drop_on(id)) {
            event.prevent_default();
            drag.over.set(Some(id.get_value()));
        }
    };
    let drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        drag.over.set(None);
        if id.with_value(|id| drag.may_drop_on(id))
            && let Some(dragged) = drag.dragged.get_untracked()
        {
            drag.moving.set(Some(Moving {
                id: dragged,
                to: Some(id.get_value()),
            }));
        }
        drag.dragged.set(None);
    };
    let begin = move |event: web_sys::DragEvent| {
        // Some browsers drag nothing without data.
        if let Some(data) = event.data_transfer() {
            let _ = data.set_data("text/plain", &name());
            data.set_effect_allowed("move");
        }
        drag.dragged.set(Some(id.get_value()));
    };
    let fold = move |_| {
        folded.update(|folded| {
            let id = id.get_value();
            if !folded.remove(&id) {
                folded.insert(id);
            }
        });
    };
    view! {
        <li
            class="admin-row"
            class:is-cursor=move || id.with_value(|id| beside.is_at(id))
            class:is-over=is_over
            style:--depth=depth.to_string()
            attr:aria-level=(depth + 1).to_string()
            draggable=if is_movable { "true" } else { "false" }
            data-testid="tree-row"
            on:dragstart=begin
            on:dragend=move |_| {
                drag.dragged.set(None);
                drag.over.set(None);
            }
            on:dragover=hold
            on:dragleave=move |_| drag.over.set(None)
            on:drop=drop
        >
            <span class="admin-fold">
                {has_parts.then(|| view! {
                    <button
                        class="icon-button"
                        type="button"
                        aria-expanded=move || if is_folded.get() { "false" } else { "true" }
                        aria-label=move || t_string!(i18n, administration.tree.fold, name = name())
                        on:click=fold
                    >
                        {move || view! {
                            <Icon name=if is_folded.get() {
                                IconName::ChevronRight
                            } else {
                                IconName::ChevronDown
                            }/>
                        }}
                    </button>
                })}
            </span>
            <a class="row-link" href=move || id.with_value(|id| beside.href(id))>{name}</a>
            {(!node.active).then(|| view! {
                <span class="badge badge-quiet">{t!(i18n, administration.retired)}</span>
            })}
            <span class="admin-row-cells">{cells.run(id.get_value())}</span>
            <span class="admin-row-acts">
                <Popover
                    class="icon-button"
                    testid="tree-menu"
                    label=text(move || t_string!(i18n, administration.tree.menu, name = name()))
                    trigger=|| view! { <Icon name=IconName::Dots/> }
                >
                    <MenuItem
                        icon=IconName::Plus
                        testid=Some("tree-add".to_owned())
                        on_select=move || id.with_value(|id| beside.open_below(id))
                    >
                        {t!(i18n, administration.tree.add_below)}
                    </MenuItem>
                    {is_movable.then(|| view! {
                        <MenuItem
                            icon=IconName::Tree
                            testid=Some("tree-move".to_owned())
                            on_select=move || drag.moving.set(Some(Moving {
                                id: id.get_value(),
                                to: None,
                            }))
                        >
                            {t!(i18n, administration.tree.move_to)}
                        </MenuItem>
                    })}
                </Popover>
            </span>
        </li>
    }
}

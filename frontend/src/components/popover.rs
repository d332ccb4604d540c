//! A panel that a button opens: menus, pickers, definitions. It lies above everything, closes on
//! Escape and on a click elsewhere, and keeps inside the window.
//!
//! ```ignore
//! <Popover label=move || t_string!(i18n, frame.language) trigger=move || view! { <Icon …/> }>
//!     <MenuItem checked=… on_select=move || …>"English"</MenuItem>
//! </Popover>
//! ```
//! The children are made when it opens. A `MenuItem` closes it; other content may call
//! `use_popover().close()`.

use leptos::context::Provider;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::commands::{Command, use_commands};
use super::element_id;
use super::icon::{Icon, IconName};
use super::keys::composes;
use crate::i18n::*;

/// Space between the button, the panel and the window's edge, in pixels.
const GAP: f64 = 4.0;

/// The panel around a component.
#[derive(Clone, Copy)]
pub struct PopoverHandle(NodeRef<leptos::html::Div>);

impl PopoverHandle {
    /// Closes it.
    pub fn close(self) {
        if let Some(panel) = self.0.get_untracked() {
            call(&panel, "hidePopover");
        }
    }
}

/// The panel around this component; none outside of one.
pub fn use_popover() -> Option<PopoverHandle> {
    use_context()
}

/// A button and its panel.
#[component]
pub fn Popover(
    /// What the button does, for those who do not see it.
    #[prop(into)]
    label: Signal<String>,
    /// The class of the button.
    #[prop(optional, default = "button button-ghost")]
    class: &'static str,
    /// What is on the button.
    #[prop(into)]
    trigger: ViewFnOnce,
    /// The text on the button, when that is a choice: the label says it as well.
    #[prop(optional, into)]
    shown: Signal<String>,
    /// Not possible now. It keeps the focus, so that nobody loses their place.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The `data-testid` of the button.
    #[prop(optional)]
    testid: Option<&'static str>,
    /// The command that opens it as well.
    #[prop(optional_no_strip)]
    command: Option<Command>,
    /// What is in the panel.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = element_id("popover");
    // The label stands in place of what is on the button, so it has to say all of it.
    let full_label = Signal::derive(move || {
        let (label, shown) = (label.get(), shown.get());
        if shown.is_empty() {
            label
        } else {
            t_string!(i18n, frame.labelled, label = label, value = shown)
        }
    });
    let button = NodeRef::<leptos::html::Button>::new();
    let panel = NodeRef::<leptos::html::Div>::new();
    let open = RwSignal::new(false);
    let on_toggle = move |event: web_sys::Event| {
        let is_open = opens(&event);
        open.set(is_open);
        if is_open
            && let (Some(button), Some(panel)) = (button.get_untracked(), panel.get_untracked())
        {
            // After the content is there.
            request_animation_frame(move || {
                place(&button, &panel);
                focus_first(&panel);
            });
        }
    };
    if let Some(command) = command {
        let offered = move || {
            if disabled.get() {
                Vec::new()
            } else {
                vec![command]
            }
        };
        use_commands(offered, move |_| {
            if let Some(button) = button.get_untracked() {
                button.click();
            }
        });
    }
    let children = StoredValue::new(children);
    view! {
        <button
            node_ref=button
            class=class
            type="button"
            data-testid=testid
            aria-label=full_label
            title=label
            aria-haspopup="true"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-disabled=move || disabled.get().then_some("true")
            popovertarget=id.clone()
            on:click=move |event| {
                if disabled.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            {trigger.run()}
        </button>
        <div
            node_ref=panel
            class="popover"
            id=id
            popover="auto"
            on:toggle=on_toggle
            on:keydown=move |event| move_focus(&event, panel)
        >
            <Provider value=PopoverHandle(panel)>
                {move || open.get().then(|| children.with_value(|children| children()))}
            </Provider>
        </div>
    }
}

/// One entry of a menu.
#[component]
pub fn MenuItem(
    /// What it does; the menu closes.
    #[prop(into)]
    on_select: Callback<()>,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Whether it is the present choice, for menus that choose.
    #[prop(optional, into)]
    checked: Option<Signal<bool>>,
    /// The menu stays open, for choosing several.
    #[prop(optional)]
    keep_open: bool,
    /// The `data-testid` of the entry.
    #[prop(optional_no_strip)]
    testid: Option<String>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let popover = use_popover();
    view! {
        <button
            class="menu-item"
            type="button"
            data-testid=testid
            aria-pressed=move || checked.map(|on| if on.get() { "true" } else { "false" })
            on:click=move |_| {
                on_select.run(());
                if !keep_open && let Some(popover) = popover {
                    popover.close();
                }
            }
        >
            {icon.map(|name| view! { <Icon name/> })}
            <span class="menu-text">{children()}</span>
            {checked.map(|on| view! {
                <span class="menu-check">
                    {move || on.get().then(|| view! { <Icon name=IconName::Check/> })}
                </span>
            })}
        </button>
    }
}

/// Whether a `toggle` event says "open".
fn opens(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"newState".into())
        .is_ok_and(|state| state.as_string().as_deref() == Some("open"))
}

fn call(element: &HtmlElement, method: &str) {
    if let Ok(function) = js_sys::Reflect::get(element, &method.into())
        && let Ok(function) = function.dyn_into::<js_sys::Function>()
    {
        // Throws when it is in that state already, which is what was wanted.
        let _ = function.call0(&JsValue::from(element.clone()));
    }
}

/// Puts the panel below the button, or above where there is more room, inside the window.
fn place(button: &HtmlElement, panel: &HtmlElement) {
    let (anchor, size) = (
        button.get_bounding_client_rect(),
        panel.get_bounding_client_rect(),
    );
    let extent =
        |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (
        extent(window().inner_width()),
        extent(window().inner_height()),
    );
    let left = anchor.left().min(width - size.width() - GAP).max(GAP);
    let below = anchor.bottom() + GAP;
    let top = if below + size.height() + GAP > height && anchor.top() > height / 2.0 {
        (anchor.top() - GAP - size.height()).max(GAP)
    } else {
        below
    };
    let style = panel.style();
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{top}px"));
    let _ = style.set_property(
        "max-height",
        &format!("{}px", (height - top - GAP).max(120.0)),
    );
    let _ = style.set_property("visibility", "visible");
}

fn focus_first(panel: &HtmlElement) {
    let first = panel
        .query_selector("[autofocus], input, button, a[href]")
        .ok()
        .flatten();
    if let Some(first) = first.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

/// Arrow keys move between the entries of a menu.
fn move_focus(event: &web_sys::KeyboardEvent, panel: NodeRef<leptos::html::Div>) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let Some(panel) = panel.get_untracked() else {
        return;
    };
    let Ok(items) = panel.query_selector_all(".menu-item") else {
        return;
    };
    let count = items.length() as i32;
    if count == 0 || composes(event) {
        return;
    }
    event.prevent_default();
    let active = document().active_element();
    let at = (0..items.length()).position(|i| {
        items
            .item(i)
            .is_some_and(|item| active.as_ref().is_some_and(|a| item.is_same_node(Some(a))))
    });
    let next = at.map_or(0, |at| (at as i32 + step).rem_euclid(count));
    if let Some(item) = items
        .item(next as u32)
        .and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        let _ = item.focus();
    }
}

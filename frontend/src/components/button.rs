//! Buttons.
//!
//! ```ignore
//! <Button kind=ButtonKind::Primary icon=IconName::Plus busy=save.busy() on_click=move || …>"…"</Button>
//! <LinkButton href=links::new_ticket(None) kind=ButtonKind::Primary>…</LinkButton>
//! <IconButton icon=IconName::Close label=move || t_string!(i18n, frame.close) on_click=move || …/>
//! ```
//! `submit=true` makes a form's button; a busy one shows a spinner and does nothing.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// One of several.
    #[default]
    Plain,
    /// The next step of this page; at most one.
    Primary,
    /// No frame until hovered.
    Ghost,
    /// Cannot be undone.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button-primary",
            Self::Ghost => "button button-ghost",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button with text.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Under way: spinner, no clicks.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Not possible now; say why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Sends its form.
    #[prop(optional)]
    submit: bool,
    /// What it does.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// The `data-testid` of the element.
    #[prop(optional)]
    testid: Option<&'static str>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=kind.class()
            data-testid=testid
            type=if submit { "submit" } else { "button" }
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                if let Some(run) = on_click {
                    run.run(());
                }
            }
        >
            {move || if busy.get() {
                view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
            } else {
                icon.map(|name| view! { <Icon name/> }).into_any()
            }}
            <span class="button-text">{children()}</span>
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href>
            {icon.map(|name| view! { <Icon name/> })}
            <span class="button-text">{children()}</span>
        </a>
    }
}

/// A square button with a picture; its label is read out and shown on hover.
#[component]
pub fn IconButton(
    /// The picture.
    #[prop(into)]
    icon: Signal<IconName>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is switched on, for buttons that stay.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Not possible now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it does.
    #[prop(into)]
    on_click: Callback<()>,
    /// The `data-testid` of the element.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button
            class="icon-button"
            type="button"
            data-testid=testid
            aria-label=label
            title=label
            aria-pressed=move || pressed.map(|on| if on.get() { "true" } else { "false" })
            disabled=disabled
            on:click=move |_| on_click.run(())
        >
            {move || view! { <Icon name=icon.get()/> }}
        </button>
    }
}

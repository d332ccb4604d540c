//! The list of a kind of codes, in the order in which agents choose from them.

use leptos::prelude::*;
use rapport_types::channels::Channel;
use rapport_types::ticket_types::TicketType;

use super::form::CodeForm;
use super::record::{Coded, in_order, placing};
use crate::api::administration;
use crate::api::configuration::use_directory;
use crate::api::submission::use_submission;
use crate::components::button::{ButtonKind, IconButton, LinkButton};
use crate::components::effect::effect;
use crate::components::icon::IconName;
use crate::components::states::{EmptyState, Pending};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::pages::administration::Section;
use crate::pages::administration::beside::{Beside, NEW, Split, use_beside};
use crate::pages::administration::list_tools::{ListTools, Shown, filters_of};
use crate::pages::administration::words::{is_found, text};
use crate::preferences::use_preferences;

/// The types of tickets.
#[component]
pub fn TicketTypes() -> impl IntoView {
    view! { <Codes<TicketType>/> }
}

/// The channels.
#[component]
pub fn Channels() -> impl IntoView {
    view! { <Codes<Channel>/> }
}

#[component]
fn Codes<T: Coded>(#[prop(optional)] _kind: std::marker::PhantomData<T>) -> impl IntoView {
    let preferences = use_preferences();
    let list = T::list(use_directory());
    list.reload_unless_asked();
    let address = use_address(T::address());
    let beside =
        use_beside(move || links::with_query(&T::address(), &borrowed(&filters_of(address))));
    let record = Signal::derive(move || match beside.opened()?.as_str() {
        NEW => Some(T::new_title(preferences.locale()).to_owned()),
        code => list.with(|all| {
            let found = all?.iter().find(|it| it.code() == code)?;
            Some(found.names().get(preferences.locale()).to_owned())
        }),
    });
    let all = Memo::new(move |_| list.get().map(in_order::<T>));
    let rows = Memo::new(move |_| {
        let (asked, shown) = (address.get("q"), Shown::of(address));
        let fits =
            |it: &T| shown.shows(it.is_active()) && is_found(&asked, it.names(), Some(it.code()));
        all.with(|all| {
            Some(
                all.as_ref()?
                    .iter()
                    .filter(|it| fits(it))
                    .cloned()
                    .collect::<Vec<T>>(),
            )
        })
    });
    let panel = move |record: String| view! { <CodeForm<T> record beside/> }.into_any();
    view! {
        <Section
            at=T::SECTION
            record
            actions=move || view! {
                <LinkButton
                    href=text(move || beside.href(NEW))
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                >
                    {move || T::new_title(preferences.locale())}
                </LinkButton>
            }
        >
            <Split beside panel>
                <ListTools address count=Signal::derive(move || rows.with(|rows| rows.as_ref().map(Vec::len)))/>
                <div class="panel">
                    <Pending query=list/>
                    <Rows<T> all=all.into() rows=rows.into() beside/>
                </div>
            </Split>
        </Section>
    }
}

/// The records with the way to move each up and down.
#[component]
fn Rows<T: Coded>(
    /// All of them, in order.
    all: Signal<Option<Vec<T>>>,
    /// Those that are shown.
    rows: Signal<Option<Vec<T>>>,
    beside: Beside,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let list = T::list(use_directory());
    let placing_all = use_submission(move |order: Vec<T>| async move {
        for write in placing(&order) {
            administration::send(write).await?;
        }
        Ok(())
    });
    effect(move || {
        if let Some(error) = placing_all.error() {
            toasts.failed(error.title(preferences.locale_untracked()));
            list.reload();
        }
    });
    // Changes places with the next one that is shown in that direction.
    let change_places = move |code: String, step: i64| {
        let Some(mut order) = all.get_untracked() else {
            return;
        };
        let neighbour = rows.with_untracked(|rows| {
            let rows = rows.as_ref()?;
            let at = rows.iter().position(|it| it.code() == code)?;
            let next = usize::try_from(i64::try_from(at).ok()? + step).ok()?;
            rows.get(next).map(|it| it.code().to_owned())
        });
        let place = |code: &str| order.iter().position(|it| it.code() == code);
        if let Some(neighbour) = neighbour
            && let (Some(a), Some(b)) = (place(&code), place(&neighbour))
        {
            order.swap(a, b);
            placing_all.send_then(order, move |()| list.reload());
        }
    };
    let row = move |(at, last): (usize, bool), it: T| {
        let code = it.code().to_owned();
        let (open, here) = (code.clone(), code.clone());
        let (up, down) = (code.clone(), code.clone());
        let names = it.names().clone();
        let is_active = it.is_active();
        view! {
            <li class="admin-row" class:is-cursor=move || beside.is_at(&here) data-testid="code-row">
                <a class="row-link" href=move || beside.href(&open)>
                    {move || names.get(preferences.locale()).to_owned()}
                </a>
                <span class="quiet small admin-row-code">{code}</span>
                {(!is_active).then(|| view! {
                    <span class="badge badge-quiet">{t!(i18n, administration.retired)}</span>
                })}
                <span class="admin-row-acts">
                    <IconButton
                        icon=IconName::ArrowUp
                        label=text(move || t_string!(i18n, administration.codes.up))
                        disabled=Signal::derive(move || at == 0 || placing_all.busy().get())
                        on_click=move || change_places(up.clone(), -1)
                    />
                    <IconButton
                        icon=IconName::ArrowDown
                        label=text(move || t_string!(i18n, administration.codes.down))
                        disabled=Signal::derive(move || last || placing_all.busy().get())
                        on_click=move || change_places(down.clone(), 1)
                    />
                </span>
            </li>
        }
    };
    move || {
        let rows = rows.get().unwrap_or_default();
        if rows.is_empty() {
            return view! {
                <EmptyState
                    icon=T::SECTION.icon()
                    title=text(move || t_string!(i18n, administration.none_found))
                    text=text(move || t_string!(i18n, administration.none_found_text))
                />
            }
            .into_any();
        }
        let count = rows.len();
        let rows = rows
            .into_iter()
            .enumerate()
            .map(|(at, it)| row((at, at + 1 == count), it))
            .collect_view();
        view! { <ul class="admin-rows">{rows}</ul> }.into_any()
    }
}

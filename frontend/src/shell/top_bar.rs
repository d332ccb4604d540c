//! Where the reader is, the search box, the new ticket, light or dark, the language, the person.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::locale::Locale as Language;
use rapport_types::permissions::Permission;

use super::Crumb;
use super::palette::{Palette, PaletteBox};
use crate::components::avatar::Avatar;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::{Icon, IconName};
use crate::components::popover::{MenuItem, Popover};
use crate::i18n::*;
use crate::links;
use crate::preferences::{Theme, use_preferences};
use crate::session::use_session;

/// The top bar.
#[component]
pub(super) fn TopBar(
    /// Where the reader is.
    place: RwSignal<Vec<Crumb>>,
    /// What the box in it opens.
    palette: Palette,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    view! {
        <header class="top-bar">
            <nav class="crumbs" aria-label=move || t_string!(i18n, frame.place)>
                <ol>
                    {move || place.get().into_iter().map(|crumb| view! {
                        <li>
                            {match crumb.href {
                                Some(href) => view! { <a href=href>{crumb.label}</a> }.into_any(),
                                None => view! {
                                    <span aria-current="page">{crumb.label}</span>
                                }.into_any(),
                            }}
                        </li>
                    }).collect_view()}
                </ol>
            </nav>
            <PaletteBox palette/>
            <div class="top-actions">
                <Show when=move || session.may(Permission::WorkTickets)>
                    <span class="wide-only">
                        <LinkButton
                            href=links::new_ticket(None)
                            kind=ButtonKind::Primary
                            icon=IconName::Plus
                        >
                            {t!(i18n, frame.new_ticket)}
                        </LinkButton>
                    </span>
                </Show>
                <span class="wide-only"><ThemeMenu/></span>
                <span class="wide-only"><LanguageMenu/></span>
                <PersonMenu/>
            </div>
        </header>
    }
}

/// Light, dark, or as the system says.
#[component]
pub fn ThemeMenu() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Popover
            class="icon-button"
            testid="theme-menu"
            label=Signal::derive(move || t_string!(i18n, frame.theme.label).to_owned())
            trigger=|| view! { <Icon name=IconName::Contrast/> }
        >
            <ThemeItems/>
        </Popover>
    }
}

#[component]
fn ThemeItems() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let text = move |theme| match theme {
        Theme::System => t_string!(i18n, frame.theme.system),
        Theme::Light => t_string!(i18n, frame.theme.light),
        Theme::Dark => t_string!(i18n, frame.theme.dark),
    };
    let picture = |theme| match theme {
        Theme::System => IconName::Contrast,
        Theme::Light => IconName::Sun,
        Theme::Dark => IconName::Moon,
    };
    Theme::ALL
        .into_iter()
        .map(|theme| {
            view! {
                <MenuItem
                    icon=picture(theme)
                    checked=Signal::derive(move || preferences.theme() == theme)
                    testid=Some(format!("theme-{}", theme.name()))
                    on_select=move || preferences.set_theme(theme)
                >
                    {move || text(theme)}
                </MenuItem>
            }
        })
        .collect_view()
}

/// English or Chinese.
#[component]
pub fn LanguageMenu() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Popover
            class="icon-button"
            testid="language-menu"
            label=Signal::derive(move || t_string!(i18n, frame.language.label).to_owned())
            trigger=|| view! { <Icon name=IconName::Language/> }
        >
            <LanguageItems/>
        </Popover>
    }
}

/// Each language names itself, so that a reader of the other one finds it.
const fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::ZhCn => "简体中文",
    }
}

#[component]
fn LanguageItems() -> impl IntoView {
    let preferences = use_preferences();
    Language::ALL
        .into_iter()
        .map(|language| {
            view! {
                <MenuItem
                    checked=Signal::derive(move || preferences.locale() == language)
                    testid=Some(format!("language-{}", language.tag()))
                    on_select=move || preferences.set_locale(language)
                >
                    <span lang=language.tag()>{own_name(language)}</span>
                </MenuItem>
            }
        })
        .collect_view()
}

/// The person and the way out; on a telephone also the administration, theme and language.
#[component]
fn PersonMenu() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let name = Memo::new(move |_| {
        session
            .me()
            .map(|me| me.name.as_str().to_owned())
            .unwrap_or_default()
    });
    let navigate = StoredValue::new_local(use_navigate());
    let username = move || session.me().map(|me| me.username.as_str().to_owned());
    view! {
        <Popover
            class="icon-button person-button"
            testid="person-menu"
            label=Signal::derive(move || t_string!(i18n, frame.person, name = name.get()))
            trigger=move || move || view! { <Avatar name=name.get()/> }
        >
            <div class="menu-head">
                <strong>{name}</strong>
                <span class="quiet small">{username}</span>
            </div>
            <div class="narrow-only-block">
                <Show when=move || session.may_administer()>
                    <MenuItem
                        icon=IconName::Gear
                        testid=Some("to-administration".to_owned())
                        on_select=move || navigate.with_value(|go| go(&links::administration(), Default::default()))
                    >
                        {t!(i18n, frame.nav.administration)}
                    </MenuItem>
                    <hr/>
                </Show>
                <ThemeItems/>
                <hr/>
                <LanguageItems/>
                <hr/>
            </div>
            <MenuItem
                icon=IconName::Person
                testid=Some("to-account".to_owned())
                on_select=move || navigate.with_value(|go| go(&links::account(), Default::default()))
            >
                {t!(i18n, frame.account)}
            </MenuItem>
            <MenuItem
                icon=IconName::SignOut
                testid=Some("sign-out".to_owned())
                on_select=move || session.sign_out()
            >
                {t!(i18n, frame.sign_out)}
            </MenuItem>
        </Popover>
    }
}

//! Signing in: one card; errors in place; nothing jumps.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use rapport_types::sessions::SignIn as Credentials;

use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::states::ErrorState;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;
use crate::session::{SessionState, use_session};
use crate::shell::{LanguageMenu, Mark, ThemeMenu};

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    session.end_skeleton();
    let search = use_location().search;
    let navigate = use_navigate();
    // Whoever is signed in goes on to where they wanted to be: after the form, but also when the
    // browser's cookie still holds.
    effect(move || {
        if session.is_signed_in() {
            let pairs = links::pairs_of(&search.read_untracked());
            let next = pairs
                .into_iter()
                .find(|(name, _)| name == "next")
                .map(|(_, next)| next)
                .filter(|next| is_own_path(next));
            navigate(
                &next.unwrap_or_else(links::home),
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
        }
    });
    effect(move || {
        document().set_title(&format!(
            "{} · Rapport",
            t_string!(i18n, frame.sign_in.title)
        ));
    });
    view! {
        <div class="sign-in">
            <div class="sign-in-tools"><ThemeMenu/><LanguageMenu/></div>
            <main class="sign-in-card">
                <div class="sign-in-brand"><Mark/><span>"Rapport"</span></div>
                <h1>{t!(i18n, frame.sign_in.title)}</h1>
                <Show
                    when=move || matches!(session.state(), SessionState::SignedOut)
                    fallback=move || match session.state() {
                        SessionState::Unknown(error) => view! {
                            <ErrorState error on_retry=move || session.start_again()/>
                        }
                        .into_any(),
                        _ => view! {
                            <div class="sign-in-wait"><span class="spinner"></span></div>
                        }
                        .into_any(),
                    }
                >
                    <Form/>
                </Show>
            </main>
        </div>
    }
}

/// Whether a path stays on this site: `//other.example` and `\` do not.
fn is_own_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')
}

#[component]
fn Form() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    let (username, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let caps_lock = RwSignal::new(false);
    let send = use_submission(move |credentials| session.sign_in(credentials));
    let fault = move || {
        send.error().map(|error| {
            let title = error.title(preferences.locale());
            match error
                .request_id()
                .filter(|_| error.code().is_none_or(|code| code.status() >= 500))
            {
                Some(id) => format!("{title} ({id})"),
                None => title,
            }
        })
    };
    let complete = move || !username.read().trim().is_empty() && !password.read().is_empty();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if complete() {
            let credentials = Credentials {
                username: username.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            };
            send.send_then(credentials, |()| {});
        }
    };
    view! {
        <form on:submit=submit>
            <TextField
                label=Signal::derive(move || t_string!(i18n, frame.sign_in.username).to_owned())
                value=username
                name="username"
                autocomplete="username"
                autofocus=true
                testid="sign-in-username"
            />
            <TextField
                label=Signal::derive(move || t_string!(i18n, frame.sign_in.password).to_owned())
                value=password
                kind="password"
                name="password"
                autocomplete="current-password"
                testid="sign-in-password"
                hint=Signal::derive(move || {
                    caps_lock.get().then(|| t_string!(i18n, frame.sign_in.caps_lock).to_owned())
                })
                on_key=move |event: web_sys::KeyboardEvent| {
                    caps_lock.set(event.get_modifier_state("CapsLock"));
                }
            />
            <p class="sign-in-error" role="alert" data-testid="sign-in-error">
                {move || fault().map(|text| view! { <Icon name=IconName::Warning/> <span>{text}</span> })}
            </p>
            <Button kind=ButtonKind::Primary submit=true busy=send.busy() testid="sign-in-submit">
                {t!(i18n, frame.sign_in.submit)}
            </Button>
        </form>
    }
}

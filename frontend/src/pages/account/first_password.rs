//! The choice of a password before anything else, for who has signed in with one that somebody else
//! has made.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::password_form::PasswordForm;
use crate::components::button::{Button, ButtonKind};
use crate::components::effect::effect;
use crate::i18n::*;
use crate::links;
use crate::session::{SessionState, use_session};
use crate::shell::{LanguageMenu, Mark, ThemeMenu};

/// The page.
#[component]
pub fn FirstPassword() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    session.end_skeleton();
    let navigate = use_navigate();
    // Whoever needs no other password goes on.
    effect(move || {
        let next = match session.state() {
            SessionState::SignedOut => links::sign_in(None),
            SessionState::SignedIn(me) if !me.must_change_password => links::home(),
            _ => return,
        };
        navigate(
            &next,
            NavigateOptions {
                replace: true,
                ..Default::default()
            },
        );
    });
    effect(move || {
        document().set_title(&format!(
            "{} · Rapport",
            t_string!(i18n, administration.account.first_title)
        ));
    });
    let done = move || {
        leptos::task::spawn_local(async move {
            if session.load().await.is_err() {
                session.start_again();
            }
        });
    };
    view! {
        <div class="sign-in">
            <div class="sign-in-tools"><ThemeMenu/><LanguageMenu/></div>
            <main class="sign-in-card">
                <div class="sign-in-brand"><Mark/><span>"Rapport"</span></div>
                <h1>{t!(i18n, administration.account.first_title)}</h1>
                <p class="quiet">{t!(i18n, administration.account.first_text)}</p>
                <PasswordForm
                    current_label=Signal::derive(move || {
                        t_string!(i18n, administration.account.one_time).to_owned()
                    })
                    on_done=done
                />
                <Button kind=ButtonKind::Ghost on_click=move || session.sign_out()>
                    {t!(i18n, frame.sign_out)}
                </Button>
            </main>
        </div>
    }
}

//! A one-time password, shown once to the one who made it, with what the person needs beside it.

use leptos::prelude::*;
use rapport_types::users::one_time_password;

use super::list::Page;
use crate::api::ApiError;
use crate::components::button::{Button, ButtonKind};
use crate::components::copy_text::{CopyText, copied};
use crate::components::icon::IconName;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;

/// What somebody is told who is to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invitation {
    /// Whom it is for.
    pub(super) user: String,
    /// The person's name.
    pub(super) name: String,
    /// The name to sign in with.
    pub(super) username: String,
    /// Good for choosing another one only.
    pub(super) password: String,
}

/// A password that nobody can guess.
///
/// # Errors
/// When the browser has no source of chance.
pub(super) fn new_password() -> Result<String, ApiError> {
    let mut random = [0_u8; 16];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut random))
        .map_err(|error| ApiError::Unreadable {
            detail: format!("{error:?}"),
        })?;
    Ok(one_time_password(random))
}

/// What to tell the person, until it is put away.
#[component]
pub(super) fn InvitationCard(
    /// Whose page it is.
    user: String,
    /// Where the invitation is kept.
    page: Page,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let card = move |invitation: Invitation| {
        let origin = window().location().origin().unwrap_or_default();
        let address = format!("{origin}{}", links::sign_in(None));
        let Invitation {
            name,
            username,
            password,
            ..
        } = invitation;
        let all = {
            let (address, username, password) =
                (address.clone(), username.clone(), password.clone());
            move || {
                t_string!(
                    i18n,
                    administration.users.invitation_all,
                    address = address.as_str(),
                    username = username.as_str(),
                    password = password.as_str()
                )
            }
        };
        let copy = move || {
            if copied(&untrack(&all)) {
                toasts.done(t_string!(i18n, frame.copied));
            } else {
                toasts.failed(t_string!(i18n, frame.copy_refused));
            }
        };
        view! {
            <section class="admin-invitation" data-testid="invitation">
                <p>{t!(i18n, administration.users.invitation, name = move || name.clone())}</p>
                <dl class="admin-facts">
                    <dt>{t!(i18n, administration.users.sign_in_address)}</dt>
                    <dd><CopyText text=address/></dd>
                    <dt>{t!(i18n, administration.users.username)}</dt>
                    <dd><CopyText text=username/></dd>
                    <dt>{t!(i18n, administration.users.one_time_password)}</dt>
                    <dd data-testid="one-time-password"><CopyText text=password/></dd>
                </dl>
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary icon=IconName::Copy on_click=copy>
                        {t!(i18n, administration.users.copy_all)}
                    </Button>
                    <Button kind=ButtonKind::Ghost on_click=move || page.invitation.set(None)>
                        {t!(i18n, administration.users.put_away)}
                    </Button>
                </div>
            </section>
        }
    };
    move || {
        page.invitation
            .get()
            .filter(|invitation| invitation.user == user)
            .map(card)
    }
}

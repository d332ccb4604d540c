//! A key, shown this once to the one who made it.

use leptos::prelude::*;

use crate::components::button::{Button, ButtonKind};
use crate::components::copy_text::use_copy;
use crate::components::element_id;
use crate::components::focus::reveal_id;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::pages::administration::users::list::Page;

/// A key as the answer that made it has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages::administration::users) struct MadeKey {
    /// The service that calls by it.
    pub(super) user: String,
    /// What it is for.
    pub(super) name: String,
    /// The key itself.
    pub(super) secret: String,
}

/// The key, until it is put away.
#[component]
pub(super) fn MadeKeyCard(
    /// Whose page it is.
    user: String,
    /// Where the key is kept.
    page: Page,
) -> impl IntoView {
    let i18n = use_i18n();
    let copy = use_copy();
    let card = move |made: MadeKey| {
        let MadeKey { name, secret, .. } = made;
        let shown = secret.clone();
        let id = element_id("made-key");
        // What appears above the place of the reader would be scrolled past.
        let appeared = id.clone();
        request_animation_frame(move || reveal_id(&appeared));
        view! {
            <section class="admin-invitation" role="status" id=id data-testid="made-key">
                <p>{t!(i18n, administration.keys.made_now, name = move || name.clone())}</p>
                <p class="admin-note">
                    <Icon name=IconName::Warning/>
                    " "
                    {t!(i18n, administration.keys.made_once)}
                </p>
                <code class="admin-secret" data-testid="made-key-secret">{shown}</code>
                <div class="form-actions">
                    <Button
                        kind=ButtonKind::Primary
                        icon=IconName::Copy
                        on_click=move || copy.run(secret.clone())
                    >
                        {t!(i18n, administration.keys.copy)}
                    </Button>
                    <Button
                        kind=ButtonKind::Ghost
                        on_click=move || page.made_key.set(None)
                        testid="made-key-away"
                    >
                        {t!(i18n, administration.keys.put_away)}
                    </Button>
                </div>
            </section>
        }
    };
    move || {
        page.made_key
            .get()
            .filter(|made| made.user == user)
            .map(card)
    }
}

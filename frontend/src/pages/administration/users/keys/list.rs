//! The keys of a service.

use leptos::prelude::*;
use rapport_types::api_keys::{ApiKeySummary, MOST_KEYS};
use rapport_types::users::User;

use super::form::NewKey;
use super::made::MadeKeyCard;
use super::revoke::Revoke;
use super::row::KeyRow;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::button::Button;
use crate::components::icon::IconName;
use crate::components::states::{EmptyState, Loaded, Skeleton};
use crate::i18n::*;
use crate::pages::administration::users::list::Page;
use crate::pages::administration::words::text;

/// What the parts of the list share.
#[derive(Clone, Copy)]
pub(super) struct KeyList {
    /// The keys.
    pub(super) keys: Query<Vec<ApiKeySummary>>,
    /// Whether the form of another one is open.
    pub(super) is_making: RwSignal<bool>,
    /// The one that is to be revoked.
    pub(super) chosen: RwSignal<Option<ApiKeySummary>>,
    /// Whether it is asked if it is to be.
    pub(super) is_revoking: RwSignal<bool>,
}

/// The keys, and making and revoking them.
#[component]
pub(in crate::pages::administration::users) fn Keys(
    /// Whose they are.
    service: Signal<User>,
    /// What the page knows.
    page: Page,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = service.read_untracked().id;
    let list = KeyList {
        keys: use_query(
            move || id,
            |id| async move { api::administration::api_keys(id).await },
        ),
        is_making: RwSignal::new(false),
        chosen: RwSignal::new(None),
        is_revoking: RwSignal::new(false),
    };
    // Programs go on calling: the last use moves.
    list.keys.keep_fresh();
    let count = Memo::new(move |_| list.keys.with(|keys| keys.map_or(0, Vec::len)));
    let is_full = Signal::derive(move || count.get() >= MOST_KEYS);
    view! {
        <MadeKeyCard user=id.to_string() page/>
        <section class="panel-body admin-keys" data-testid="keys">
            <header>
                <h3>{t!(i18n, administration.keys.title)}</h3>
                <Button
                    icon=IconName::Plus
                    disabled=is_full
                    on_click=move || list.is_making.set(true)
                    testid="key-new"
                >
                    {t!(i18n, administration.keys.new)}
                </Button>
            </header>
            <Show when=move || is_full.get()>
                <p class="admin-note">
                    {move || t_string!(i18n, administration.keys.most, most = MOST_KEYS)}
                </p>
            </Show>
            <Loaded query=list.keys skeleton=|| view! { <Skeleton lines=3/> } let:value>
                <Rows value list/>
            </Loaded>
        </section>
        <NewKey list service page/>
        <Revoke list/>
    }
}

/// One after the other, or what to do when there is none.
#[component]
fn Rows(value: Signal<Vec<ApiKeySummary>>, list: KeyList) -> impl IntoView {
    let i18n = use_i18n();
    // The same keys loaded again change nothing on the screen.
    let keys = Memo::new(move |_| value.get());
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::Key
                title=text(move || t_string!(i18n, administration.keys.none))
                text=text(move || t_string!(i18n, administration.keys.none_text))
            />
        }
    };
    move || {
        let keys = keys.get();
        if keys.is_empty() {
            return empty().into_any();
        }
        let rows = keys.into_iter().map(|key| view! { <KeyRow key list/> });
        view! { <ul class="admin-key-rows">{rows.collect_view()}</ul> }.into_any()
    }
}

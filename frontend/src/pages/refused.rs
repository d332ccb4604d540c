//! A page that the reader's role does not open.

use leptos::prelude::*;
use rapport_types::permissions::Permission;
use rapport_types::problem::ErrorCode;

use crate::components::button::LinkButton;
use crate::components::icon::IconName;
use crate::components::states::EmptyState;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// That it is not open, which right it takes, and the way back.
#[component]
pub(super) fn Refused(
    /// What the reader lacks.
    right: Permission,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    view! {
        <div role="alert" data-testid="refused">
            <EmptyState
                icon=IconName::Lock
                title=Signal::derive(move || {
                    ErrorCode::NotAllowed.title(preferences.locale()).to_owned()
                })
                text=Signal::derive(move || {
                    t_string!(i18n, frame.refused, right = right.title(preferences.locale()))
                })
            >
                <LinkButton href=links::home()>{t!(i18n, frame.not_found.home)}</LinkButton>
            </EmptyState>
        </div>
    }
}

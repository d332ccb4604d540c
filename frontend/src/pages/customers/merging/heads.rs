//! The heads of both columns: which record it is, and what becomes of it.

use leptos::prelude::*;
use rapport_types::customers::Customer;

use super::number;
use crate::components::avatar::Avatar;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::use_now;
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// The head of a column.
#[component]
pub(super) fn Head(
    /// The record.
    #[prop(into)]
    customer: Signal<Customer>,
    /// Whether it stays.
    stays: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let (now, preferences) = (use_now(), use_preferences());
    let name = Memo::new(move |_| customer.with(|it| it.name.as_str().to_owned()));
    let facts = move || {
        let locale = preferences.locale();
        let when = format::relative(customer.with(|it| it.updated_at), now.get(), locale);
        t_string!(i18n, merging.updated, when = when)
    };
    view! {
        <div class="merge-head" data-testid=if stays { "merge-survivor" } else { "merge-other" }>
            {move || view! { <Avatar name=name.get()/> }}
            <div class="merge-who">
                <a href=move || links::customer(customer.with(|it| it.id))>{name}</a>
                <span class="quiet small">
                    {move || customer.with(number)} " · " {facts}
                </span>
            </div>
            {if stays {
                view! {
                    <span class="badge badge-good">
                        <Icon name=IconName::CircleCheck/>{t!(i18n, merging.stays)}
                    </span>
                }
                .into_any()
            } else {
                view! {
                    <span class="badge badge-quiet">
                        <Icon name=IconName::CircleMinus/>{t!(i18n, merging.given_up)}
                    </span>
                }
                .into_any()
            }}
        </div>
    }
}

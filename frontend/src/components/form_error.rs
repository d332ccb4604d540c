//! Why a form was not accepted, above its buttons. Faults of single fields stand at the fields.
//!
//! `<FormError error=save.error_signal()/>`, and `focus_refused(save.error_signal())` where fields may
//! be refused.

use leptos::prelude::*;

use super::copy_text::CopyText;
use super::focus::focus_fault;
use super::icon::{Icon, IconName};
use crate::api::ApiError;
use crate::components::effect::effect;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Leads to the first field that a refusal names.
pub fn focus_refused(error: Signal<Option<ApiError>>) {
    effect(move || {
        if error.read().as_ref().is_some_and(ApiError::names_fields) {
            focus_fault();
        }
    });
}

/// The refusal in words, with the request id to copy.
#[component]
pub fn FormError(
    /// The last failure.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    view! {
        <div role="alert">
            {move || error.get().map(|error| {
                let title = error.title(preferences.locale());
                let detail = error.detail().map(str::to_owned);
                let request_id = error.request_id().map(str::to_owned);
                view! {
                    <div class="form-error">
                        <Icon name=IconName::Warning/>
                        <div>
                            <p>{title}</p>
                            {detail.map(|text| view! { <p class="quiet">{text}</p> })}
                            {request_id.map(|id| view! {
                                <p class="quiet small">
                                    {t!(i18n, frame.error.request_id)} " " <CopyText text=id/>
                                </p>
                            })}
                        </div>
                    </div>
                }
            })}
        </div>
    }
}

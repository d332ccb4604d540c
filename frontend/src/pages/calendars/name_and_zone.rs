//! What a calendar is called, and the zone of its hours.

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;

use super::draft::Draft;
use crate::api::ApiError;
use crate::components::combobox::Combobox;
use crate::components::field::TextField;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::reports::all_zones;
use crate::preferences::use_preferences;

/// Both, with what the API found wrong.
#[component]
pub(super) fn NameAndZone(
    draft: Draft,
    #[prop(into)] error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let mut zones = all_zones();
    // Not every browser counts it among them.
    if !zones.iter().any(|zone| zone == "UTC") {
        zones.push("UTC".to_owned());
    }
    let zones = StoredValue::new(zones);
    let options = Signal::derive(move || {
        zones.with_value(|zones| {
            zones
                .iter()
                .map(|zone| Choice::new(zone.clone(), zone.clone()))
                .collect()
        })
    });
    let refused = move |pointer: &'static str| {
        Signal::derive(move || error.get()?.field(pointer, preferences.locale()))
    };
    let english = view! {
        <TextField
            label=Signal::derive(move || t_string!(i18n, calendars.name_en).to_owned())
            value=draft.en
            testid="calendar-name-en"
            error=refused("/names")
        />
    }
    .into_any();
    let chinese = view! {
        <TextField
            label=Signal::derive(move || t_string!(i18n, calendars.name_zh).to_owned())
            value=draft.zh_cn
            testid="calendar-name-zh"
        />
    }
    .into_any();
    // The reader's language first.
    let names = match untrack(|| preferences.locale()) {
        Language::En => (english, chinese),
        Language::ZhCn => (chinese, english),
    };
    view! {
        <section class="panel panel-body form-row">
            {names}
            <Combobox
                label=Signal::derive(move || t_string!(i18n, calendars.zone).to_owned())
                value=draft.zone
                options
                shown=Signal::derive(move || draft.zone.get())
                required=true
                error=refused("/time_zone")
                testid="calendar-zone"
            />
        </section>
    }
}

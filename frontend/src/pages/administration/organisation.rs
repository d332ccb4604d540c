//! The organisation itself: names, zone, language, calendar, telephone country.

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;
use rapport_types::settings::Settings;
use serde_json::json;

use super::names_fields::{NamesDraft, NamesFields};
use super::record_form::{RecordForm, Seen};
use super::section::Section;
use super::section_name::SectionName;
use super::words::{members, text};
use super::zones::zone_choices;
use crate::api;
use crate::api::administration::{Write, use_saving};
use crate::api::query::{Query, use_query};
use crate::components::combobox::Combobox;
use crate::components::field::TextField;
use crate::components::select::{Choice, Select};
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The settings of the organisation.
#[component]
pub fn Organisation() -> impl IntoView {
    let settings = use_query(|| (), |()| async { api::administration::settings().await });
    view! {
        <Section at=SectionName::Organisation>
            <div class="panel admin-page-form">
                <Loaded
                    query=settings
                    skeleton=|| view! { <div class="panel-body"><Skeleton lines=8/></div> }
                    let:value
                >
                    <Form settings value/>
                </Loaded>
            </div>
        </Section>
    }
}

#[component]
fn Form(settings: Query<Settings>, value: Signal<Settings>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let first = value.get_untracked();
    let seen = Seen::new(&first);
    let names = NamesDraft::new(Some(&first.names));
    let zone = RwSignal::new(Some(first.time_zone.to_string()));
    let language = RwSignal::new(first.locale.tag().to_owned());
    let calendar = RwSignal::new(Some(first.calendar_id.to_string()));
    let phone_code = RwSignal::new(first.phone_country_code.to_string());
    let calendars = use_query(|| (), |()| async { api::administration::calendars().await });
    let saving = use_saving();
    let submit = move || {
        let given = members([
            ("names", names.value()),
            ("time_zone", json!(zone.get_untracked())),
            ("locale", language.get_untracked().into()),
            ("calendar_id", json!(calendar.get_untracked())),
            (
                "phone_country_code",
                phone_code.get_untracked().trim().into(),
            ),
        ]);
        let version = value.read_untracked().version;
        let change = Write::patch("/settings", seen.changed(given), version);
        saving.send_then(change, move |saved| {
            seen.is_now(&saved);
            toasts.done(t_string!(i18n, administration.saved));
            settings.reload();
        });
    };
    let fault = move |pointer: &'static str| {
        Signal::derive(move || saving.error()?.field(pointer, preferences.locale()))
    };
    let zones = Signal::stored(zone_choices(zone.get_untracked().as_deref()));
    let calendar_choices = Signal::derive(move || {
        let (locale, own) = (preferences.locale(), calendar.get());
        calendars.with(|all| {
            all.into_iter()
                .flatten()
                .filter(|it| it.active || own == Some(it.id.to_string()))
                .map(|it| Choice::new(it.id.to_string(), it.names.get(locale)))
                .collect()
        })
    });
    let languages = Signal::stored(vec![
        Choice::new(Language::ZhCn.tag(), "简体中文"),
        Choice::new(Language::En.tag(), "English"),
    ]);
    view! {
        <RecordForm saving on_submit=submit on_stale=move || settings.reload()>
            <NamesFields names error=saving.error_signal()/>
            <Combobox
                label=text(move || t_string!(i18n, administration.time_zone))
                value=zone
                options=zones
                error=fault("/time_zone")
                required=true
                testid="settings-zone"
            />
            <p class="admin-hint quiet small">{t!(i18n, administration.organisation.zone_hint)}</p>
            <Combobox
                label=text(move || t_string!(i18n, administration.calendar))
                value=calendar
                options=calendar_choices
                error=fault("/calendar_id")
                required=true
                testid="settings-calendar"
            />
            <p class="admin-hint quiet small">{t!(i18n, administration.organisation.calendar_hint)}</p>
            <Select
                label=text(move || t_string!(i18n, administration.organisation.language))
                value=language
                options=languages
                error=fault("/locale")
                testid="settings-language"
            />
            <p class="admin-hint quiet small">{t!(i18n, administration.organisation.language_hint)}</p>
            <TextField
                label=text(move || t_string!(i18n, administration.organisation.phone_code))
                value=phone_code
                error=fault("/phone_country_code")
                hint=Signal::derive(move || {
                    Some(t_string!(i18n, administration.organisation.phone_hint).to_owned())
                })
                required=true
            />
        </RecordForm>
    }
}

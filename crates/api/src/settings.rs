//! The settings of the organisation.

use actix_web::{HttpRequest, HttpResponse, get, patch, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::settings;
use rapport_persistence::writes::Writer;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::settings::{Settings, SettingsPatch};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{Faults, changed};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, SignedIn, ValidJson, versioned,
};
use crate::records::check_version;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_settings).service(update_settings);
}

impl Body for SettingsPatch {
    const LIMIT: usize = 16_384;

    fn check(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(zone) = &self.time_zone
            && zone.as_str().parse::<chrono_tz::Tz>().is_err()
        {
            faults.push(Fault::at("/time_zone", FieldCode::InvalidTimeZone));
        }
        // ITU-T E.164: one to three digits, the first not zero.
        let is_calling_code = |code: &str| {
            (1..=3).contains(&code.len())
                && code.bytes().all(|b| b.is_ascii_digit())
                && !code.starts_with('0')
        };
        if self
            .phone_country_code
            .as_ref()
            .is_some_and(|code| !is_calling_code(code.as_str()))
        {
            faults.push(Fault::at("/phone_country_code", FieldCode::InvalidValue));
        }
        faults
    }
}

/// Read the settings
///
/// Names, time zone, language, calendar and telephone country of the organisation.
#[utoipa::path(
    tag = "settings",
    params(IfNoneMatchHeader),
    responses(
        (status = 200, description = "The settings.", body = Settings),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/settings")]
async fn get_settings(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let settings = &state.latest_configuration().await?.settings;
    Ok(versioned(settings, settings.version, &request))
}

/// Change the settings
///
/// Members that are left out stay as they are.
#[utoipa::path(
    tag = "settings",
    params(IfMatchHeader),
    request_body(content = SettingsPatch, example = json!({"time_zone": "Asia/Shanghai"})),
    responses((status = 200, description = "The settings as they are now.", body = Settings))
)]
#[patch("/settings")]
async fn update_settings(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    seen: IfMatch,
    patch: ValidJson<SettingsPatch>,
) -> Result<HttpResponse, ApiError> {
    let settings = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                check_version(seen, current.settings.version)?;
                let after = patched(patch.0.clone(), current)?;
                Ok(settings::update(writer, &current.settings, after).await?)
            },
        )
        .await?;
    Ok(changed(&settings, settings.version))
}

fn patched(patch: SettingsPatch, current: &Configuration) -> Result<Settings, ApiError> {
    let mut faults = Faults::default();
    if let Some(calendar) = patch.calendar_id {
        faults.refers(
            "/calendar_id",
            current
                .calendars
                .get(&calendar)
                .map(|calendar| calendar.active),
        );
    }
    faults.finish()?;
    let before = current.settings.clone();
    Ok(Settings {
        version: before.version,
        names: patch.names.unwrap_or(before.names),
        time_zone: patch.time_zone.unwrap_or(before.time_zone),
        locale: patch.locale.unwrap_or(before.locale),
        calendar_id: patch.calendar_id.unwrap_or(before.calendar_id),
        phone_country_code: patch
            .phone_country_code
            .unwrap_or(before.phone_country_code),
    })
}

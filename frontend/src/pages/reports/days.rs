//! Days in a time zone that is not the reader's: the browser knows all zones, so none are
//! shipped with the page.

use chrono::{DateTime, NaiveDate, Utc};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The day of an instant in a zone; none for a zone that the browser does not know.
pub(super) fn day_in(at: DateTime<Utc>, zone: &str) -> Option<NaiveDate> {
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
    ] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // Swedish writes days as ISO 8601 does. Constructed by reflection, since it throws when it
    // does not know the zone.
    let constructor = intl("DateTimeFormat")?;
    let format = Reflect::construct(&constructor, &Array::of2(&"sv-SE".into(), &options)).ok()?;
    let date = Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    let format: Intl::DateTimeFormat = format.unchecked_into();
    let text = format
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()?
        .as_string()?;
    text.parse().ok()
}

/// The zones that the browser knows.
pub(super) fn all_zones() -> Vec<String> {
    let list = intl("supportedValuesOf")
        .and_then(|function| function.call1(&JsValue::UNDEFINED, &"timeZone".into()).ok());
    list.map(|list| {
        Array::from(&list)
            .iter()
            .filter_map(|zone| zone.as_string())
            .collect()
    })
    .unwrap_or_default()
}

fn intl(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}

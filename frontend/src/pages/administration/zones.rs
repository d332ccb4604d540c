//! The time zones that the browser knows.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::components::select::Choice;

/// Every IANA zone, and `also` the one that a record has.
pub(super) fn zone_choices(also: Option<&str>) -> Vec<Choice> {
    let mut zones = known().unwrap_or_default();
    for zone in ["UTC"].into_iter().chain(also) {
        if !zone.is_empty() && !zones.iter().any(|known| known == zone) {
            zones.push(zone.to_owned());
        }
    }
    zones
        .into_iter()
        .map(|zone| Choice::new(zone.clone(), zone))
        .collect()
}

/// `Intl.supportedValuesOf("timeZone")`.
fn known() -> Option<Vec<String>> {
    let intl = Reflect::get(&window(), &"Intl".into()).ok()?;
    let values: Function = Reflect::get(&intl, &"supportedValuesOf".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let zones: Array = values
        .call1(&JsValue::UNDEFINED, &"timeZone".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Some(zones.iter().filter_map(|zone| zone.as_string()).collect())
}

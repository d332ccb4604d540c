//! The browser knows all zones, so none are shipped with the page.

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::format::intl;

/// The zones that the browser knows.
pub(in crate::pages) fn all_zones() -> Vec<String> {
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

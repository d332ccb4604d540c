//! A time zone as the browser knows it, so that the table of all zones is not shipped with the page.

use chrono::NaiveDateTime;
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::format::intl;

/// A zone that the browser knows.
pub(super) struct Zone(Function);

impl Zone {
    /// The zone of this name; none when the browser does not know it.
    pub(super) fn of(name: &str) -> Option<Self> {
        let options = Object::new();
        for (key, value) in [
            ("timeZone", name),
            ("year", "numeric"),
            ("month", "2-digit"),
            ("day", "2-digit"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
            ("hourCycle", "h23"),
        ] {
            Reflect::set(&options, &key.into(), &value.into()).ok()?;
        }
        // Swedish writes days and times as ISO 8601 does. It throws when it does not know the zone.
        let arguments = Array::of2(&"sv-SE".into(), &options);
        let format = Reflect::construct(&intl("DateTimeFormat")?, &arguments).ok()?;
        let function = Reflect::get(&format, &"format".into()).ok()?;
        Some(Self(function.dyn_into().ok()?))
    }

    /// How many seconds its clocks are ahead of UTC at a second since 1970.
    pub(super) fn offset(&self, second: i64) -> i64 {
        let at = Date::new(&JsValue::from_f64(second as f64 * 1_000.0));
        let shown = self.0.call1(&JsValue::UNDEFINED, &at).ok();
        let local = shown
            .and_then(|text| text.as_string())
            .and_then(|text| NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").ok());
        local.map_or(0, |local| local.and_utc().timestamp() - second)
    }
}

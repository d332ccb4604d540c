//! Dates, durations and numbers in the reader's language. Everything takes the language, so a
//! closure in a view that reads `preferences.locale()` follows it.
//!
//! In views prefer the components [`Instant`](crate::components::instant::Instant) and
//! [`ClockChip`](crate::components::clock_chip::ClockChip), which also keep up with the time.

use crate::i18n::td_string;
use chrono::{DateTime, NaiveDate, Utc};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use rapport_types::kpis::Unit;
use rapport_types::locale::Locale;
use wasm_bindgen::{JsCast, JsValue};

use crate::preferences::text_locale;

/// What stands where there is no value.
pub const NOTHING: &str = "–";

/// The present instant, from the browser's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(Date::now() as i64).unwrap_or_default()
}

/// "3 h ago" up to a day, then the day in the reader's zone: "12 May", with the year when it is
/// another one than `now`'s.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>, locale: Locale) -> String {
    let text = text_locale(locale);
    let seconds = (now - at).num_seconds();
    let (minutes, hours) = (seconds.abs() / 60, seconds.abs() / 3600);
    match (seconds, minutes, hours) {
        (_, 0, _) => td_string!(text, frame.time.now).to_owned(),
        (0.., ..60, _) => td_string!(text, frame.time.minutes_ago, n = minutes),
        (0.., _, ..24) => td_string!(text, frame.time.hours_ago, n = hours),
        (..0, ..60, _) => td_string!(text, frame.time.in_minutes, n = minutes),
        (..0, _, ..24) => td_string!(text, frame.time.in_hours, n = hours),
        _ => day(at, now, locale),
    }
}

/// The day of an instant in the reader's zone.
fn day(at: DateTime<Utc>, now: DateTime<Utc>, locale: Locale) -> String {
    let (date, today) = (js_date(at), js_date(now));
    let mut options = vec![("month", "short"), ("day", "numeric")];
    if date.get_full_year() != today.get_full_year() {
        options.push(("year", "numeric"));
    }
    date_text(&date, &options, locale)
}

/// An instant to the second in the reader's zone, for hovers: "12 May 2026, 14:03:07 GMT+8".
pub fn exact(at: DateTime<Utc>, locale: Locale) -> String {
    let options = [
        ("year", "numeric"),
        ("month", "short"),
        ("day", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
        ("hourCycle", "h23"),
        ("timeZoneName", "short"),
    ];
    date_text(&js_date(at), &options, locale)
}

/// An instant to the minute in the reader's zone: "12 May 2026, 14:03".
pub fn date_time(at: DateTime<Utc>, locale: Locale) -> String {
    let options = [
        ("year", "numeric"),
        ("month", "short"),
        ("day", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ];
    date_text(&js_date(at), &options, locale)
}

/// A calendar day: "12 May 2026", "2026年5月12日".
pub fn date(on: NaiveDate, locale: Locale) -> String {
    date_in(
        on,
        &[("year", "numeric"), ("month", "short"), ("day", "numeric")],
        locale,
    )
}

/// A calendar day without its year, for axes: "12 May", "5月12日".
pub fn short_date(on: NaiveDate, locale: Locale) -> String {
    date_in(on, &[("month", "short"), ("day", "numeric")], locale)
}

/// The day of an instant in a zone named by IANA; in the reader's zone when there is no such zone.
pub fn day_in_zone(at: DateTime<Utc>, zone: Option<&str>, locale: Locale) -> String {
    let mut options = vec![("year", "numeric"), ("month", "short"), ("day", "numeric")];
    if let Some(zone) = zone.filter(|zone| is_time_zone(zone)) {
        options.push(("timeZone", zone));
    }
    date_text(&js_date(at), &options, locale)
}

/// An instant to the minute in a zone named by IANA; a midnight there is the day alone, as a file
/// that knows only days has it.
pub fn instant_in(at: DateTime<Utc>, zone: &str, locale: Locale) -> String {
    let mut options = vec![
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ];
    if is_time_zone(zone) {
        options.push(("timeZone", zone));
    }
    let day = day_in_zone(at, Some(zone), locale);
    let time = date_text(&js_date(at), &options, locale);
    if time == "00:00" {
        day
    } else {
        format!("{day} {time}")
    }
}

/// The day of an instant in a zone; none for a zone that the browser does not know.
pub fn day_in(at: DateTime<Utc>, zone: &str) -> Option<NaiveDate> {
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
    ] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // Swedish writes days as ISO 8601 does.
    let format: Intl::DateTimeFormat = date_format("sv-SE", &options)?.unchecked_into();
    let text = format
        .format()
        .call1(&JsValue::UNDEFINED, &js_date(at))
        .ok()?
        .as_string()?;
    text.parse().ok()
}

/// Constructed by reflection, since it throws when it does not know the zone.
fn date_format(tag: &str, options: &Object) -> Option<JsValue> {
    let constructor = intl("DateTimeFormat")?;
    Reflect::construct(&constructor, &Array::of2(&tag.into(), options)).ok()
}

/// Whether the browser knows a zone.
fn is_time_zone(zone: &str) -> bool {
    let options = Object::new();
    let _ = Reflect::set(&options, &"timeZone".into(), &zone.into());
    date_format("en", &options).is_some()
}

/// A function of the browser's `Intl`.
pub fn intl(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}

/// The order of names as the reader's language has it; Chinese ones by their pinyin.
pub struct Collator(Function);

impl Collator {
    /// The order of a language.
    pub fn new(locale: Locale) -> Self {
        let collator = Intl::Collator::new(&Array::of1(&intl_tag(locale).into()), &Object::new());
        Self(collator.compare())
    }

    /// The order of two names.
    pub fn compare(&self, a: &str, b: &str) -> std::cmp::Ordering {
        let order = self.0.call2(&JsValue::UNDEFINED, &a.into(), &b.into());
        let order = order.ok().and_then(|order| order.as_f64());
        let order = order.and_then(|order| order.partial_cmp(&0.0));
        order.unwrap_or(std::cmp::Ordering::Equal)
    }
}

/// A month: "May 2026", "2026年5月".
pub fn month(on: NaiveDate, locale: Locale) -> String {
    date_in(on, &[("year", "numeric"), ("month", "short")], locale)
}

/// A calendar day has no zone: it is formatted as midnight UTC in UTC.
fn date_in(on: NaiveDate, options: &[(&str, &str)], locale: Locale) -> String {
    let midnight = on.and_time(chrono::NaiveTime::MIN).and_utc();
    let mut options = options.to_vec();
    options.push(("timeZone", "UTC"));
    date_text(&js_date(midnight), &options, locale)
}

/// A length of time in its two largest units: "1h 12m", "1 小时 12 分"; "–" for none.
pub fn duration(seconds: impl Into<Option<i64>>, locale: Locale) -> String {
    let Some(seconds) = seconds.into() else {
        return NOTHING.to_owned();
    };
    let text = text_locale(locale);
    let total = seconds.abs();
    let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60);
    let unit = |n: i64, name: TimeUnit| match name {
        TimeUnit::Day => td_string!(text, frame.time.days, n = n),
        TimeUnit::Hour => td_string!(text, frame.time.hours, n = n),
        TimeUnit::Minute => td_string!(text, frame.time.minutes, n = n),
        TimeUnit::Second => td_string!(text, frame.time.seconds, n = n),
    };
    let (large, small) = match (days, hours, minutes) {
        (1.., _, _) => (
            unit(days, TimeUnit::Day),
            (hours > 0).then(|| unit(hours, TimeUnit::Hour)),
        ),
        (0, 1.., _) => (
            unit(hours, TimeUnit::Hour),
            (minutes > 0).then(|| td_string!(text, frame.time.minutes_after, n = minutes)),
        ),
        (0, 0, 1..) => (unit(minutes, TimeUnit::Minute), None),
        _ => (unit(total, TimeUnit::Second), None),
    };
    match small {
        Some(small) => format!("{large} {small}"),
        None => large,
    }
}

enum TimeUnit {
    Day,
    Hour,
    Minute,
    Second,
}

/// A whole number with the language's separators.
pub fn integer(value: i64, locale: Locale) -> String {
    number(value as f64, 0, locale)
}

/// A number with at most `decimals` digits after the point; "–" when it is not finite.
pub fn number(value: f64, decimals: u32, locale: Locale) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let options = Object::new();
    let digits = JsValue::from_f64(f64::from(decimals));
    let _ = Reflect::set(&options, &"maximumFractionDigits".into(), &digits);
    number_text(value, &options, locale)
}

/// A number for an axis: "12K", "1.2万".
pub fn axis_number(value: f64, locale: Locale) -> String {
    let options = Object::new();
    let _ = Reflect::set(&options, &"notation".into(), &"compact".into());
    let _ = Reflect::set(
        &options,
        &"maximumFractionDigits".into(),
        &JsValue::from_f64(1.0),
    );
    number_text(value, &options, locale)
}

/// A share as percent with one digit: 0.9132 is "91.3%"; "–" for none.
pub fn percent(share: impl Into<Option<f64>>, locale: Locale) -> String {
    let Some(share) = share.into().filter(|share: &f64| share.is_finite()) else {
        return NOTHING.to_owned();
    };
    format!("{}%", number(share * 100.0, 1, locale))
}

/// A figure of a report in its unit; "–" for none.
pub fn figure(value: Option<f64>, unit: Unit, locale: Locale) -> String {
    let Some(value) = value else {
        return NOTHING.to_owned();
    };
    match unit {
        Unit::Count => number(value, 0, locale),
        Unit::Seconds => duration(value.round() as i64, locale),
        Unit::Share => percent(value, locale),
        Unit::Score => number(value, 2, locale),
        Unit::Ratio => number(value, 1, locale),
    }
}

/// The reader's IANA time zone.
pub fn time_zone() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

/// The day of an instant in the reader's zone.
pub fn local_day(at: DateTime<Utc>) -> NaiveDate {
    let date = js_date(at);
    NaiveDate::from_ymd_opt(
        date.get_full_year() as i32,
        date.get_month() + 1,
        date.get_date(),
    )
    .unwrap_or_default()
}

fn js_date(at: DateTime<Utc>) -> Date {
    Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

/// The tag that `Intl` gets: British order of day and month, as the 24-hour clock suggests.
const fn intl_tag(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en-GB",
        Locale::ZhCn => "zh-CN",
    }
}

fn date_text(date: &Date, pairs: &[(&str, &str)], locale: Locale) -> String {
    let options = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    let format = Intl::DateTimeFormat::new(&Array::of1(&intl_tag(locale).into()), &options);
    format
        .format()
        .call1(&JsValue::UNDEFINED, date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn number_text(value: f64, options: &Object, locale: Locale) -> String {
    let format = Intl::NumberFormat::new(&Array::of1(&intl_tag(locale).into()), options);
    format
        .format()
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(value))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

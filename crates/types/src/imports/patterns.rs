//! Date formats as people write them: `YYYY-MM-DD HH:mm` in place of `%Y-%m-%d %H:%M`.

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{NaiveDate, NaiveTime};

/// The formats that files usually have.
pub const USUAL_FORMATS: &[&str] = &[
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%+",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y.%m.%d",
    "%Y.%m.%d %H:%M",
    "%Y%m%d",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d %b %Y",
    "%d %b %Y %H:%M",
    "%b %d, %Y",
    "%b %d, %Y %I:%M %p",
];

/// What stands for what, the longer first. `%+` is a whole format of its own.
const TOKENS: &[(&str, &str)] = &[
    ("YYYY", "%Y"),
    ("YY", "%y"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("HH", "%H"),
    ("hh", "%I"),
    ("mm", "%M"),
    (".sss", "%.f"),
    ("ss", "%S"),
    ("AM/PM", "%p"),
    ("±hh:mm", "%:z"),
];

/// How people know the format that takes any time with its zone.
const ISO: &str = "ISO 8601";

/// A format as people write it; as it stands when it has a part that has no such name.
pub fn shown(format: &str) -> String {
    if format == "%+" {
        return ISO.to_owned();
    }
    let mut shown = format.to_owned();
    for (pattern, code) in TOKENS {
        shown = shown.replace(code, pattern);
    }
    if shown.contains('%') {
        format.to_owned()
    } else {
        shown
    }
}

/// The format that somebody wrote as people do, or in its own letters; none when it has no day.
pub fn written(pattern: &str) -> Option<String> {
    let pattern = pattern.trim();
    if pattern == ISO {
        return Some("%+".to_owned());
    }
    let format = if pattern.contains('%') {
        pattern.to_owned()
    } else {
        translated(pattern)
    };
    let has_day = ["%d", "%e", "%j", "%F", "%D", "%+", "%c", "%s", "%x"]
        .iter()
        .any(|day| format.contains(day));
    let is_known = StrftimeItems::new(&format).parse().is_ok();
    (has_day && is_known).then_some(format)
}

fn translated(pattern: &str) -> String {
    let mut format = String::with_capacity(pattern.len());
    let mut rest = pattern;
    'text: while let Some(next) = rest.chars().next() {
        for (token, code) in TOKENS {
            if let Some(after) = rest.strip_prefix(token) {
                format.push_str(code);
                rest = after;
                continue 'text;
            }
        }
        format.push(next);
        rest = &rest[next.len_utf8()..];
    }
    format
}

/// A date as a cell has it, before any zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenDate {
    /// The day.
    pub on: NaiveDate,
    /// The time of day, where the format has one.
    pub at: Option<NaiveTime>,
}

/// Reads a cell by a format; none when it does not fit.
pub fn read(text: &str, format: &str) -> Option<WrittenDate> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text.trim(), StrftimeItems::new(format)).ok()?;
    Some(WrittenDate {
        on: parsed.to_naive_date().ok()?,
        at: parsed.to_naive_time().ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_format_is_shown_as_people_write_it_and_understood_again() {
        for format in USUAL_FORMATS {
            let pattern = shown(format);
            assert!(!pattern.contains('%'), "{format}: {pattern}");
            assert_eq!(written(&pattern).as_deref(), Some(*format), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_becomes_the_format_it_means() {
        for (pattern, format) in [
            ("YYYY-MM-DD HH:mm:ss", Some("%Y-%m-%d %H:%M:%S")),
            ("DD.MM.YY", Some("%d.%m.%y")),
            (" DD/MM/YYYY hh:mm AM/PM ", Some("%d/%m/%Y %I:%M %p")),
            ("YYYY年MM月DD日", Some("%Y年%m月%d日")),
            ("YYYY-MM-DDTHH:mm:ss±hh:mm", Some("%Y-%m-%dT%H:%M:%S%:z")),
            ("%d-%b-%Y", Some("%d-%b-%Y")),
            ("ISO 8601", Some("%+")),
            ("HH:mm", None),
            ("yesterday", None),
            ("%Q %d", None),
            ("", None),
        ] {
            assert_eq!(written(pattern).as_deref(), format, "{pattern}");
        }
    }

    #[test]
    fn a_cell_is_read_with_or_without_a_time() {
        let day = NaiveDate::from_ymd_opt(2025, 1, 9).unwrap();
        let time = NaiveTime::from_hms_opt(14, 3, 0);
        assert_eq!(
            read("2025-01-09", "%Y-%m-%d"),
            Some(WrittenDate { on: day, at: None })
        );
        assert_eq!(
            read(" 1/9/2025 2:03 pm ", "%m/%d/%Y %I:%M %p"),
            Some(WrittenDate { on: day, at: time })
        );
        assert_eq!(read("09.01.2025", "%Y-%m-%d"), None);
    }
}

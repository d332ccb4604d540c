//! What the columns of a file hold, learnt record by record in bounded memory.

use chrono_tz::Tz;

use super::cells;
use super::dates::Formats;
use super::files::{ColumnKind, FileColumn, MOST_VALUES, SAMPLES};
use super::mapping::InstantSource;

/// Values by which the kind of a column is judged.
const JUDGED: u64 = 1_000;
/// Values after which formats that read none of them are dropped.
const PROBED: u64 = 50;
/// Share of the values, in percent, that make a column what it is: a few may be mistyped.
const MOST_OF: u64 = 90;
/// Longest value of the list of all values, in characters.
const LONGEST_VALUE: usize = 80;
/// Longest sample, in characters.
const LONGEST_SAMPLE: usize = 120;

/// What people write for nothing.
const NOTHINGS: [&str; 12] = [
    "?", "-", "--", "N/A", "n/a", "NA", "NULL", "null", "NaN", "\\N", "无", "#N/A",
];

/// Formats of days with a time, tried in this order.
const INSTANTS: [&str; 16] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%Y %H:%M",
];

/// Formats of days.
const DAYS: [&str; 9] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y%m%d",
];

/// One format and how it reads.
struct Reading {
    format: &'static str,
    kind: ColumnKind,
    formats: Formats,
}

/// A column so far.
struct Column {
    name: String,
    filled: u64,
    repeats: u64,
    previous: String,
    samples: Vec<String>,
    /// All different values, until there are too many or too long ones.
    values: Option<Vec<String>>,
    nothings: Vec<&'static str>,
    /// Values that were judged.
    judged: u64,
    /// Places in the readings that have read some value so far, and how many.
    readings: Vec<(usize, u64)>,
    numbers: u64,
    emails: u64,
    phones: u64,
}

/// The columns of a file so far.
pub struct Sketch {
    readings: Vec<Reading>,
    columns: Vec<Column>,
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sketch")
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

impl Sketch {
    /// A sketch of a file with this header.
    pub fn new<S: AsRef<str>>(header: &[S]) -> Self {
        let reading = |kind| {
            move |format: &&'static str| {
                let given = [(*format).to_owned()];
                Reading {
                    format,
                    kind,
                    formats: Formats::new(
                        &InstantSource::default(),
                        &given,
                        Tz::UTC,
                        &mut Vec::new(),
                    ),
                }
            }
        };
        let readings: Vec<Reading> = INSTANTS
            .iter()
            .map(reading(ColumnKind::Instant))
            .chain(DAYS.iter().map(reading(ColumnKind::Day)))
            .collect();
        let columns = header.iter().map(|name| Column {
            name: name.as_ref().trim().to_owned(),
            filled: 0,
            repeats: 0,
            previous: String::new(),
            samples: Vec::new(),
            values: Some(Vec::new()),
            nothings: Vec::new(),
            judged: 0,
            readings: (0..readings.len()).map(|place| (place, 0)).collect(),
            numbers: 0,
            emails: 0,
            phones: 0,
        });
        Self {
            columns: columns.collect(),
            readings,
        }
    }

    /// Takes one record.
    pub fn push<S: AsRef<str>>(&mut self, record: &[S]) {
        for (column, cell) in self.columns.iter_mut().zip(record) {
            column.push(cell.as_ref().trim(), &self.readings);
        }
    }

    /// What was learnt.
    pub fn finish(self) -> Vec<FileColumn> {
        let readings = &self.readings;
        self.columns
            .into_iter()
            .map(|column| column.finish(readings))
            .collect()
    }
}

impl Column {
    fn push(&mut self, text: &str, readings: &[Reading]) {
        if text.is_empty() {
            return;
        }
        if let Some(nothing) = NOTHINGS.into_iter().find(|nothing| *nothing == text) {
            if !self.nothings.contains(&nothing) {
                self.nothings.push(nothing);
            }
            return;
        }
        self.filled += 1;
        if self.previous == text {
            self.repeats += 1;
        } else {
            self.previous.clear();
            self.previous.push_str(text);
        }
        self.note(text);
        if self.filled <= JUDGED {
            self.judge(text, readings);
        }
    }

    fn note(&mut self, text: &str) {
        if self.samples.len() < SAMPLES {
            let sample = cut(text, LONGEST_SAMPLE);
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
        let Some(values) = &mut self.values else {
            return;
        };
        if values.iter().any(|value| value == text) {
            return;
        }
        if values.len() == MOST_VALUES || text.chars().count() > LONGEST_VALUE {
            self.values = None;
        } else {
            values.push(text.to_owned());
        }
    }

    fn judge(&mut self, text: &str, readings: &[Reading]) {
        self.judged += 1;
        for (place, read) in &mut self.readings {
            *read += u64::from(readings[*place].formats.read(text).is_some());
        }
        if self.judged == PROBED {
            self.readings.retain(|(_, read)| *read > 0);
        }
        self.numbers += u64::from(text.len() <= 18 && text.parse::<i64>().is_ok());
        self.emails += u64::from(cells::email(text).is_ok());
        self.phones += u64::from(is_phone(text));
    }

    fn finish(self, readings: &[Reading]) -> FileColumn {
        let are_most = |count: u64| count > 0 && 100 * count >= MOST_OF * self.judged;
        let best = self.readings.iter().map(|(_, read)| *read).max();
        let best = best.filter(|read| are_most(*read));
        let reading: Vec<&Reading> = self
            .readings
            .iter()
            .filter(|(_, read)| Some(*read) == best)
            .map(|(place, _)| &readings[*place])
            .collect();
        let kind = match reading.first() {
            _ if self.filled == 0 => ColumnKind::Empty,
            Some(first) => first.kind,
            None if are_most(self.emails) => ColumnKind::Email,
            None if are_most(self.phones) => ColumnKind::Phone,
            None if are_most(self.numbers) => ColumnKind::Number,
            None => ColumnKind::Text,
        };
        let formats = reading.iter().filter(|reading| reading.kind == kind);
        FileColumn {
            name: self.name,
            kind,
            formats: formats.map(|reading| reading.format.to_owned()).collect(),
            samples: self.samples,
            values: self.values.unwrap_or_default(),
            nothings: self.nothings.into_iter().map(str::to_owned).collect(),
            filled: self.filled,
            repeats: self.repeats,
        }
    }
}

/// Whether it is written as people write telephone numbers: bare digits are one only as a Chinese
/// mobile number or with a trunk zero.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_bare = digits == text.len();
    let is_known = match digits {
        11 => text.starts_with('1') || text.starts_with('0'),
        10 | 12 => text.starts_with('0'),
        _ => false,
    };
    cells::phone(text).is_ok() && digits >= 7 && (!is_bare || is_known)
}

/// The text, cut where it is too long.
fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str]) -> FileColumn {
        let mut sketch = Sketch::new(&["x"]);
        values.iter().for_each(|value| sketch.push(&[value]));
        sketch.finish().remove(0)
    }

    #[test]
    fn columns_are_told_apart_by_their_values() {
        for (values, kind, formats) in [
            (&["", " "][..], ColumnKind::Empty, &[][..]),
            (&["1", "22", "?"], ColumnKind::Number, &[]),
            (&["2026-05-31", "-"], ColumnKind::Day, &["%Y-%m-%d"]),
            (&["05/04/2026"], ColumnKind::Day, &["%d/%m/%Y", "%m/%d/%Y"]),
            (
                &["05/04/2026", "31/05/2026"],
                ColumnKind::Day,
                &["%d/%m/%Y"],
            ),
            (&["2026年5月31日"], ColumnKind::Day, &["%Y年%m月%d日"]),
            (
                &["2023-06-01 7:29"],
                ColumnKind::Instant,
                &["%Y-%m-%d %H:%M"],
            ),
            (
                &["29-02-2016 01:16"],
                ColumnKind::Instant,
                &["%d-%m-%Y %H:%M"],
            ),
            (&["a@example.com"], ColumnKind::Email, &[]),
            (
                &["138 0013 8000", "+44 20 7946 0018"],
                ColumnKind::Phone,
                &[],
            ),
            (&["13800138000", "021-55550100"], ColumnKind::Phone, &[]),
            (&["56384903", "56385012"], ColumnKind::Number, &[]),
            (&["13800138000", "王芳"], ColumnKind::Text, &[]),
            (&["x"], ColumnKind::Text, &[]),
        ] {
            let column = column(values);
            assert_eq!(column.kind, kind, "{values:?}");
            assert_eq!(column.formats, formats, "{values:?}");
        }
    }

    #[test]
    fn a_few_mistyped_values_change_nothing() {
        let mut values = vec!["2026-05-31"; 100];
        values.extend(["2026-02-30", "soon"]);
        assert_eq!(column(&values).kind, ColumnKind::Day);
        values.extend(["soon"; 20]);
        assert_eq!(column(&values).kind, ColumnKind::Text);
    }

    #[test]
    fn values_are_listed_while_they_are_few() {
        let few = column(&["b", "a", "b", "b", "无"]);
        assert_eq!(
            (few.values, few.filled, few.repeats),
            (vec!["b".to_owned(), "a".into()], 4, 1)
        );
        assert_eq!(few.nothings, ["无"]);
        let many: Vec<String> = (0..=MOST_VALUES).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let many = column(&many);
        assert!(many.values.is_empty());
        assert_eq!(many.samples.len(), SAMPLES);
        assert!(column(&["x".repeat(500).as_str()]).values.is_empty());
    }

    #[test]
    fn records_of_another_width_are_no_fault() {
        let mut sketch = Sketch::new(&["a", "b"]);
        sketch.push(&["1"]);
        sketch.push(&["1", "2", "3"]);
        let columns = sketch.finish();
        assert_eq!((columns[0].filled, columns[1].filled), (2, 1));
    }
}

//! What the columns of a file may mean, guessed from their names and values: something to start
//! from, which fits the file and rejects as little as possible.
//!
//! Names are compared without case, spaces and punctuation, in English and Chinese. A column that is
//! not recognised goes into the description or note, so that nothing is lost.

mod customers;
mod tickets;
mod values;
mod words;

use crate::locale::Locale;
use crate::text::Code;

use super::files::{ColumnKind, FileColumn, ImportEntity};
use super::mapping::{AgentSource, InstantSource, KeyKind, Mapping, Order, RowPer, Source};

/// What a proposal has to know beside the columns.
#[derive(Debug, Clone)]
pub struct Known {
    /// Name of the source; [`source_of`] makes one of a file's name.
    pub source: Code,
    /// What stands between two fields.
    pub delimiter: char,
    /// The language of who imports.
    pub locale: Locale,
    /// The organisation's IANA time zone.
    pub zone: String,
    /// The instant (RFC 3339) to take for the opening when the file has none.
    pub now: String,
    /// Codes of the ticket types in use, the usual one first.
    pub types: Vec<Code>,
    /// Codes of the channels in use, the usual one first.
    pub channels: Vec<Code>,
}

/// What the records are taken for.
pub fn entity_of(columns: &[FileColumn]) -> ImportEntity {
    let has = |names: &words::Names| columns.iter().any(|column| names.is_of(&column.name));
    let tickets = [
        &words::SUBJECT,
        &words::STATUS,
        &words::PRIORITY,
        &words::OPENED_AT,
        &words::RESOLVED_AT,
        &words::CLOSED_AT,
        &words::CATEGORY,
        &words::TICKET_KEY,
    ];
    let customers = [
        &words::CUSTOMER_NAME,
        &words::PHONE,
        &words::EMAIL,
        &words::ADDRESS,
        &words::BIRTHDAY,
        &words::INDUSTRY,
        &words::JOB_TITLE,
        &words::CUSTOMER_KEY,
    ];
    let count = |all: &[&words::Names]| all.iter().filter(|names| has(names)).count();
    if count(&customers) > count(&tickets) {
        ImportEntity::Customers
    } else {
        ImportEntity::Tickets
    }
}

/// A mapping that fits a file with these columns.
pub fn propose(columns: &[FileColumn], entity: ImportEntity, known: &Known) -> Mapping {
    let mut left = Left::of(columns);
    match entity {
        ImportEntity::Tickets => tickets::propose(&mut left, known),
        ImportEntity::Customers => customers::propose(&mut left, known),
    }
}

/// The columns that mean nothing yet.
struct Left<'a> {
    all: &'a [FileColumn],
    /// Whether each is still left.
    left: Vec<bool>,
}

impl<'a> Left<'a> {
    fn of(all: &'a [FileColumn]) -> Self {
        Self {
            all,
            left: vec![true; all.len()],
        }
    }

    /// The first column that is called so and is good for it, best names first.
    fn find(&self, names: &words::Names, is_good: impl Fn(&FileColumn) -> bool) -> Option<usize> {
        names.best(self.all.iter().enumerate().filter_map(|(place, column)| {
            (self.left[place] && is_good(column)).then_some((place, &*column.name))
        }))
    }

    /// Whether it is filled where the others are, but for a few records.
    fn is_nearly_full(&self, column: &FileColumn) -> bool {
        let most = self.all.iter().map(|column| column.filled).max();
        column.filled > 0 && 10 * column.filled >= 9 * most.unwrap_or_default()
    }

    /// Takes that column.
    fn take(
        &mut self,
        names: &words::Names,
        is_good: impl Fn(&FileColumn) -> bool,
    ) -> Option<&'a FileColumn> {
        let place = self.find(names, is_good)?;
        self.left[place] = false;
        Some(&self.all[place])
    }

    /// Takes every column that is called so and is good for it, in the order of the file.
    fn take_all(
        &mut self,
        names: &words::Names,
        is_good: impl Fn(&FileColumn) -> bool,
    ) -> Vec<&'a FileColumn> {
        let mut taken = Vec::new();
        for (place, column) in self.all.iter().enumerate() {
            if self.left[place] && names.is_of(&column.name) && is_good(column) {
                self.left[place] = false;
                taken.push(column);
            }
        }
        taken
    }

    /// Takes a column of a closed set, when `source` knows at least one of its values.
    fn closed_set(
        &mut self,
        names: &words::Names,
        source: impl Fn(&FileColumn) -> Option<Source>,
    ) -> Option<Source> {
        let column = self.take(names, |column| source(column).is_some())?;
        source(column)
    }

    /// The column that names the records: by its name, else the first that is always filled and
    /// takes many values, else the first of all. It may mean something else besides.
    fn key(&self, names: &words::Names) -> Option<&'a FileColumn> {
        let most = self.all.iter().map(|column| column.filled).max();
        let by_name = self.find(names, |column| self.is_nearly_full(column));
        let by_values = || {
            self.all.iter().position(|column| {
                Some(column.filled) == most
                    && column.repeats == 0
                    && column.values.is_empty()
                    && !matches!(column.kind, ColumnKind::Day | ColumnKind::Instant)
            })
        };
        let place = by_name.or_else(by_values).unwrap_or_default();
        self.all.get(place)
    }

    /// No longer left.
    fn strike(&mut self, name: &str) {
        for (column, left) in self.all.iter().zip(&mut self.left) {
            *left = *left && column.name != name;
        }
    }

    /// Left again.
    fn give_back(&mut self, name: &str) {
        for (column, left) in self.all.iter().zip(&mut self.left) {
            *left = *left || column.name == name;
        }
    }

    /// What nothing was made of: filled columns, and empty ones.
    fn rest(&self) -> (Vec<String>, Vec<String>) {
        let rest = self.all.iter().zip(&self.left).filter(|(_, left)| **left);
        let (filled, empty): (Vec<&FileColumn>, Vec<&FileColumn>) = rest
            .map(|(column, _)| column)
            .partition(|column| column.filled > 0);
        let names =
            |columns: Vec<&FileColumn>| columns.iter().map(|column| column.name.clone()).collect();
        (names(filled), names(empty))
    }
}

/// A frame of a mapping with everything that follows from the file alone.
fn frame(columns: &[FileColumn], known: &Known, row_per: RowPer, key: &str) -> Mapping {
    let mut date_formats: Vec<String> = Vec::new();
    for column in columns {
        for format in in_order(&column.formats, &known.zone) {
            if !date_formats.contains(&format) {
                date_formats.push(format);
            }
        }
    }
    let mut null_markers: Vec<String> = Vec::new();
    for nothing in columns.iter().flat_map(|column| &column.nothings) {
        if !null_markers.contains(nothing) {
            null_markers.push(nothing.clone());
        }
    }
    Mapping {
        source: known.source.clone(),
        row_per,
        delimiter: known.delimiter,
        zone: known.zone.clone(),
        date_formats,
        null_markers,
        key: key.to_owned(),
        order: Order::File,
        ticket: None,
        profile: None,
        event: None,
        customer: None,
        agent: None,
        team: None,
        ignore: Vec::new(),
    }
}

/// Of several formats that fit the one that people of the zone mean comes first.
fn in_order(formats: &[String], zone: &str) -> Vec<String> {
    let month_first = zone.starts_with("America/");
    let mut formats = formats.to_vec();
    formats.sort_by_key(|format| format.starts_with("%m/") != month_first);
    formats
}

/// A column of instants; its own formats where it has them, for columns may differ.
fn instant(column: &FileColumn, zone: &str) -> InstantSource {
    InstantSource {
        column: Some(column.name.clone()),
        formats: in_order(&column.formats, zone),
        default: None,
    }
}

/// A code like the name of a file, when it has letters for one.
pub fn source_of(name: &str) -> Option<Code> {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let mut code = String::new();
    for c in stem.chars() {
        match c {
            'a'..='z' | '0'..='9' => code.push(c),
            _ if code.is_empty() || code.ends_with('_') => {}
            _ => code.push('_'),
        }
    }
    let code = code.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let code: String = code.chars().take(40).collect();
    Code::try_from(code.trim_end_matches('_')).ok()
}

fn is_moment(column: &FileColumn) -> bool {
    matches!(column.kind, ColumnKind::Day | ColumnKind::Instant)
}

fn is_text(column: &FileColumn) -> bool {
    column.filled > 0 && !is_moment(column)
}

/// Who works on it: by the name, which is what such columns hold.
fn agent(left: &mut Left<'_>) -> Option<AgentSource> {
    let column = left.take(&words::AGENT, is_text)?;
    let by = if column.kind == ColumnKind::Email {
        KeyKind::Email
    } else {
        KeyKind::Name
    };
    Some(AgentSource {
        by,
        key: column.name.clone(),
        name: None,
    })
}

fn team(left: &mut Left<'_>) -> Option<Source> {
    let column = left.take(&words::TEAM, is_text)?;
    Some(Source {
        column: Some(column.name.clone()),
        ..Source::default()
    })
}

#[cfg(test)]
mod tests;

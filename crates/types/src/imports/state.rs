//! What is kept from row to row, and the loop over the rows.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};

use super::cells::Cells;
use super::events::{Columns, Group};
use super::faults::{ImportCode, ImportFault, Severity};
use super::mapping::KeyKind;
use super::outcome::{ImportNumbers, ImportedCustomer, ImportedRecord, Outcome, Position};
use super::plan::{Column, Plan, Shape};

/// What was said already, so that it is said once per file, and what it takes to know.
///
/// Keys and names are kept as 64-bit hashes: a million rows need some tens of megabytes, and the
/// chance that two of a million keys are taken for one is below one in ten million.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Columns of which a replaced value was said.
    pub(super) replaced: BTreeSet<String>,
    /// Whether the assumed opening was said.
    pub(super) opening: bool,
    keys: HashSet<u64>,
    customers: HashMap<u64, NamedOn>,
}

/// Where a customer was named first.
#[derive(Debug)]
struct NamedOn {
    name: u64,
    line: u64,
    is_said: bool,
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Said {
    /// Notes the key of a finished ticket.
    pub(super) fn note_key(&mut self, key: &str) {
        self.keys.insert(hash(key));
    }

    /// Whether a ticket with this key is finished.
    pub(super) fn knows_key(&self, key: &str) -> bool {
        self.keys.contains(&hash(key))
    }

    /// Notes a customer's name; the notice, once per customer, when it is not the first one.
    pub(super) fn note_name(
        &mut self,
        line: u64,
        column: &Column,
        customer: &ImportedCustomer,
    ) -> Option<ImportFault> {
        if customer.by == KeyKind::Name {
            return None;
        }
        let name = hash(customer.name.as_str());
        let first = self
            .customers
            .entry(hash(customer.key.as_str()))
            .or_insert(NamedOn {
                name,
                line,
                is_said: false,
            });
        if first.name == name || std::mem::replace(&mut first.is_said, true) {
            return None;
        }
        let notice = ImportFault::new(ImportCode::CustomerNameDiffers)
            .on_line(line)
            .in_column(&column.name)
            .with("key", customer.key.as_str())
            .with("other", customer.name.as_str())
            .with("line", first.line);
        Some(notice)
    }
}

/// What is kept while a file is read; a fresh one for every run over the file.
#[derive(Debug, Default)]
pub struct FileState {
    pub(super) said: Said,
    pub(super) group: Option<Group>,
    /// Records taken in so far.
    records: u64,
}

impl Plan {
    /// Takes the record that starts on `line` and gives what became certain with it.
    ///
    /// Of a file of whole tickets that is the record's own outcome; of a file of events the outcome
    /// of the ticket before, once its rows have ended.
    pub fn push<S: AsRef<str>>(
        &self,
        state: &mut FileState,
        line: u64,
        record: &[S],
    ) -> Option<Outcome> {
        let record: Vec<&str> = record.iter().map(AsRef::as_ref).collect();
        let before = Position {
            records: state.records,
        };
        state.records += 1;
        let after = Position {
            records: state.records,
        };
        let mut cells = self.cells(&mut state.said, line, &record);
        cells.check_width();
        match (&self.shape, self.events()) {
            (_, Some(columns)) => super::events::push(&mut state.group, columns, cells, before),
            (Shape::Ticket(ticket), None) => Some(super::rows::outcome(cells, ticket, after)),
            (Shape::Customer(profile), None) => {
                Some(super::profiles::outcome(cells, profile, after))
            }
        }
    }

    /// The columns of a file of events.
    fn events(&self) -> Option<Columns<'_>> {
        let Shape::Ticket(ticket) = &self.shape else {
            return None;
        };
        let event = ticket.event.as_ref()?;
        Some(Columns { ticket, event })
    }

    /// Gives what is left at the end of the file.
    pub fn finish(&self, state: &mut FileState) -> Option<Outcome> {
        let settled = Position {
            records: state.records,
        };
        let group = state.group.take()?;
        let columns = self.events()?;
        Some(group.finish(self, columns, &mut state.said, settled))
    }

    fn cells<'a>(&'a self, said: &'a mut Said, line: u64, record: &'a [&'a str]) -> Cells<'a> {
        Cells {
            plan: self,
            line,
            record,
            said,
            faults: Vec::new(),
        }
    }
}

impl Cells<'_> {
    /// Notes a record that has not as many fields as the header.
    fn check_width(&mut self) {
        if self.record.len() != self.plan.width {
            let fault = ImportFault::new(ImportCode::WrongFieldCount)
                .on_line(self.line)
                .with("expected", self.plan.width)
                .with("found", self.record.len());
            self.faults.push(fault);
        }
    }

    /// Whether something was found that leaves the record out.
    pub(super) fn is_rejected(&self) -> bool {
        is_rejected(&self.faults)
    }
}

/// Whether one of the faults leaves its record out.
pub(super) fn is_rejected(faults: &[ImportFault]) -> bool {
    faults
        .iter()
        .any(|fault| fault.severity() == Severity::Rejection)
}

impl Outcome {
    /// An outcome without a record: every row on `lines` is left out.
    pub(super) fn rejected(lines: u64, faults: Vec<ImportFault>, position: Position) -> Self {
        let numbers = ImportNumbers {
            rejected: lines,
            ..ImportNumbers::default()
        };
        // A row that is left out is not counted as warned; notices speak of the file and stay.
        let faults = faults
            .into_iter()
            .filter(|fault| fault.severity() != Severity::Warning)
            .collect();
        Self {
            record: None,
            faults,
            numbers,
            position,
        }
    }

    /// An outcome with a record made from the rows on `lines`.
    pub(super) fn taken(
        record: ImportedRecord,
        lines: u64,
        faults: Vec<ImportFault>,
        position: Position,
    ) -> Self {
        let warned: BTreeSet<Option<u64>> = faults
            .iter()
            .filter(|fault| fault.severity() == Severity::Warning)
            .map(|fault| fault.line)
            .collect();
        let with_warnings = warned.len() as u64;
        let numbers = ImportNumbers {
            imported: lines - with_warnings,
            with_warnings,
            rejected: 0,
        };
        Self {
            record: Some(record),
            faults,
            numbers,
            position,
        }
    }
}

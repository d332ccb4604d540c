//! The side of an import that blocks: it reads the file and hands on what its rows came to, a
//! batch at a time, never more than a few batches ahead.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;

use rapport_types::imports::{
    FileState, ImportCode, ImportFault, ImportNumbers, ImportedRecord, Outcome, Plan, Position,
    Severity,
};
use rapport_types::text::Code;
use tokio::sync::mpsc::Sender;

use super::reader::{Form, Records};

/// What some rows of the file came to.
pub(super) struct Batch {
    /// In the order of the file.
    pub(super) outcomes: Vec<Outcome>,
}

/// The codes that exist.
#[derive(Debug, Clone)]
pub(super) struct KnownCodes {
    pub(super) types: BTreeSet<Code>,
    pub(super) channels: BTreeSet<Code>,
}

impl KnownCodes {
    /// The constants of a mapping that name nothing that exists.
    pub(super) fn unknown_constants(&self, plan: &Plan) -> Vec<ImportFault> {
        let missing = |field: &'static str, named: BTreeSet<&Code>, known: &BTreeSet<Code>| {
            named
                .into_iter()
                .filter(|code| !known.contains(*code))
                .map(|code| {
                    ImportFault::new(ImportCode::BadConstant)
                        .with("field", field)
                        .with("value", code)
                })
                .collect::<Vec<_>>()
        };
        let mut faults = missing("type", plan.type_codes(), &self.types);
        faults.extend(missing("channel", plan.channel_codes(), &self.channels));
        faults
    }

    /// A code of the outcome's record that does not exist: possible only where the file's own
    /// values are the codes.
    fn unknown_in<'o>(&self, outcome: &'o Outcome) -> Option<&'o Code> {
        let (kind, channel) = match outcome.record.as_ref()? {
            ImportedRecord::Ticket(ticket) => (Some(&ticket.type_code), Some(&ticket.channel)),
            ImportedRecord::Customer(profile) => (None, profile.source_channel.as_ref()),
        };
        let is_unknown = |code: &&Code, known: &BTreeSet<Code>| !known.contains(*code);
        kind.filter(|code| is_unknown(code, &self.types))
            .or_else(|| channel.filter(|code| is_unknown(code, &self.channels)))
    }

    /// The outcome, unless its record names a type or channel that does not exist; `lines` are
    /// those of its rows.
    pub(super) fn checked(&self, outcome: Outcome, lines: &[u64]) -> Outcome {
        let Some(code) = self.unknown_in(&outcome) else {
            return outcome;
        };
        let mut faults: Vec<ImportFault> = outcome
            .faults
            .iter()
            .filter(|fault| fault.severity() == Severity::Notice)
            .cloned()
            .collect();
        let first = lines.first().copied().unwrap_or_default();
        faults.push(
            ImportFault::new(ImportCode::UnknownValue)
                .on_line(first)
                .with("value", code),
        );
        faults.extend(lines.iter().skip(1).map(|line| {
            ImportFault::new(ImportCode::OtherRowRejected)
                .on_line(*line)
                .with("line", first)
        }));
        let numbers = ImportNumbers {
            rejected: outcome.numbers.rows(),
            ..ImportNumbers::default()
        };
        Outcome {
            record: None,
            faults,
            numbers,
            position: outcome.position,
        }
    }
}

/// Reads a file from its start to its end. Whoever no longer wants batches drops the receiver.
pub(super) struct Feed {
    pub(super) plan: Plan,
    pub(super) codes: KnownCodes,
    pub(super) form: Form,
    /// Outcomes of one batch.
    pub(super) batch: usize,
    pub(super) batches: Sender<Result<Batch, ImportFault>>,
}

impl Feed {
    /// Reads `file` and sends its batches; a file that cannot be read on is the last thing sent.
    pub(super) fn run(self, file: impl Read, header: &[String]) {
        let batches = self.batches.clone();
        if let Err(fault) = self.read(file, header) {
            // When nobody listens any more, nobody has to know.
            let _ = batches.blocking_send(Err(fault));
        }
    }

    /// Says that the file cannot even be opened.
    pub(super) fn refuse(self, fault: ImportFault) {
        let _ = self.batches.blocking_send(Err(fault));
    }

    fn read(self, file: impl Read, header: &[String]) -> Result<(), ImportFault> {
        let mut records = Records::open(file, self.form)?;
        if records.header() != header {
            let reason = "it was changed while it was read";
            return Err(ImportFault::new(ImportCode::Unreadable).with("reason", reason));
        }
        let mut state = FileState::default();
        let mut lines = Lines::default();
        let mut outcomes = Vec::with_capacity(self.batch);
        loop {
            let (outcome, is_last) = match records.next()? {
                Some(record) => {
                    lines.waiting.push_back(record.line);
                    (
                        self.plan.push(&mut state, record.line, &record.fields),
                        false,
                    )
                }
                None => (self.plan.finish(&mut state), true),
            };
            if let Some(outcome) = outcome {
                let lines = lines.settle(outcome.position);
                outcomes.push(self.codes.checked(outcome, &lines));
            }
            if outcomes.len() == self.batch || (is_last && !outcomes.is_empty()) {
                let full = std::mem::replace(&mut outcomes, Vec::with_capacity(self.batch));
                if self
                    .batches
                    .blocking_send(Ok(Batch { outcomes: full }))
                    .is_err()
                {
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

/// The lines of the records that no outcome has settled yet.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) waiting: VecDeque<u64>,
    settled: u64,
}

impl Lines {
    /// The lines of the records that this position settles.
    pub(super) fn settle(&mut self, position: Position) -> Vec<u64> {
        let count = position.records.saturating_sub(self.settled);
        self.settled = position.records;
        let count = usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }
}

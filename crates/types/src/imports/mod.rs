//! Imports: what the rows of a file mean, without reading any file.
//!
//! A [`Mapping`] says what the columns are, a [`Plan`] is a mapping that fits a file's header, and
//! [`Plan::push`] turns its records into tickets or customers, one [`Outcome`] at a time:
//!
//! ```text
//! mapping file + header -> Plan -> push(record)… finish() -> Outcome {record?, faults, numbers, position}
//! ```
//!
//! Every row counts once in [`ImportNumbers`]: imported, with warnings or rejected. In a file of
//! events, too, rows are counted, not tickets; when one row of a ticket is rejected all are, for a
//! history with a hole would give wrong figures.
//!
//! An import goes on after a stop by reading the file from its start with a fresh [`FileState`] and
//! dropping the outcomes up to the [`Position`] that was stored: so what was said once stays said
//! once, keys seen before are known, and a compressed file has to be read again anyway.

mod cells;
mod dates;
mod events;
mod facts;
mod faults;
mod fields;
mod files;
mod fit;
mod mapping;
mod outcome;
pub mod patterns;
mod people;
mod place;
mod plan;
mod preview;
mod profiles;
mod proposal;
mod rows;
mod runs;
mod sketch;
mod state;
mod tally;
mod targets;

pub use faults::{ImportCode, ImportFault, Severity};
pub use files::{
    ColumnKind, Encoding, FileColumn, ImportEntity, ImportFile, ImportPreview, MOST_VALUES,
    NewPreview, PreviewField, PreviewRow, ProposedMappings, SAMPLES, SHOWN_RECORDS,
};
pub use mapping::{
    AgentSource, CustomerSource, EventSource, InstantSource, KeyKind, Mapping, Order,
    ProfileSource, RowPer, Source, TextSource, TextStyle, TicketSource,
};
pub use outcome::{
    ImportNumbers, ImportedAgent, ImportedCustomer, ImportedEvent, ImportedProfile, ImportedRating,
    ImportedRecord, ImportedTicket, Outcome, Position,
};
pub use people::Recognised;
pub use plan::{MayMove, Plan};
pub use proposal::{Known, entity_of, propose, source_of};
pub use runs::{
    FAULT_FIELDS, FIELDS, FaultCount, Import, ImportFaultView, ImportState, ImportSummary,
    MOST_FAULTS, NewImport,
};
pub use sketch::Sketch;
pub use state::FileState;
pub use tally::FaultTally;
pub use targets::{Target, TargetKind};

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;

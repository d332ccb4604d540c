//! Bulk changes: the drafts, what they are for, how far each has come and what it refused.
//!
//! A bulk change is bookkeeping, yet it is written by the [`Writer`](crate::writes::Writer): what it
//! does to records and how far it has come lie in one transaction, so that a process that dies leaves
//! both or neither, and whoever goes on begins after the last record that had its turn. It makes no
//! change entry.

mod faults;
mod list;
mod records;
mod runs;

pub use faults::{add_faults, faults, faults_digest};
pub use list::{Query, list};
pub use records::{Claim, add_records, matching, next};
pub use runs::{
    BulkRun, cancel, get, get_locked, insert, lock, outdated, remove, remove_surplus_drafts, start,
    unfinished, update,
};

//! What [`super::examine`] finds out.

use chrono::{DateTime, Utc};

use crate::database::Kind;
use crate::migrations::Schema;

/// The state of a database.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Which database it is.
    pub kind: Kind,
    /// The form of its tables.
    pub schema: Schema,
    /// What the database itself finds wrong.
    pub complaints: Vec<String>,
    /// How large it is.
    pub bytes: u64,
    /// Its tables and indexes; none when they were not looked at.
    pub shape: Option<Shape>,
    /// Its records; none when they were not looked at.
    pub records: Option<RecordFacts>,
}

/// The tables, indexes and keys beside what the migrations make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The user of the database may not make what it would be compared with.
    Unknown,
    /// What differs.
    Known(Vec<Difference>),
}

impl Shape {
    /// Whether no table is known to differ.
    pub fn has_all_tables(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Known(differences) => !differences
                .iter()
                .any(|difference| difference.what.starts_with("table ")),
        }
    }
}

/// A table, index or key that is missing or different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its kind and name: `index ix_…`.
    pub what: String,
    /// How it ought to be.
    pub definition: String,
    /// Whether there is nothing of that name.
    pub is_missing: bool,
}

/// The state of the records.
#[derive(Debug, Clone, Default)]
pub struct RecordFacts {
    /// Whether the first start has been.
    pub is_seeded: bool,
    /// The change log.
    pub changes: ChangeLog,
    /// The counters of human numbers.
    pub counters: Vec<Counted>,
    /// The search indexes.
    pub search: Vec<SearchIndex>,
    /// When tickets are due.
    pub due: DueTimes,
    /// Rows that refer to nothing.
    pub orphans: Vec<Orphans>,
}

/// The change log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeLog {
    /// How many entries there are.
    pub count: i64,
    /// The least number; 0 when there is none.
    pub first: i64,
    /// The greatest number; 0 when there is none.
    pub last: i64,
    /// What the counter says; none when it is gone.
    pub counter: Option<i64>,
    /// When the latest change was made.
    pub latest_at: Option<DateTime<Utc>>,
}

/// A counter and the numbers that it has given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Of what: `ticket`.
    pub counter: String,
    /// What it says; none when it is gone.
    pub value: Option<i64>,
    /// The greatest number of a record.
    pub greatest: i64,
}

/// A search index beside the records that it is to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchIndex {
    /// The table of the records.
    pub table: String,
    /// How many records there are.
    pub records: i64,
    /// How many of them the index lacks.
    pub missing: i64,
    /// The least number of those.
    pub first_missing: Option<i64>,
    /// How many entries have no record.
    pub left_over: i64,
}

/// The due times that are stored with tickets beside their clocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueTimes {
    /// How many tickets there are.
    pub tickets: u64,
    /// How many disagree with their clocks.
    pub wrong: u64,
    /// The number of the first of those.
    pub first_wrong: Option<i64>,
}

/// Rows that refer to a record that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphans {
    /// The table and the column that refers.
    pub column: String,
    /// The table that is referred to.
    pub to: String,
    /// How many there are.
    pub count: i64,
}

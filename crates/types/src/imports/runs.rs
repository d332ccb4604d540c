//! Imports as the API shows them: what was asked for, how far it is, what it had to say.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::faults::{ImportCode, ImportFault, Severity};
use super::files::ImportEntity;
use super::mapping::Mapping;
use super::outcome::ImportNumbers;
use crate::filters::{Field, FieldKind};
use crate::ids::{ImportFileId, ImportId, TeamId};
use crate::locale::Locale;
use crate::teams::TeamRef;
use crate::users::UserRef;

/// Most faults of an import that are kept; how many more there were is counted.
pub const MOST_FAULTS: u64 = 20_000;

const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> Field {
    Field::new(name, kind, about)
}

/// What a list of imports can be filtered by.
pub const FIELDS: &[Field] = &[
    field("state", FieldKind::Code, "how it stands"),
    field(
        "entity",
        FieldKind::Code,
        "what the records of the file become",
    ),
    field("dry_run", FieldKind::Boolean, "whether it only judges"),
    field("started_by", FieldKind::User, "who started it"),
    field(
        "team",
        FieldKind::Team,
        "the team of its records, subtree included",
    ),
    field("created", FieldKind::Instant, "when it was asked for"),
];

/// What the faults of an import can be filtered by.
pub const FAULT_FIELDS: &[Field] = &[
    field("severity", FieldKind::Code, "what it means for the row"),
    field("code", FieldKind::Code, "what was said"),
];

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportState {
    /// Waits for its turn.
    Queued,
    /// Under way; or broken off and about to go on.
    Running,
    /// The file was read to its end.
    Done,
    /// Somebody stopped it. What was stored stays; the same import again goes on from there.
    Cancelled,
    /// The file, the mapping or the database failed it.
    Failed,
}

impl ImportState {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Failed,
    ];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// The one with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }

    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// What a caller says to import an uploaded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewImport {
    /// The uploaded file.
    pub file_id: ImportFileId,
    /// What its columns mean.
    pub mapping: Mapping,
    /// The team that its records belong to, or below; default the team whose subtree the caller
    /// sees.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// Read and judge everything, write no record.
    #[serde(default)]
    pub dry_run: bool,
}

/// An import in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportSummary {
    /// The id; records that it made carry it as `import_id`.
    pub id: ImportId,
    /// What the records of the file become.
    pub entity: ImportEntity,
    /// How it stands.
    pub state: ImportState,
    /// Whether it only judges and writes no record.
    pub dry_run: bool,
    /// The uploaded file; null for one that the command line read.
    pub file_id: Option<ImportFileId>,
    /// The file's name.
    pub file_name: String,
    /// Records of the file; null when the file was not yet read to its end.
    pub rows: Option<u64>,
    /// Records that are settled.
    pub rows_done: u64,
    /// Records a second, while it is under way.
    pub rows_per_second: Option<u64>,
    /// What the settled records came to.
    pub numbers: ImportNumbers,
    /// Whether somebody asked it to stop and it has not yet.
    pub is_cancelling: bool,
    /// Who started it; null: the command line.
    pub started_by: Option<UserRef>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last came further.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// An import, as `GET /imports/{id}` shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// What a list shows of it.
    #[serde(flatten)]
    pub summary: ImportSummary,
    /// What its columns mean.
    pub mapping: Mapping,
    /// The team that its records belong to, or below.
    pub team: Option<TeamRef>,
    /// Records that were there already and stayed as they are; they count as imported.
    pub known_count: u64,
    /// How often each thing was said.
    pub fault_counts: Vec<FaultCount>,
    /// Faults that `GET /imports/{id}/faults` does not have, because there are too many.
    pub faults_left_out: u64,
    /// Why it failed; empty when it did not, or when the fault is ours.
    pub refusals: Vec<ImportFaultView>,
}

/// How often an import said one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaultCount {
    /// What it means for the row or the file.
    pub severity: Severity,
    /// What was said, for programs.
    pub code: ImportCode,
    /// The first time it was said, for people.
    pub example: String,
    /// How often.
    pub count: u64,
}

/// One thing an import has to say, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportFaultView {
    /// Line of the file on which the row starts, from 1.
    pub line: Option<u64>,
    /// Column of the file.
    pub column: Option<String>,
    /// Where in the mapping: a JSON pointer, for faults of a mapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What it means for the row or the file.
    pub severity: Severity,
    /// What is said, for programs.
    pub code: ImportCode,
    /// What is said, for people.
    pub message: String,
}

impl ImportFaultView {
    /// The fault in the reader's language.
    pub fn new(fault: &ImportFault, locale: Locale) -> Self {
        Self {
            line: fault.line,
            column: fault.column.clone(),
            pointer: None,
            severity: fault.severity(),
            code: fault.code,
            message: fault.message(locale),
        }
    }

    /// The fault of a mapping, with its place in it.
    pub fn of_mapping(fault: &ImportFault, mapping: &Mapping, locale: Locale) -> Self {
        Self {
            pointer: Some(mapping.pointer(fault)),
            ..Self::new(fault, locale)
        }
    }
}

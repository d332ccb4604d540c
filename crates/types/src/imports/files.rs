//! Uploaded files: what is known of one before anybody says what its columns mean.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use super::runs::ImportFaultView;
use crate::ids::{ImportFileId, UserId};

/// Records that an upload and a preview show.
pub const SHOWN_RECORDS: usize = 10;
/// Samples of a column.
pub const SAMPLES: usize = 5;
/// Most different values of a column that are listed; a column with more lists none.
pub const MOST_VALUES: usize = 40;

/// What the records of a file become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportEntity {
    /// Tickets, with the customers, agents, teams and categories that they name.
    Tickets,
    /// Customers.
    Customers,
}

impl ImportEntity {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Tickets, Self::Customers];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Customers => "customers",
        }
    }

    /// The one with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|entity| entity.code() == code)
    }
}

/// How the text of a file is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GB18030, which holds all of GBK and GB2312.
    #[serde(rename = "gb18030")]
    Gb18030,
}

impl Encoding {
    /// The name on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
        }
    }

    /// The one with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Utf8, Self::Gb18030]
            .into_iter()
            .find(|encoding| encoding.code() == code)
    }
}

/// What the values of a column look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ColumnKind {
    /// There are none.
    Empty,
    /// Whole numbers.
    Number,
    /// Days.
    Day,
    /// Days with a time.
    Instant,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Anything else.
    Text,
}

/// A column of an uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileColumn {
    /// Its name in the header.
    pub name: String,
    /// What its values look like, judged by some of them.
    pub kind: ColumnKind,
    /// The formats (strftime) that read most of them, for days and instants; of several any may be
    /// meant.
    pub formats: Vec<String>,
    /// Some of its different values, the first of the file first; long ones are cut.
    pub samples: Vec<String>,
    /// All its different values, when there are at most 40 short ones: those that a mapping may
    /// have to translate.
    pub values: Vec<String>,
    /// What stands for nothing in it: `?`, `N/A`.
    pub nothings: Vec<String>,
    /// Records in which it is not empty.
    pub filled: u64,
    /// Records with the same value as the record before.
    pub repeats: u64,
}

/// A file that was uploaded, as its owner and administrators see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportFile {
    /// The id.
    pub id: ImportFileId,
    /// Its name.
    pub name: String,
    /// Its bytes as they came.
    pub size: u64,
    /// SHA-256 of its bytes, unpacked, in hexadecimal: the same for the same text however packed.
    pub digest: String,
    /// How its text is written.
    pub encoding: Encoding,
    /// What stands between two fields.
    pub delimiter: char,
    /// Records after the header.
    pub records: u64,
    /// Its columns.
    pub columns: Vec<FileColumn>,
    /// The first ten records, cells as they stand; long ones are cut.
    pub rows: Vec<Vec<String>>,
    /// What it is taken for.
    pub entity: ImportEntity,
    /// What its columns may mean: something to start from.
    pub mappings: ProposedMappings,
    /// Who uploaded it.
    pub uploaded_by: UserId,
    /// When.
    pub uploaded_at: DateTime<Utc>,
    /// When it is removed.
    pub expires_at: DateTime<Utc>,
}

/// What the columns of a file may mean, by what its records are taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedMappings {
    /// If they are tickets.
    pub tickets: Mapping,
    /// If they are customers.
    pub customers: Mapping,
}

impl ProposedMappings {
    /// The one for this entity.
    pub const fn of(&self, entity: ImportEntity) -> &Mapping {
        match entity {
            ImportEntity::Tickets => &self.tickets,
            ImportEntity::Customers => &self.customers,
        }
    }
}

/// What a caller says to see what a mapping makes of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPreview {
    /// The uploaded file.
    pub file_id: ImportFileId,
    /// What its columns mean.
    pub mapping: Mapping,
}

/// What a mapping makes of the first ten records of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPreview {
    /// What keeps the mapping from fitting the file. With any, there are no rows.
    pub faults: Vec<ImportFaultView>,
    /// The records, or in a file of events the tickets that they tell.
    pub rows: Vec<PreviewRow>,
}

/// What a record becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewRow {
    /// Line of the file on which it starts.
    pub line: u64,
    /// Whether it will be stored.
    pub is_taken: bool,
    /// The fields that will be stored, without empty ones.
    pub fields: Vec<PreviewField>,
    /// What is to be said about it.
    pub faults: Vec<ImportFaultView>,
}

/// A field that will be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewField {
    /// Its name, as on the record: `subject`, `status`, `phones`.
    pub name: String,
    /// Its value: texts as they are, enumerations by their codes, instants in UTC, several joined
    /// with `, `.
    pub value: String,
}

//! Batches: many records of one kind made or changed by one request, each told its own outcome.
//!
//! An item names its record in one of three ways: by `external_id` it is an upsert (made when no
//! record has that key, changed else); by `id` a change; by neither a creation.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::records::ExternalId;
use crate::text::LineText;

/// Most items of a batch.
pub const MOST_ITEMS: usize = 1_000;

/// What becomes of the others when one item is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BatchMode {
    /// All items or none.
    Atomic,
    /// Each item for itself.
    #[default]
    Each,
}

/// One item of a batch: the record's id is an `I`, what is said of it a `D`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchItem<I, D> {
    /// The caller's name for this item; the result carries it.
    #[serde(rename = "ref", default)]
    pub reference: Option<LineText>,
    /// The record to change.
    pub id: Option<I>,
    /// The version that the change is based on: needed with `id`, possible with `external_id`.
    #[serde(default)]
    pub version: Option<i64>,
    /// The key in another system by which the record is made or changed.
    #[serde(default)]
    pub external_id: Option<ExternalId>,
    /// Its members. Of a record that is there the members left out stay as they are.
    pub data: D,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchReport<I> {
    /// How many items ended how.
    pub counts: BatchCounts,
    /// One result per item, in their order.
    pub results: Vec<BatchResult<I>>,
}

/// How many items of a batch ended how; they add up to the number of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchCounts {
    /// Made.
    pub created: usize,
    /// Changed.
    pub updated: usize,
    /// Found to be so already.
    pub unchanged: usize,
    /// Refused.
    pub refused: usize,
}

/// How an item of a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BatchOutcome {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// Found to be so already.
    Unchanged,
    /// Refused.
    Refused,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchResult<I> {
    /// The caller's name for the item.
    #[serde(rename = "ref")]
    pub reference: Option<LineText>,
    /// How it ended.
    pub outcome: BatchOutcome,
    /// The status that it would have had alone.
    pub status: u16,
    /// The record; left out when it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<I>,
    /// Its human number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Its version after the batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl BatchOutcome {
    /// How a change ended that found a record in one version and left it in another.
    pub const fn of_change(before: i64, after: i64) -> Self {
        if before == after {
            Self::Unchanged
        } else {
            Self::Updated
        }
    }

    /// The status that an item of this outcome would have had alone; a refused one has its
    /// problem's.
    pub const fn status(self) -> u16 {
        match self {
            Self::Created => 201,
            Self::Updated | Self::Unchanged => 200,
            Self::Refused => 422,
        }
    }
}

impl<I> BatchReport<I> {
    /// The report of these results.
    pub fn of(results: Vec<BatchResult<I>>) -> Self {
        let mut counts = BatchCounts::default();
        for result in &results {
            let count = match result.outcome {
                BatchOutcome::Created => &mut counts.created,
                BatchOutcome::Updated => &mut counts.updated,
                BatchOutcome::Unchanged => &mut counts.unchanged,
                BatchOutcome::Refused => &mut counts.refused,
            };
            *count += 1;
        }
        Self { counts, results }
    }
}

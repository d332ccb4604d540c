//! Pipelines: the stages that a type's tickets go through, in order.

use serde::{Deserialize, Serialize};

use crate::filters::Filter;
use crate::names::Names;
use crate::text::{Code, FieldName};
use crate::tickets::Status;

/// A way that tickets go: its stages in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pipeline {
    /// Its code.
    pub code: Code,
    /// Its names.
    pub names: Names,
    /// Which tickets of the type it is for; all when empty.
    #[serde(rename = "where", default)]
    pub filter: Filter,
    /// Its stages. A ticket goes from one to the next, and back with a reason.
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    /// Its code.
    pub code: Code,
    /// Its names.
    pub names: Names,
    /// What is to be done in it, for the people who do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<Names>,
    /// Where a ticket stands that enters it: `new` in the first stage and in no other, then
    /// unresolved ones, then `resolved`, and at the end `closed`. While a ticket waits, or is on
    /// hold, it stays in its stage.
    pub status: Status,
    /// What must be filled in before a ticket goes on from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Requirement>,
    /// The roles of which one is needed to move a ticket on from it; anybody who works tickets
    /// when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub movers: Vec<Code>,
}

/// Something that must be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Requirement {
    /// A field of ticket filters, such as `category`, `assignee` or `fields.findings`.
    pub field: FieldName,
    /// Of which tickets it is required; of all when empty.
    #[serde(rename = "where", default, skip_serializing_if = "Filter::is_empty")]
    pub filter: Filter,
}

impl Pipeline {
    /// The place of a stage, counted from 0.
    pub fn position(&self, stage: &str) -> Option<usize> {
        self.stages
            .iter()
            .position(|candidate| candidate.code.as_str() == stage)
    }

    /// The stage in which a ticket begins.
    pub fn first(&self) -> Option<&Stage> {
        self.stages.first()
    }

    /// The stage to which a ticket comes back that is opened again in the stage at `from`: the
    /// last one before it in which work is done.
    pub fn reopened(&self, from: usize) -> Option<&Stage> {
        let before = self.stages.iter().take(from + 1).rev();
        before
            .into_iter()
            .find(|stage| !stage.status.is_over())
            .or_else(|| self.first())
    }

    /// The stage of a ticket that gets the type when it stands here: the beginning when there is
    /// work to do, else the end.
    pub fn entered_with(&self, status: Status) -> Option<&Stage> {
        if status.is_over() {
            self.stages.last()
        } else {
            self.first()
        }
    }
}

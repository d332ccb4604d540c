//! What needs an approval, and by whom.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::covered;
use crate::filters::Filter;
use crate::names::Names;
use crate::problem::{Fault, FieldCode};
use crate::text::Code;

/// Most facts that a rule covers, and most roles that decide.
const MOST: usize = 20;

/// A rule: which tickets need an approval, what it covers and who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalRule {
    /// The code.
    pub code: Code,
    /// Raised by every change.
    pub version: i64,
    /// Its names.
    pub names: Names,
    /// Its place in lists.
    pub position: i64,
    /// Whether it is in use: one that is not is needed by no ticket and cannot be asked for.
    pub active: bool,
    /// Which tickets need it; all when empty.
    #[serde(rename = "where")]
    pub filter: Filter,
    /// The names of the ticket's facts that an approval covers: it counts only while they are what
    /// was asked for. With none it is for the case as such.
    pub covers: Vec<String>,
    /// The codes of the roles that decide.
    pub deciders: Vec<Code>,
}

/// `PUT`: makes or replaces an approval rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApprovalRule {
    /// Its names.
    pub names: Names,
    /// Its place in lists.
    #[serde(default)]
    pub position: i64,
    /// Whether it is in use.
    pub active: bool,
    /// Which tickets need it, as a filter of the ticket list; all when empty.
    #[serde(rename = "where", default)]
    pub filter: Filter,
    /// The names of the ticket's facts that an approval covers.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub covers: Vec<String>,
    /// The codes of the roles that decide; one at least.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub deciders: Vec<Code>,
}

impl NewApprovalRule {
    /// Everything that is wrong with it, except for what its filter and its roles refer to; empty
    /// when it is good.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.covers.len() > MOST {
            faults.push(Fault::at("/covers", FieldCode::TooMany));
        } else {
            let mut seen = BTreeSet::new();
            for (index, name) in self.covers.iter().enumerate() {
                let place = format!("/covers/{index}");
                if covered(name).is_none() {
                    faults.push(Fault::at(place, FieldCode::UnknownCode));
                } else if !seen.insert(name) {
                    faults.push(Fault::at(place, FieldCode::Duplicate));
                }
            }
        }
        if self.deciders.is_empty() {
            faults.push(Fault::at("/deciders", FieldCode::Required));
        } else if self.deciders.len() > MOST {
            faults.push(Fault::at("/deciders", FieldCode::TooMany));
        } else {
            let mut seen = BTreeSet::new();
            for (index, role) in self.deciders.iter().enumerate() {
                if !seen.insert(role) {
                    let place = format!("/deciders/{index}");
                    faults.push(Fault::at(place, FieldCode::Duplicate));
                }
            }
        }
        faults
    }
}

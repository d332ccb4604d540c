//! Teams: the tree of regions, branches and departments.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::ids::{CalendarId, TeamId};
use crate::names::Names;
use crate::patch::{Patch, not_null};
use crate::text::LabelText;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Team {
    /// The id.
    pub id: TeamId,
    /// Raised by every change.
    pub version: i64,
    /// Its names.
    pub names: Names,
    /// The team above; null for the root.
    pub parent_id: Option<TeamId>,
    /// Its IANA time zone; null inherits.
    pub time_zone: Option<LabelText>,
    /// Its calendar; null inherits that of the nearest ancestor.
    pub calendar_id: Option<CalendarId>,
    /// Whether it is in use.
    pub active: bool,
}

/// A team's id and names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamRef {
    /// The id.
    pub id: TeamId,
    /// Its names.
    pub names: Names,
}

/// What a caller says to add a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTeam {
    /// Its names.
    pub names: Names,
    /// The team above.
    pub parent_id: TeamId,
    /// Its IANA time zone; none inherits.
    #[serde(default)]
    pub time_zone: Option<LabelText>,
    /// Its calendar; none inherits.
    #[serde(default)]
    pub calendar_id: Option<CalendarId>,
}

/// What PATCH may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamPatch {
    /// Its names.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub names: Option<Names>,
    /// The team above; the root's cannot be set.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub parent_id: Option<TeamId>,
    /// Its IANA time zone.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub time_zone: Patch<LabelText>,
    /// Its calendar.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub calendar_id: Patch<CalendarId>,
    /// Whether it is in use.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub active: Option<bool>,
}

/// The tree that parents make.
#[derive(Debug, Clone, Default)]
pub struct Tree<Id> {
    parents: HashMap<Id, Option<Id>>,
    children: HashMap<Id, Vec<Id>>,
}

impl<Id: Copy + Eq + std::hash::Hash + Ord> Tree<Id> {
    /// The tree of these nodes and their parents.
    pub fn new(nodes: impl IntoIterator<Item = (Id, Option<Id>)>) -> Self {
        let parents: HashMap<Id, Option<Id>> = nodes.into_iter().collect();
        let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
        for (id, parent) in &parents {
            if let Some(parent) = parent {
                children.entry(*parent).or_default().push(*id);
            }
        }
        for list in children.values_mut() {
            list.sort_unstable();
        }
        Self { parents, children }
    }

    /// The direct children, by id.
    pub fn children(&self, id: Id) -> &[Id] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The node and all below it; empty for an unknown one.
    pub fn subtree(&self, id: Id) -> Vec<Id> {
        let mut found = Vec::new();
        if self.parents.contains_key(&id) {
            found.push(id);
        }
        let mut next = 0;
        while next < found.len() {
            found.extend_from_slice(self.children(found[next]));
            next += 1;
        }
        found
    }

    /// The node and all above it, nearest first; empty for an unknown one.
    pub fn path(&self, id: Id) -> Vec<Id> {
        let mut path = Vec::new();
        let mut next = self.parents.contains_key(&id).then_some(id);
        while let Some(id) = next {
            if path.contains(&id) {
                break;
            }
            path.push(id);
            next = self.parents.get(&id).copied().flatten();
        }
        path
    }

    /// The uppermost node above this one.
    pub fn top(&self, id: Id) -> Option<Id> {
        self.path(id).last().copied()
    }

    /// Whether moving `id` below `parent` keeps it a tree.
    pub fn may_move(&self, id: Id, parent: Id) -> bool {
        !self.path(parent).contains(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtree_path_and_top_follow_the_parents() {
        let tree = Tree::new([
            (1, None),
            (2, Some(1)),
            (3, Some(1)),
            (4, Some(2)),
            (5, Some(4)),
        ]);
        assert_eq!(tree.subtree(2), [2, 4, 5]);
        assert_eq!(tree.path(5), [5, 4, 2, 1]);
        assert_eq!(tree.top(5), Some(1));
        assert!(tree.subtree(9).is_empty());
        assert!(tree.may_move(2, 3));
        assert!(!tree.may_move(2, 5), "a team cannot lie inside itself");
        assert!(!tree.may_move(2, 2));
    }
}

//! The rows of a tree.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use rapport_types::names::Names;

/// One part of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages::administration) struct Node {
    /// Its id.
    pub(in crate::pages::administration) id: String,
    /// What it lies in.
    pub(in crate::pages::administration) parent: Option<String>,
    /// Its names.
    pub(in crate::pages::administration) names: Names,
    /// Whether it is in use.
    pub(in crate::pages::administration) active: bool,
    /// Whether the search and the filter found it; what it lies in is shown with it.
    pub(in crate::pages::administration) found: bool,
}

/// A row: a part of the tree and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The part.
    pub(super) node: Node,
    /// How deep it lies.
    pub(super) depth: usize,
    /// Whether something lies in it.
    pub(super) has_parts: bool,
}

/// The rows from top to bottom: what was found with all above it, without what lies in a folded
/// part.
pub(super) fn rows(
    nodes: &[Node],
    folded: &HashSet<String>,
    order: impl Fn(&Node, &Node) -> Ordering,
) -> Vec<Row> {
    let parents: HashMap<&str, Option<&str>> = nodes
        .iter()
        .map(|node| (node.id.as_str(), node.parent.as_deref()))
        .collect();
    let mut shown: HashSet<&str> = HashSet::new();
    for node in nodes.iter().filter(|node| node.found) {
        let mut next = Some(node.id.as_str());
        // A part that is shown already has all above it shown: no circle is walked twice.
        while let Some(id) = next.filter(|id| shown.insert(id)) {
            next = parents.get(id).copied().flatten();
        }
    }
    let mut parts: HashMap<Option<&str>, Vec<&Node>> = HashMap::new();
    for node in nodes.iter().filter(|node| shown.contains(node.id.as_str())) {
        let parent = node.parent.as_deref().filter(|id| parents.contains_key(id));
        parts.entry(parent).or_default().push(node);
    }
    for list in parts.values_mut() {
        list.sort_by(|a, b| order(a, b));
    }
    let mut rows = Vec::with_capacity(nodes.len());
    let mut waiting: Vec<(&Node, usize)> = Vec::new();
    let push = |waiting: &mut Vec<_>, parent: Option<&str>, depth| {
        let below = parts.get(&parent).into_iter().flatten().rev();
        waiting.extend(below.map(|node| (*node, depth)));
    };
    push(&mut waiting, None, 0);
    while let Some((node, depth)) = waiting.pop() {
        let has_parts = parts.contains_key(&Some(node.id.as_str()));
        rows.push(Row {
            node: node.clone(),
            depth,
            has_parts,
        });
        if has_parts && !folded.contains(&node.id) {
            push(&mut waiting, Some(&node.id), depth + 1);
        }
    }
    rows
}

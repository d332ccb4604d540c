//! A draft and what somebody else has saved while it was being written.

use super::draft::TypedPolicy;

/// The draft over what somebody else has saved meanwhile: policies that the draft left alone are
/// taken from there, new ones as well; what both have changed stays as the draft has it.
pub(super) fn merged(
    began: &[TypedPolicy],
    theirs: &[TypedPolicy],
    mine: Vec<TypedPolicy>,
) -> Vec<TypedPolicy> {
    let find = |list: &[TypedPolicy], code: &str| list.iter().find(|it| it.code == code).cloned();
    let is_new =
        |it: &&TypedPolicy| find(began, &it.code).is_none() && find(&mine, &it.code).is_none();
    let added: Vec<TypedPolicy> = theirs.iter().filter(is_new).cloned().collect();
    let mut merged: Vec<TypedPolicy> = mine
        .into_iter()
        .filter_map(|own| match find(began, &own.code) {
            Some(before) if before == own => find(theirs, &own.code),
            _ => Some(own),
        })
        .collect();
    for policy in added {
        let place = theirs.iter().position(|it| it.code == policy.code);
        merged.insert(place.unwrap_or_default().min(merged.len()), policy);
    }
    merged
}

/// What somebody else has done to a policy while the draft was being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theirs {
    Added,
    Removed,
    Changed,
    /// The draft changes it as well, to something else.
    ChangedByBoth,
    /// Only its place in the list.
    Moved,
}

/// What somebody else has done, policy by policy.
pub(super) fn theirs_since(
    began: &[TypedPolicy],
    theirs: &[TypedPolicy],
    mine: &[TypedPolicy],
) -> Vec<(TypedPolicy, Theirs)> {
    let find = |list: &[TypedPolicy], code: &str| list.iter().find(|it| it.code == code).cloned();
    let place = |list: &[TypedPolicy], code: &str| list.iter().position(|it| it.code == code);
    let now = theirs.iter().filter_map(|policy| {
        let what = match (find(began, &policy.code), find(mine, &policy.code)) {
            (None, _) => Theirs::Added,
            (Some(before), _) if before == *policy => {
                let is_moved = place(began, &policy.code) != place(theirs, &policy.code);
                return is_moved.then(|| (policy.clone(), Theirs::Moved));
            }
            (Some(before), Some(own)) if own != before && own != *policy => Theirs::ChangedByBoth,
            (Some(_), _) => Theirs::Changed,
        };
        Some((policy.clone(), what))
    });
    let gone = began
        .iter()
        .filter(|policy| find(theirs, &policy.code).is_none())
        .map(|policy| (policy.clone(), Theirs::Removed));
    now.chain(gone).collect()
}

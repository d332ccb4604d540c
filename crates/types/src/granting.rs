//! Who may give whom which rights: nobody grants more than he holds, and nobody manages whoever
//! holds more than he does. One rule for users, roles and API keys.
//!
//! Without it a right to manage users would be every right: by a new administrator, by a role of
//! one's own that grows, by a new password for somebody above, or by a key of a service above. An
//! API key in addition grants nothing by which its power could outlive it: it makes no keys, and
//! nobody who could.

use crate::ids::TeamId;
use crate::permissions::Permission;
use crate::problem::{ErrorCode, Fault, FieldCode};
use crate::teams::Tree;

/// What somebody holds: rights and the team whose subtree is seen.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The rights.
    pub permissions: &'a [Permission],
    /// The team whose subtree is seen.
    pub scope_team_id: TeamId,
}

/// Somebody who manages users, roles or keys.
#[derive(Debug, Clone, Copy)]
pub struct Granter<'a> {
    /// What the granter holds.
    pub holds: Holder<'a>,
    /// Whether it is an API key that asks.
    pub is_key: bool,
    /// The tree of teams.
    pub teams: &'a Tree<TeamId>,
}

impl Granter<'_> {
    /// Whether this right may be given.
    pub fn may_give(&self, permission: Permission) -> bool {
        self.holds.permissions.contains(&permission)
            && !(self.is_key && permission == Permission::ManageUsers)
    }

    /// Whether the subtree of this team may be given as scope.
    pub fn may_show(&self, team: TeamId) -> bool {
        self.teams.path(team).contains(&self.holds.scope_team_id)
    }

    /// Whoever is changed, signed out or given a key must hold no more than the granter.
    ///
    /// # Errors
    /// [`ErrorCode::HoldsMore`].
    pub fn check_holder(&self, holder: Holder<'_>) -> Result<(), ErrorCode> {
        let mut rights = holder.permissions.iter();
        if rights.all(|right| self.may_give(*right)) && self.may_show(holder.scope_team_id) {
            Ok(())
        } else {
            Err(ErrorCode::HoldsMore)
        }
    }

    /// An API key makes no keys.
    ///
    /// # Errors
    /// [`ErrorCode::NotByApiKey`].
    pub const fn check_key(&self) -> Result<(), ErrorCode> {
        if self.is_key {
            Err(ErrorCode::NotByApiKey)
        } else {
            Ok(())
        }
    }

    /// The faults of members of a list, each of which gives some rights: the codes of a user's
    /// roles, the permissions of a role, the scopes of a key.
    pub fn faults<'p>(
        &self,
        list: &str,
        given: impl IntoIterator<Item = &'p [Permission]>,
    ) -> Vec<Fault> {
        let faulty = given
            .into_iter()
            .enumerate()
            .filter(|(_, rights)| !rights.iter().all(|right| self.may_give(*right)));
        faulty
            .map(|(index, _)| Fault::at(format!("/{list}/{index}"), FieldCode::MoreThanYouHold))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;
    use uuid::Uuid;

    use super::*;

    fn team(n: u128) -> TeamId {
        TeamId::from_uuid(Uuid::from_u128(n))
    }

    /// 1 above 2 above 3, and 4 beside 2.
    fn tree() -> Tree<TeamId> {
        let edges = [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1))];
        Tree::new(edges.map(|(id, above)| (team(id), above.map(team))))
    }

    fn rights() -> impl Strategy<Value = Vec<Permission>> {
        subsequence(Permission::ALL, 0..=Permission::ALL.len())
    }

    #[test]
    fn a_scope_is_given_downwards_only() {
        let tree = tree();
        for (own, given, may) in [
            (1, 4, true),
            (2, 2, true),
            (2, 3, true),
            (2, 1, false),
            (2, 4, false),
            (3, 2, false),
            (2, 9, false),
        ] {
            let granter = Granter {
                holds: Holder {
                    permissions: &[],
                    scope_team_id: team(own),
                },
                is_key: false,
                teams: &tree,
            };
            assert_eq!(granter.may_show(team(given)), may, "{own} gives {given}");
        }
    }

    proptest! {
        /// Whatever is granted in however many steps, nobody ends up with more than the first held.
        #[test]
        fn rights_never_grow_along_a_chain_of_grants(
            first in rights(),
            chain in proptest::collection::vec((rights(), any::<bool>()), 1..6),
        ) {
            let tree = tree();
            let (mut held, mut was_key) = (first.clone(), false);
            for (wanted, is_key) in chain {
                let granter = Granter {
                    holds: Holder { permissions: &held, scope_team_id: team(1) },
                    is_key,
                    teams: &tree,
                };
                let each: Vec<&[Permission]> = wanted.chunks(1).collect();
                let faults = granter.faults("scopes", each);
                let allowed = wanted.iter().filter(|right| granter.may_give(**right)).count();
                prop_assert_eq!(faults.len(), wanted.len() - allowed);
                was_key |= is_key;
                held = wanted.into_iter().filter(|right| granter.may_give(*right)).collect();
                prop_assert!(held.iter().all(|right| first.contains(right)));
                if was_key {
                    prop_assert!(!held.contains(&Permission::ManageUsers));
                }
            }
        }

        #[test]
        fn whoever_holds_one_right_more_is_out_of_reach(own in rights(), other in rights()) {
            let tree = tree();
            let granter = Granter {
                holds: Holder { permissions: &own, scope_team_id: team(2) },
                is_key: false,
                teams: &tree,
            };
            let check = |scope| {
                granter.check_holder(Holder { permissions: &other, scope_team_id: team(scope) })
            };
            let is_more = other.iter().any(|right| !own.contains(right));
            prop_assert_eq!(check(3).is_err(), is_more);
            prop_assert_eq!(check(1), Err(ErrorCode::HoldsMore));
        }
    }
}

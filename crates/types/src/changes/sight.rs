//! What a reader is shown of an entry of the log, and which entries move what readers may see.

use std::collections::BTreeSet;

use super::{Change, Logged, Members, Op, ScopeKeys};
use crate::ids::{TeamId, UserId};
use crate::permissions::Permission;
use crate::records::{Action, Entity};
use crate::sessions::Me;

/// A move in the team tree.
const TREE: &str = "tree";
/// A change of what a role allows, before the role's code.
const ROLE: &str = "role:";
/// What everybody may know of a user; the rest is for those who manage users.
const OF_COLLEAGUES: [&str; 6] = ["id", "kind", "name", "username", "team_id", "active"];

/// Who reads the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    user: UserId,
    /// The teams of the scope; none for everything.
    teams: Option<BTreeSet<TeamId>>,
    permissions: Vec<Permission>,
    /// Which moves concern the reader.
    keys: Vec<String>,
}

impl Reader {
    /// Somebody who sees what belongs to `teams`; everything when there is none.
    pub fn new(me: &Me, teams: Option<&[TeamId]>) -> Self {
        let roles = me.roles.iter().map(|code| format!("{ROLE}{code}"));
        let tree = teams.map(|_| TREE.to_owned());
        Self {
            user: me.id,
            teams: teams.map(|teams| teams.iter().copied().collect()),
            permissions: me.permissions.clone(),
            keys: tree
                .into_iter()
                .chain([me.id.to_string()])
                .chain(roles)
                .collect(),
        }
    }

    /// The names of the moves (see [`moved_sight`]) that change what the reader sees.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Whether the reader sees something else from this entry on.
    pub fn is_moved_by(&self, entry: &Logged) -> bool {
        let moved = entry.sight.as_ref();
        moved.is_some_and(|moved| self.keys.contains(moved))
    }

    fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    fn sees(&self, keys: &ScopeKeys) -> bool {
        let Some(teams) = &self.teams else {
            return true;
        };
        keys.team.is_none_or(|team| teams.contains(&team)) || keys.people.contains(&self.user)
    }
}

/// What a reader sees of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The record before and after.
    Whole,
    /// The record as it came to be.
    New,
    /// The record from now on, not what it was.
    Entered,
    /// That it is gone.
    Gone,
    /// That it is out of sight.
    Left,
}

/// The permission without which a reader sees nothing of this kind; none for configuration.
const fn needed(entity: Entity) -> Option<Permission> {
    match entity {
        Entity::Customer | Entity::Contact => Some(Permission::ViewCustomers),
        Entity::Ticket | Entity::Message | Entity::Rating | Entity::Approval => {
            Some(Permission::ViewTickets)
        }
        Entity::ApiKey => Some(Permission::ManageUsers),
        Entity::Team
        | Entity::User
        | Entity::Role
        | Entity::Category
        | Entity::TicketType
        | Entity::ApprovalRule
        | Entity::Channel
        | Entity::Calendar
        | Entity::ClockPolicies
        | Entity::Settings => None,
    }
}

/// What the reader sees of a change of a record of this kind that was and is seen through these;
/// nothing of one that was and stays out of sight.
pub fn sight(
    reader: &Reader,
    entity: Entity,
    before: Option<&ScopeKeys>,
    after: Option<&ScopeKeys>,
) -> Option<Sight> {
    if needed(entity).is_some_and(|permission| !reader.may(permission)) {
        return None;
    }
    let (seen_before, seen_after) = (
        before.map(|keys| reader.sees(keys)),
        after.map(|keys| reader.sees(keys)),
    );
    match (seen_before, seen_after) {
        (Some(true), Some(true)) => Some(Sight::Whole),
        (None, Some(true)) => Some(Sight::New),
        (Some(false), Some(true)) => Some(Sight::Entered),
        (Some(true), Some(false)) => Some(Sight::Left),
        (Some(true), None) => Some(Sight::Gone),
        _ => None,
    }
}

/// The entry as the reader may see it, if it may see anything of it.
pub fn show(entry: &Logged, reader: &Reader) -> Option<Change> {
    let (before, after) = (entry.scope_before.as_ref(), entry.scope_after.as_ref());
    let sight = sight(reader, entry.entity, before, after)?;
    let (op, before, after) = match sight {
        Sight::Whole => (Op::Upsert, entry.before.clone(), entry.after.clone()),
        Sight::New | Sight::Entered => (Op::Upsert, None, entry.after.clone()),
        // What is left of a merged record is the name of the one that it became part of.
        Sight::Gone => (Op::Delete, entry.before.clone(), entry.after.clone()),
        Sight::Left => (Op::LeftScope, None, None),
    };
    let mut change = Change {
        seq: entry.seq,
        at: entry.at,
        op,
        entity: entry.entity,
        id: entry.id.clone(),
        version: entry.version,
        entered_scope: sight == Sight::Entered,
        action: Some(entry.action),
        actor: Some(entry.actor),
        on_behalf_of: entry.on_behalf_of.clone(),
        request_id: Some(entry.request_id.clone()),
        before,
        after,
    };
    if sight == Sight::Left {
        (change.action, change.actor) = (None, None);
        (change.on_behalf_of, change.request_id) = (None, None);
    }
    if entry.entity == Entity::User && !reader.may(Permission::ManageUsers) {
        for members in [&mut change.before, &mut change.after]
            .into_iter()
            .flatten()
        {
            members.retain(|name, _| OF_COLLEAGUES.contains(&name.as_str()));
        }
        if entry.action == Action::Updated && change.after.as_ref().is_none_or(Members::is_empty) {
            return None;
        }
    }
    Some(change)
}

/// The name of the move that a change is, if it moves what somebody may see: what was read before
/// was read by other rules. `changed` are the members that changed.
pub fn moved_sight(entity: Entity, id: &str, changed: &Members) -> Option<String> {
    let has = |name: &str| changed.contains_key(name);
    match entity {
        Entity::Team if has("parent_id") => Some(TREE.to_owned()),
        Entity::User if has("scope_team_id") || has("roles") => Some(id.to_owned()),
        Entity::Role if has("permissions") => Some(format!("{ROLE}{id}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::locale::Locale;
    use crate::records::Actor;
    use crate::users::UserKind;

    fn team(id: u128) -> TeamId {
        TeamId::from_uuid(Uuid::from_u128(id))
    }

    fn user(id: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(id))
    }

    const NORTH: u128 = 1;
    const SOUTH: u128 = 2;
    const ANNA: u128 = 7;
    const BEN: u128 = 8;

    /// Anna, who sees these teams.
    fn anna(teams: Option<&[TeamId]>, permissions: &[Permission]) -> Reader {
        let me = Me {
            id: user(ANNA),
            kind: UserKind::Person,
            api_key_id: None,
            scopes: permissions.to_vec(),
            username: "anna".to_owned().try_into().unwrap(),
            name: "Anna".to_owned().try_into().unwrap(),
            roles: vec!["agent".to_owned().try_into().unwrap()],
            permissions: permissions.to_vec(),
            team_id: team(NORTH),
            scope_team_id: team(NORTH),
            locale: Locale::En,
            must_change_password: false,
        };
        Reader::new(&me, teams)
    }

    fn northern(permissions: &[Permission]) -> Reader {
        anna(Some(&[team(NORTH)]), permissions)
    }

    fn keys(of: u128, people: &[u128]) -> ScopeKeys {
        ScopeKeys::new(team(of), people.iter().map(|id| Some(user(*id))))
    }

    fn members(value: serde_json::Value) -> Members {
        serde_json::from_value(value).unwrap()
    }

    fn entry(entity: Entity, before: Option<ScopeKeys>, after: Option<ScopeKeys>) -> Logged {
        let action = match (&before, &after) {
            (None, _) => Action::Created,
            (_, None) => Action::Deleted,
            _ => Action::Updated,
        };
        Logged {
            seq: 5,
            at: chrono::DateTime::UNIX_EPOCH,
            actor: Actor::User(user(BEN)),
            on_behalf_of: Some("crm".into()),
            request_id: "request".into(),
            entity,
            id: "x".into(),
            version: 3,
            action,
            before: before
                .is_some()
                .then(|| members(json!({"name": "old", "email": "a@b.c"}))),
            after: after
                .is_some()
                .then(|| members(json!({"name": "new", "email": "d@e.f"}))),
            scope_before: before,
            scope_after: after,
            sight: None,
        }
    }

    #[test]
    fn what_a_reader_sees_follows_from_where_the_record_was_and_is() {
        let reader = northern(Permission::ALL);
        let (north, south) = (Some(keys(NORTH, &[])), Some(keys(SOUTH, &[])));
        let mine_elsewhere = Some(keys(SOUTH, &[BEN, ANNA]));
        let configuration = Some(ScopeKeys::default());
        for (before, after, expected) in [
            (None, north.clone(), Some(Sight::New)),
            (None, south.clone(), None),
            (None, mine_elsewhere.clone(), Some(Sight::New)),
            (None, configuration.clone(), Some(Sight::New)),
            (north.clone(), north.clone(), Some(Sight::Whole)),
            (north.clone(), south.clone(), Some(Sight::Left)),
            (north.clone(), mine_elsewhere.clone(), Some(Sight::Whole)),
            (south.clone(), north.clone(), Some(Sight::Entered)),
            (south.clone(), mine_elsewhere.clone(), Some(Sight::Entered)),
            (mine_elsewhere, south.clone(), Some(Sight::Left)),
            (south.clone(), south.clone(), None),
            (north, None, Some(Sight::Gone)),
            (south, None, None),
            (configuration.clone(), configuration, Some(Sight::Whole)),
        ] {
            let seen = sight(&reader, Entity::Ticket, before.as_ref(), after.as_ref());
            assert_eq!(seen, expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn nothing_is_shown_of_records_that_the_permissions_do_not_allow() {
        let here = keys(NORTH, &[ANNA]);
        for (entity, permission) in [
            (Entity::Customer, Permission::ViewCustomers),
            (Entity::Contact, Permission::ViewCustomers),
            (Entity::Ticket, Permission::ViewTickets),
            (Entity::Message, Permission::ViewTickets),
            (Entity::Rating, Permission::ViewTickets),
            (Entity::Approval, Permission::ViewTickets),
        ] {
            let others = Permission::ALL.iter().filter(|other| **other != permission);
            let without = northern(&others.copied().collect::<Vec<_>>());
            let with = northern(&[permission]);
            assert_eq!(sight(&without, entity, Some(&here), Some(&here)), None);
            assert!(sight(&with, entity, Some(&here), Some(&here)).is_some());
        }
    }

    #[test]
    fn what_comes_into_sight_does_not_tell_what_it_was_and_what_leaves_tells_nothing() {
        let reader = northern(Permission::ALL);
        let (north, south) = (Some(keys(NORTH, &[])), Some(keys(SOUTH, &[])));
        let came = entry(Entity::Ticket, south.clone(), north.clone());
        let came = show(&came, &reader).unwrap();
        assert_eq!((came.op, came.entered_scope), (Op::Upsert, true));
        assert_eq!((came.before, came.after.unwrap().len()), (None, 2));
        let left = show(&entry(Entity::Ticket, north, south), &reader).unwrap();
        assert_eq!(
            serde_json::to_value(left).unwrap(),
            json!({"seq": 5, "at": "1970-01-01T00:00:00Z", "op": "left_scope", "entity": "ticket",
                "id": "x", "version": 3, "entered_scope": false, "action": null, "actor": null,
                "on_behalf_of": null, "request_id": null, "before": null, "after": null})
        );
    }

    #[test]
    fn of_a_user_colleagues_see_what_the_list_of_users_shows() {
        let everybody = Some(ScopeKeys::default());
        let mut changed = entry(Entity::User, everybody.clone(), everybody);
        let colleague = northern(&[]);
        let seen = show(&changed, &colleague).unwrap();
        assert_eq!(seen.after, Some(members(json!({"name": "new"}))));
        assert_eq!(seen.before, Some(members(json!({"name": "old"}))));
        let manager = northern(&[Permission::ManageUsers]);
        assert_eq!(show(&changed, &manager).unwrap().after, changed.after);
        changed.before = Some(members(json!({"email": "a@b.c"})));
        changed.after = Some(members(json!({"email": "d@e.f"})));
        assert_eq!(show(&changed, &colleague), None);
        assert!(show(&changed, &manager).is_some());
    }

    #[test]
    fn a_move_concerns_those_whose_sight_it_moves() {
        let moved = |entity, id: &str, changed| moved_sight(entity, id, &members(changed));
        let ours = user(ANNA).to_string();
        let reader = northern(&[]);
        let root = anna(None, &[]);
        for (entity, id, changed, concerns, concerns_root) in [
            (Entity::Team, "t", json!({"parent_id": null}), true, false),
            (Entity::Team, "t", json!({"names": null}), false, false),
            (
                Entity::User,
                ours.as_str(),
                json!({"roles": null}),
                true,
                true,
            ),
            (
                Entity::User,
                ours.as_str(),
                json!({"scope_team_id": null}),
                true,
                true,
            ),
            (
                Entity::User,
                ours.as_str(),
                json!({"email": null}),
                false,
                false,
            ),
            (
                Entity::User,
                "another",
                json!({"roles": null}),
                false,
                false,
            ),
            (
                Entity::Role,
                "agent",
                json!({"permissions": null}),
                true,
                true,
            ),
            (Entity::Role, "agent", json!({"names": null}), false, false),
            (
                Entity::Role,
                "tree",
                json!({"permissions": null}),
                false,
                false,
            ),
            (
                Entity::Ticket,
                "t",
                json!({"parent_id": null}),
                false,
                false,
            ),
        ] {
            let mut entry = entry(entity, None, Some(ScopeKeys::default()));
            entry.sight = moved(entity, id, changed.clone());
            let what = format!("{entity:?} {id} {changed}");
            assert_eq!(reader.is_moved_by(&entry), concerns, "{what}");
            assert_eq!(root.is_moved_by(&entry), concerns_root, "{what}");
        }
    }
}

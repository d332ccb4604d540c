//! Who sees which records: the one rule that every read of records applies.
//!
//! A user sees what belongs to the subtree of its scope team, and the single records it holds as
//! a person: as assignee, duty holder or first responder of a ticket, as owner of a customer.

pub(crate) use rapport_types::changes::ScopeKeys;
use rapport_types::ids::{TeamId, UserId};
use rapport_types::teams::Tree;
use uuid::Uuid;

use crate::search::scope_token;
use crate::sql::Sql;

/// What a reader sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(Reader);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reader {
    /// The product itself.
    System,
    /// A person whose scope team is the root.
    Everything,
    /// A person and the teams of its subtree.
    Person { user: UserId, teams: Vec<TeamId> },
}

/// The ids whose tokens the search index carries.
pub(crate) fn ids(keys: &ScopeKeys) -> impl Iterator<Item = Uuid> + '_ {
    let team = keys.team.iter().map(|team| team.uuid());
    team.chain(keys.people.iter().map(|user| user.uuid()))
}

impl Scope {
    /// What `user` sees whose scope team is `team`.
    pub fn of(user: UserId, team: TeamId, tree: &Tree<TeamId>) -> Self {
        if tree.path(team).as_slice() == [team] {
            return Self(Reader::Everything);
        }
        Self(Reader::Person {
            user,
            teams: tree.subtree(team),
        })
    }

    /// Everything, for jobs, imports and the command line. Handlers must not use it; clippy
    /// refuses it outside those places.
    pub const fn system() -> Self {
        Self(Reader::System)
    }

    /// Whether nothing lies outside it.
    pub fn is_everything(&self) -> bool {
        !matches!(self.0, Reader::Person { .. })
    }

    /// The teams inside it; none when nothing lies outside.
    pub fn teams(&self) -> Option<&[TeamId]> {
        match &self.0 {
            Reader::System | Reader::Everything => None,
            Reader::Person { teams, .. } => Some(teams),
        }
    }

    /// Whether a team lies inside it.
    pub fn holds_team(&self, team: TeamId) -> bool {
        match &self.0 {
            Reader::System | Reader::Everything => true,
            Reader::Person { teams, .. } => teams.contains(&team),
        }
    }

    /// Adds the condition to a statement: a team of the subtree, or the person in one of
    /// `person_columns`.
    pub(crate) fn push(&self, sql: &mut Sql, team_column: &str, person_columns: &[&str]) {
        let Reader::Person { user, teams } = &self.0 else {
            sql.push("1 = 1");
            return;
        };
        sql.push("(")
            .in_ids(team_column, teams.iter().map(|t| t.uuid()));
        for column in person_columns {
            sql.push(" OR ").push(column).push(" = ").bind(user.uuid());
        }
        sql.push(")");
    }

    /// The parts whose union is the scope, each an equality that an index answers in order:
    /// column and value. None when nothing lies outside.
    pub(crate) fn branches<'a>(
        &self,
        team_column: &'a str,
        person_columns: &[&'a str],
    ) -> Option<Vec<(&'a str, Uuid)>> {
        let Reader::Person { user, teams } = &self.0 else {
            return None;
        };
        let by_team = teams.iter().map(|team| (team_column, team.uuid()));
        let by_person = person_columns.iter().map(|column| (*column, user.uuid()));
        Some(by_team.chain(by_person).collect())
    }

    /// The tokens of which a record of the search index must carry one; empty for everything.
    pub(crate) fn tokens(&self) -> Vec<String> {
        match &self.0 {
            Reader::System | Reader::Everything => Vec::new(),
            Reader::Person { user, teams } => teams
                .iter()
                .map(|t| t.uuid())
                .chain([user.uuid()])
                .map(scope_token)
                .collect(),
        }
    }
}

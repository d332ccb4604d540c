//! The configuration: everything small that every request needs, loaded once and shared.
//!
//! Settings, teams, users, roles, categories, ticket types, channels, calendars and clock policies
//! change rarely. A [`Configuration`] is one immutable picture of all of them with the number of
//! the change that made it; [`version`] tells whether there is a newer one. Changes of
//! configuration go through [`change`], one after the other, so that what a decision rests on
//! (is there such a team, would the tree have a cycle) still holds when it is written.

mod seed;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rapport_types::approvals::{self, Approval, ApprovalRule};
use rapport_types::calendars::{Calendar, OpenHours};
use rapport_types::categories::Category;
use rapport_types::channels::Channel;
use rapport_types::clocks::{ClockBasis, ClockBook, ClockPolicies};
use rapport_types::filters::{Context, Fact, Facts, Field, Filter};
use rapport_types::ids::{CalendarId, CategoryId, TeamId, UserId};
use rapport_types::names::Names;
use rapport_types::permissions::Permission;
use rapport_types::roles::Role;
use rapport_types::settings::Settings;
use rapport_types::teams::{Team, TeamRef, Tree};
use rapport_types::text::Code;
use rapport_types::ticket_types::{DefinitionBook, TicketType, TypeDefinition, own_field};
use rapport_types::tickets::{FIELDS, Ticket, TicketFacts};
use rapport_types::users::{User, UserRef};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::calendars::{self, RulesVersion};
use crate::clock_policies::{self, PolicyVersion};
use crate::conflicts::WriteError;
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::filters::Trees;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::writes::{CONFIGURATION, WriteContext, Writer, write};
use crate::{approval_rules, categories, channels, roles, settings, teams, ticket_types, users};

pub use seed::{FirstStart, is_seeded, seed};

/// One picture of the whole configuration.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Which change it shows; a newer one has a greater number.
    pub version: i64,
    /// The settings of the organisation.
    pub settings: Settings,
    /// The organisation's time zone.
    pub zone: Tz,
    /// The teams.
    pub teams: BTreeMap<TeamId, Team>,
    /// How the teams lie in each other.
    pub team_tree: Tree<TeamId>,
    /// The users.
    pub users: BTreeMap<UserId, User>,
    /// The roles.
    pub roles: BTreeMap<Code, Role>,
    /// The categories.
    pub categories: BTreeMap<CategoryId, Category>,
    /// How the categories lie in each other.
    pub category_tree: Tree<CategoryId>,
    /// The ticket types.
    pub ticket_types: BTreeMap<Code, TicketType>,
    /// What tickets can be filtered by: the fields of every ticket, and those of its types.
    pub ticket_fields: Vec<Field>,
    definitions: BTreeMap<Code, BTreeMap<i64, TypeDefinition>>,
    /// The approval rules.
    pub approval_rules: BTreeMap<Code, ApprovalRule>,
    /// The channels.
    pub channels: BTreeMap<Code, Channel>,
    /// The calendars, with the rules that hold now.
    pub calendars: BTreeMap<CalendarId, Calendar>,
    rules: BTreeMap<CalendarId, Vec<RulesVersion>>,
    first_policies: PolicyVersion,
    later_policies: Vec<PolicyVersion>,
}

impl Configuration {
    /// A team's id and names; of an unknown one the names are its id.
    pub fn team_ref(&self, id: TeamId) -> TeamRef {
        let names = self.teams.get(&id).map(|team| team.names.clone());
        TeamRef {
            id,
            names: names.unwrap_or_else(|| Names::both(&id.to_string(), "")),
        }
    }

    /// A user's id and name.
    pub fn user_ref(&self, id: UserId) -> Option<UserRef> {
        self.users.get(&id).map(|user| UserRef {
            id,
            name: user.name.clone(),
        })
    }

    /// What the roles of a user together allow.
    pub fn permissions_of(&self, user: &User) -> Vec<Permission> {
        permissions_together(user.roles.iter().filter_map(|code| self.roles.get(code)))
    }

    /// What a user sees.
    pub fn scope_of(&self, user: &User) -> Scope {
        Scope::of(user.id, user.scope_team_id, &self.team_tree)
    }

    /// The trees that a filter's teams and categories lie in.
    pub(crate) fn trees(&self) -> Trees<'_> {
        Trees {
            ticket_fields: &self.ticket_fields,
            teams: &self.team_tree,
            categories: &self.category_tree,
        }
    }

    /// The team above all others.
    pub fn root_team(&self) -> Option<&Team> {
        self.teams.values().find(|team| team.parent_id.is_none())
    }

    /// The calendar of a team: that of the nearest ancestor that has one, else the organisation's.
    pub fn calendar_of(&self, team: TeamId) -> CalendarId {
        let path = self.team_tree.path(team);
        let own = path.iter().find_map(|id| self.teams.get(id)?.calendar_id);
        own.unwrap_or(self.settings.calendar_id)
    }

    /// The time zone of a team: that of the nearest ancestor that has one, else the organisation's.
    pub fn zone_of(&self, team: TeamId) -> Tz {
        let path = self.team_tree.path(team);
        let own = path.iter().find_map(|id| {
            self.teams
                .get(id)?
                .time_zone
                .as_ref()?
                .as_str()
                .parse()
                .ok()
        });
        own.unwrap_or(self.zone)
    }

    /// The clock policies that hold now.
    pub fn latest_policies(&self) -> &ClockPolicies {
        &self
            .later_policies
            .last()
            .unwrap_or(&self.first_policies)
            .policies
    }

    /// The clock policies in force at an instant. Before the first of them there were none; a
    /// ticket from that time (an import) runs by the first.
    pub fn policies_at(&self, at: DateTime<Utc>) -> &ClockPolicies {
        let later = self
            .later_policies
            .iter()
            .rev()
            .find(|policies| policies.valid_from <= at);
        &later.unwrap_or(&self.first_policies).policies
    }

    /// What the clocks of a ticket run by that starts or changes its type or priority at `at`:
    /// the first policy in force that matches it, and the policy's calendar or the team's.
    pub fn clock_basis(&self, ticket: &Ticket, at: DateTime<Utc>) -> Option<ClockBasis> {
        self.clock_basis_under(self.policies_at(at), ticket, at)
    }

    /// The same under other policies than those in force.
    pub fn clock_basis_under(
        &self,
        policies: &ClockPolicies,
        ticket: &Ticket,
        at: DateTime<Utc>,
    ) -> Option<ClockBasis> {
        let policy = self.with_facts(ticket, |_, matches| policies.select(matches))?;
        let calendar = policy
            .calendar
            .unwrap_or_else(|| self.calendar_of(ticket.team_id));
        Some(ClockBasis {
            policy_version: policies.version,
            policy_code: policy.code.clone(),
            calendar: self
                .calendar_version_at(calendar, at)
                .map(|version| (calendar, version)),
        })
    }

    /// What a filter reads from a ticket, and whether one matches it. Days of a filter are those of
    /// the organisation, counted from the opening, so that a rule never changes its mind by itself.
    pub fn with_facts<T>(
        &self,
        ticket: &Ticket,
        judge: impl FnOnce(&dyn Fn(&str) -> Fact, &dyn Fn(&Filter) -> bool) -> T,
    ) -> T {
        let (teams, categories) = self.paths_of(ticket);
        let facts = TicketFacts {
            ticket,
            teams: &teams,
            categories: &categories,
        };
        let context = Context {
            me: None,
            now: ticket.opened_at,
            zone: self.zone,
        };
        let fields = &self.ticket_fields;
        judge(&|name| facts.fact(name), &|filter| {
            context.resolve(fields, filter).matches(&facts)
        })
    }

    /// The teams and the categories in which a ticket lies, its own first.
    fn paths_of(&self, ticket: &Ticket) -> (Vec<TeamId>, Vec<CategoryId>) {
        let categories = ticket.category_id.map(|id| self.category_tree.path(id));
        let teams = self.team_tree.path(ticket.team_id);
        (teams, categories.unwrap_or_default())
    }

    /// The codes of the approval rules that a ticket needs and has no approval for that counts, in
    /// the order of their positions. `approvals` are the ticket's.
    pub fn missing_approvals(&self, ticket: &Ticket, approvals: &[Approval]) -> Vec<Code> {
        let (teams, categories) = self.paths_of(ticket);
        let facts = TicketFacts {
            ticket,
            teams: &teams,
            categories: &categories,
        };
        let mut rules: Vec<&ApprovalRule> = self.approval_rules.values().collect();
        rules.sort_by_key(|rule| rule.position);
        approvals::missing(rules, &facts, self.zone, approvals)
    }

    /// Every version of the clock policies with the instant since which it holds, oldest first.
    pub fn policy_versions(&self) -> impl Iterator<Item = (&ClockPolicies, DateTime<Utc>)> {
        std::iter::once(&self.first_policies)
            .chain(&self.later_policies)
            .map(|version| (&version.policies, version.valid_from))
    }

    /// The versions of a calendar that brought other rules, with the instant since which they hold,
    /// oldest first.
    pub fn calendar_versions(&self, calendar: CalendarId) -> Vec<(i64, DateTime<Utc>)> {
        let versions = self.rules.get(&calendar).into_iter().flatten();
        versions
            .map(|rules| (rules.version, rules.valid_from))
            .collect()
    }

    /// A version of the clock policies.
    pub fn policies(&self, version: i64) -> Option<&ClockPolicies> {
        std::iter::once(&self.first_policies)
            .chain(&self.later_policies)
            .map(|version| &version.policies)
            .find(|policies| policies.version == version)
    }

    /// The version of a calendar whose rules were in force at an instant; before its first rules
    /// those count. None for an unknown calendar.
    pub fn calendar_version_at(&self, calendar: CalendarId, at: DateTime<Utc>) -> Option<i64> {
        let versions = self.rules.get(&calendar)?;
        let in_force = versions
            .iter()
            .rev()
            .find(|rules| rules.valid_from <= at)
            .or(versions.first());
        in_force.map(|rules| rules.version)
    }

    /// The open hours of a calendar in a version that [`Self::calendar_version_at`] gave.
    pub fn hours(&self, calendar: CalendarId, version: i64) -> Option<&OpenHours> {
        let versions = self.rules.get(&calendar)?;
        versions
            .iter()
            .find(|rules| rules.version == version)
            .map(|rules| &rules.hours)
    }
}

impl DefinitionBook for Configuration {
    fn definition(&self, type_code: &Code, version: i64) -> Option<&TypeDefinition> {
        if version == 0 {
            return Some(&NOTHING);
        }
        self.definitions.get(type_code)?.get(&version)
    }
}

/// The definition of a type that has no fields and pipelines.
static NOTHING: TypeDefinition = TypeDefinition {
    version: 0,
    fields: Vec::new(),
    pipelines: Vec::new(),
};

impl ClockBook for Configuration {
    fn policies(&self, version: i64) -> Option<&ClockPolicies> {
        Self::policies(self, version)
    }

    fn hours(&self, calendar: CalendarId, version: i64) -> Option<&OpenHours> {
        Self::hours(self, calendar, version)
    }
}

/// What these roles together allow, each permission once, in the order of the table.
pub(crate) fn permissions_together<'r>(
    roles: impl IntoIterator<Item = &'r Role>,
) -> Vec<Permission> {
    let all: BTreeSet<Permission> = roles
        .into_iter()
        .flat_map(|role| role.permissions.iter().copied())
        .collect();
    all.into_iter().collect()
}

/// Loads the configuration.
///
/// # Errors
/// [`StoreError::Failed`] before the first start, else what the database says.
pub async fn load(db: &Database) -> Result<Configuration, StoreError> {
    read(&db.reader, db.kind).await
}

/// Reads all of it as the transaction sees it, over the connection that it holds: waiting for
/// another one while holding one could stop all writers of the process.
///
/// # Errors
/// What the database says.
pub async fn load_within(writer: &Writer) -> Result<Configuration, StoreError> {
    read(writer.connection(), writer.sql().kind()).await
}

/// The number of the latest change of configuration.
///
/// # Errors
/// What the database says.
pub async fn version(db: &Database) -> Result<i64, StoreError> {
    read_version(&db.reader, db.kind, "").await
}

/// Changes configuration. `work` gets the configuration as it is and stays until the commit, since
/// of all processes one changes configuration at a time.
///
/// # Errors
/// See [`write`].
pub async fn change<T, E, F>(db: &Database, context: WriteContext, work: F) -> Result<T, E>
where
    E: WriteError,
    F: AsyncFn(&mut Writer, &Configuration) -> Result<T, E>,
{
    write(db, context, async |writer: &mut Writer| {
        change_within(writer, &work).await
    })
    .await
}

/// [`change`] within a transaction that has begun.
///
/// # Errors
/// What `work` returns, or the database.
pub async fn change_within<T, E: From<StoreError>>(
    writer: &mut Writer,
    work: impl AsyncFnOnce(&mut Writer, &Configuration) -> Result<T, E>,
) -> Result<T, E> {
    lock(writer).await?;
    let configuration = load_within(writer).await?;
    work(writer, &configuration).await
}

/// Keeps others from changing configuration until the end of the transaction.
pub(crate) async fn lock(writer: &Writer) -> Result<(), StoreError> {
    let kind = writer.sql().kind();
    read_version(writer.connection(), kind, writer.row_lock()).await?;
    Ok(())
}

async fn read_version(
    db: &impl ConnectionTrait,
    kind: Kind,
    row_lock: &str,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("SELECT value FROM counters WHERE kind = ")
        .bind(CONFIGURATION)
        .push(row_lock);
    let rows = sql.rows(db).await?;
    Ok(rows
        .first()
        .map(|row| row.try_get("", "value"))
        .transpose()?
        .unwrap_or(0))
}

/// The version is read first: what changes meanwhile makes the picture older than it is, so that
/// it is loaded again. What refers is read before what is referred to.
async fn read(db: &impl ConnectionTrait, kind: Kind) -> Result<Configuration, StoreError> {
    let version = read_version(db, kind, "").await?;
    let settings = settings::find(db).await?;
    let settings =
        settings.ok_or_else(|| StoreError::Failed("the database holds no settings yet".into()))?;
    let mut policies = clock_policies::all(db).await?.into_iter();
    let users = users::all(db).await?;
    let teams = teams::all(db).await?;
    let roles = roles::all(db).await?;
    let categories = categories::all(db).await?;
    let definitions = ticket_types::definitions(db).await?;
    let ticket_types = ticket_types::all(db, &definitions).await?;
    let own = definitions
        .values()
        .flat_map(BTreeMap::values)
        .flat_map(|definition| &definition.fields);
    let mut ticket_fields = FIELDS.to_vec();
    for field in own.map(own_field) {
        if !ticket_fields.iter().any(|known| known.name == field.name) {
            ticket_fields.push(field);
        }
    }
    let approval_rules = approval_rules::all(db).await?;
    let channels = channels::all(db).await?;
    let (mut calendars, mut rules) = (BTreeMap::new(), BTreeMap::new());
    for (calendar, versions) in calendars::all(db).await? {
        rules.insert(calendar.id, versions);
        calendars.insert(calendar.id, calendar);
    }
    Ok(Configuration {
        version,
        zone: settings
            .time_zone
            .as_str()
            .parse()
            .map_err(|_| stored("time zone"))?,
        settings,
        team_tree: Tree::new(teams.iter().map(|team| (team.id, team.parent_id))),
        teams: teams.into_iter().map(|team| (team.id, team)).collect(),
        users: users.into_iter().map(|user| (user.id, user)).collect(),
        roles: roles
            .into_iter()
            .map(|role| (role.code.clone(), role))
            .collect(),
        category_tree: Tree::new(
            categories
                .iter()
                .map(|category| (category.id, category.parent_id)),
        ),
        categories: categories
            .into_iter()
            .map(|category| (category.id, category))
            .collect(),
        ticket_fields,
        definitions,
        ticket_types: ticket_types
            .into_iter()
            .map(|kind| (kind.code.clone(), kind))
            .collect(),
        approval_rules: approval_rules
            .into_iter()
            .map(|rule| (rule.code.clone(), rule))
            .collect(),
        channels: channels
            .into_iter()
            .map(|channel| (channel.code.clone(), channel))
            .collect(),
        calendars,
        rules,
        first_policies: policies
            .next()
            .ok_or_else(|| stored("list of clock policies"))?,
        later_policies: policies.collect(),
    })
}

/// The fault of a row whose text is not what this program writes.
pub(crate) fn stored(what: &str) -> StoreError {
    StoreError::Failed(format!("a stored {what} cannot be read"))
}

/// A member as JSON text for its row. Texts, numbers, lists of them and maps with text keys, which
/// is all that configuration holds, can always be written.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

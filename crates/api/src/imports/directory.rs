//! What the names in a file mean: teams, categories and agents, found or made.
//!
//! Teams are looked for below the import's own team by name, categories by the names on their path,
//! both without regard to case; agents by the mapping's key. What is missing is made in a change of
//! configuration of its own before the tickets that need it: an import that stops in between finds
//! it again.

use std::collections::{BTreeMap, HashMap, HashSet};

use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::writes::{WriteContext, Writer};
use rapport_persistence::{categories, imports, teams, users};
use rapport_types::categories::Category;
use rapport_types::ids::{CategoryId, TeamId, UserId};
use rapport_types::imports::{ImportedAgent, ImportedProfile, ImportedTicket, KeyKind};
use rapport_types::locale::Locale;
use rapport_types::records::ExternalId;
use rapport_types::teams::Team;
use rapport_types::text::{Code, Email, LineText, NameText, Username};
use rapport_types::users::{User, UserKind};

use super::index::{Index, fold, names};
use crate::ids::Ids;

/// The role of agents that an import makes.
const AGENT_ROLE: &str = "agent";

/// What a record names that may have to be made.
pub(super) struct Names<'a> {
    team: Option<&'a NameText>,
    category: &'a [LineText],
    agents: Vec<&'a ImportedAgent>,
}

impl<'a> Names<'a> {
    /// What a ticket names.
    pub(super) fn of_ticket(ticket: &'a ImportedTicket) -> Self {
        let of_events = ticket
            .events
            .iter()
            .filter_map(|event| event.agent.as_ref());
        Self {
            team: ticket.team.as_ref(),
            category: &ticket.category,
            agents: ticket
                .agent
                .iter()
                .chain(&ticket.resolver)
                .chain(of_events)
                .collect(),
        }
    }

    /// What a customer names.
    pub(super) fn of_customer(profile: &'a ImportedProfile) -> Self {
        Self {
            team: profile.team.as_ref(),
            category: &[],
            agents: profile.agent.iter().collect(),
        }
    }
}

/// The teams, categories and agents that are known, and how to make more.
pub(super) struct Directory<'a> {
    pub(super) db: &'a Database,
    pub(super) ids: &'a Ids,
    pub(super) source: &'a Code,
    /// The team that new teams lie below.
    pub(super) base: TeamId,
    /// The hash of a password that nobody knows.
    pub(super) password_hash: String,
    pub(super) configuration: Configuration,
    index: Index,
    /// Users by the source's key.
    pub(super) agents: HashMap<String, UserId>,
}

impl<'a> Directory<'a> {
    /// A directory over the configuration as it is.
    pub(super) fn new(
        db: &'a Database,
        ids: &'a Ids,
        source: &'a Code,
        base: TeamId,
        password_hash: String,
        configuration: Configuration,
    ) -> Self {
        let index = Index::new(&configuration, base);
        Self {
            db,
            ids,
            source,
            base,
            password_hash,
            configuration,
            index,
            agents: HashMap::new(),
        }
    }

    /// Makes sure that everything these records name is known.
    pub(super) async fn learn(
        &mut self,
        records: &[Names<'_>],
        context: WriteContext,
    ) -> Result<(), StoreError> {
        let wanted = self.unknown_agents(records);
        self.find_agents(&wanted).await?;
        let is_known = |names: &Names<'_>| {
            let mut agents = names.agents.iter();
            self.index.team(self.base, names.team).is_some()
                && self.index.category(names.category).is_some()
                && agents.all(|agent| self.agents.contains_key(agent.key.as_str()))
        };
        if records.iter().all(is_known) {
            return Ok(());
        }
        let (base, known) = (self.base, &self.agents);
        let made = configuration::change(
            self.db,
            context,
            async |writer: &mut Writer, now: &Configuration| {
                let mut making = Making {
                    writer,
                    ids: self.ids,
                    source: self.source,
                    base,
                    password_hash: &self.password_hash,
                    locale: now.settings.locale,
                    index: Index::new(now, base),
                    usernames: now
                        .users
                        .values()
                        .map(|user| user.username.as_str().to_owned())
                        .collect(),
                    agents: known.clone(),
                };
                for names in records {
                    making.all_of(names).await?;
                }
                Ok::<_, StoreError>(making.agents)
            },
        )
        .await?;
        self.agents = made;
        self.configuration = configuration::load(self.db).await?;
        self.index = Index::new(&self.configuration, self.base);
        Ok(())
    }

    /// The team of a record, after [`Self::learn`].
    pub(super) fn team(&self, name: Option<&NameText>) -> TeamId {
        self.index.team(self.base, name).unwrap_or(self.base)
    }

    /// The category of a ticket, after [`Self::learn`].
    pub(super) fn category(&self, path: &[LineText]) -> Option<CategoryId> {
        self.index.category(path).flatten()
    }

    fn unknown_agents(&self, records: &[Names<'_>]) -> BTreeMap<String, ImportedAgent> {
        let all = records.iter().flat_map(|names| &names.agents);
        all.filter(|agent| !self.agents.contains_key(agent.key.as_str()))
            .map(|agent| (agent.key.as_str().to_owned(), (*agent).clone()))
            .collect()
    }

    /// Finds users by the key that the mapping chose.
    async fn find_agents(
        &mut self,
        wanted: &BTreeMap<String, ImportedAgent>,
    ) -> Result<(), StoreError> {
        let by_key: Vec<&str> = wanted
            .values()
            .filter(|agent| agent.by == KeyKind::ExternalId)
            .map(|agent| agent.key.as_str())
            .collect();
        self.agents
            .extend(imports::known_agents(self.db, self.source.as_str(), &by_key).await?);
        for (key, agent) in wanted {
            let found = self
                .configuration
                .users
                .values()
                .find(|user| match agent.by {
                    KeyKind::ExternalId => false,
                    KeyKind::Email => user
                        .email
                        .as_ref()
                        .is_some_and(|email| fold(email.as_str()) == fold(key)),
                    KeyKind::Name => fold(user.name.as_str()) == fold(key),
                });
            if let Some(user) = found {
                self.agents.insert(key.clone(), user.id);
            }
        }
        Ok(())
    }
}

/// The making of what is missing, within one change of configuration.
struct Making<'a> {
    writer: &'a mut Writer,
    ids: &'a Ids,
    source: &'a Code,
    base: TeamId,
    password_hash: &'a str,
    locale: Locale,
    index: Index,
    usernames: HashSet<String>,
    agents: HashMap<String, UserId>,
}

impl Making<'_> {
    async fn all_of(&mut self, names: &Names<'_>) -> Result<(), StoreError> {
        let team = self.team(names.team).await?;
        self.category(names.category).await?;
        for agent in &names.agents {
            if !self.agents.contains_key(agent.key.as_str()) {
                self.agent(agent, team).await?;
            }
        }
        Ok(())
    }

    async fn team(&mut self, name: Option<&NameText>) -> Result<TeamId, StoreError> {
        let (Some(name), None) = (name, self.index.team(self.base, name)) else {
            return Ok(self.index.team(self.base, name).unwrap_or(self.base));
        };
        let team = Team {
            id: TeamId::from_uuid(self.ids.next()),
            version: 1,
            names: names(name.as_str(), self.locale),
            parent_id: Some(self.base),
            time_zone: None,
            calendar_id: None,
            active: true,
        };
        teams::insert(self.writer, &team).await?;
        self.index.add_team(name, team.id);
        Ok(team.id)
    }

    async fn category(&mut self, path: &[LineText]) -> Result<(), StoreError> {
        let mut above = None;
        for level in path {
            if let Some(known) = self.index.category_below(above, level) {
                above = Some(known);
                continue;
            }
            let category = Category {
                id: CategoryId::from_uuid(self.ids.next()),
                version: 1,
                code: None,
                names: names(level.as_str(), self.locale),
                parent_id: above,
                active: true,
            };
            categories::insert(self.writer, &category).await?;
            self.index.add_category(above, level, category.id);
            above = Some(category.id);
        }
        Ok(())
    }

    /// Adds a person who cannot sign in: inactive, with a password that nobody knows.
    async fn agent(&mut self, agent: &ImportedAgent, team: TeamId) -> Result<(), StoreError> {
        let email = match agent.by {
            KeyKind::Email => Email::try_from(agent.key.as_str().to_owned()).ok(),
            KeyKind::ExternalId | KeyKind::Name => None,
        };
        let role =
            Code::try_from(AGENT_ROLE).map_err(|what| StoreError::Failed(what.to_owned()))?;
        let user = User {
            id: UserId::from_uuid(self.ids.next()),
            version: 1,
            username: self.username(agent)?,
            name: agent.name.clone(),
            email,
            roles: vec![role],
            team_id: team,
            scope_team_id: team,
            locale: self.locale,
            active: false,
            kind: UserKind::Person,
            must_change_password: false,
        };
        users::insert(self.writer, &user, self.password_hash).await?;
        if agent.by == KeyKind::ExternalId {
            let key = ExternalId {
                source: self.source.clone(),
                id: agent.key.clone(),
            };
            imports::remember_agent(self.writer, user.id, key).await?;
        }
        self.agents.insert(agent.key.as_str().to_owned(), user.id);
        Ok(())
    }

    /// A free name to sign in with, close to the source's key.
    fn username(&mut self, agent: &ImportedAgent) -> Result<Username, StoreError> {
        let wanted = username_like(agent.key.as_str());
        let mut name = wanted.clone();
        let mut count = 1;
        while self.usernames.contains(&name) {
            count += 1;
            name = format!("{wanted}-{count}");
        }
        self.usernames.insert(name.clone());
        Username::try_from(name).map_err(|what| StoreError::Failed(what.to_owned()))
    }
}

/// The key with dashes for everything that a name to sign in with cannot hold.
fn username_like(key: &str) -> String {
    let mut name = String::new();
    for c in key.to_lowercase().chars().take(80) {
        let is_allowed = c.is_alphanumeric() || ['.', '_', '@', '+'].contains(&c);
        match (is_allowed, name.ends_with('-') || name.is_empty()) {
            (true, _) => name.push(c),
            (false, false) => name.push('-'),
            (false, true) => {}
        }
    }
    let name = name.trim_end_matches('-');
    if name.chars().count() < 2 {
        format!("agent-{name}").trim_end_matches('-').to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_key_gives_a_name_to_sign_in_with() {
        for (key, expected) in [
            ("Resolver 5", "resolver-5"),
            ("王芳", "王芳"),
            ("A. Hill / 2nd", "a.-hill-2nd"),
            ("ann@example.com", "ann@example.com"),
            ("7", "agent-7"),
            ("#!", "agent"),
        ] {
            let name = username_like(key);
            assert_eq!(name, expected);
            assert_eq!(Username::try_from(name).unwrap().as_str(), expected);
        }
        assert!(Username::try_from(username_like(&"İ".repeat(300))).is_ok());
    }
}

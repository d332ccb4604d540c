//! A small company, and the pieces that its records are made of.

use std::collections::BTreeMap;
use std::fmt::Debug;

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::scope::Scope;
use rapport_persistence::sessions::{self, Owner, TokenDigest};
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_persistence::{teams, ticket_types, users};
use rapport_types::customers::{Customer, CustomerKind, Lifecycle};
use rapport_types::filters::Filter;
use rapport_types::ids::{CustomerId, SessionId, TeamId, TicketId, UserId};
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use rapport_types::page::{Paging, Sort, TotalMode};
use rapport_types::teams::Team;
use rapport_types::text::Code;
use rapport_types::ticket_types::{FieldValues, TicketType};
use rapport_types::tickets::{Precision, Priority, Status, Ticket};
use rapport_types::users::User;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::databases::backend;
use crate::standards;

/// Teams below the root: key and the key of the team above. Three levels deep, so that a team in
/// the middle has something above, below and beside it.
const TEAMS: &[(&str, &str)] = &[
    ("north", ROOT),
    ("south", ROOT),
    ("east", ROOT),
    ("north_shop", "north"),
    ("north_field", "north"),
    ("south_shop", "south"),
    ("north_shop_night", "north_shop"),
];

/// The key of the root team.
pub const ROOT: &str = "root";

/// Name to sign in with, role, team.
const USERS: &[(&str, &str, &str)] = &[
    ("manager", "manager", ROOT),
    ("analyst", "analyst", ROOT),
    ("lead", "manager", "north"),
    ("field", "technician", "north_field"),
    ("shop", "agent", "north_shop"),
    ("agent", "agent", "north_shop_night"),
    ("southern", "agent", "south"),
    ("account", "account_manager", "south_shop"),
    ("eastern", "agent", "east"),
    ("marketer", "marketer", "east"),
];

/// So many minutes after Monday, 5 January 2026, 08:00 UTC, when the stories begin.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_600_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// A parsed text of the wanted kind.
pub fn parsed<T>(text: &str) -> T
where
    T: TryFrom<String>,
    T::Error: Debug,
{
    T::try_from(text.to_owned()).unwrap()
}

/// What jobs, imports and the command line see.
#[allow(
    clippy::disallowed_methods,
    reason = "the tests look behind what handlers may see"
)]
pub fn everything() -> Scope {
    Scope::system()
}

/// The context of a write by the product itself.
pub fn context(now: DateTime<Utc>) -> WriteContext {
    WriteContext::system("story", now)
}

/// A list's page of `limit` rows, without a total.
pub const fn paging(field: &'static str, descending: bool, limit: u32) -> Paging {
    Paging {
        limit,
        after: None,
        total: TotalMode::None,
        sort: Sort { field, descending },
    }
}

/// The company: a tree of eight teams and people of every role.
#[derive(Debug, Clone)]
pub struct Company {
    /// All configuration.
    pub configuration: Configuration,
    teams: BTreeMap<&'static str, TeamId>,
}

impl Company {
    /// Founds it in a seeded database.
    pub async fn found(db: &Database) -> Self {
        let seeded = configuration::load(db).await.unwrap();
        let mut ids = BTreeMap::from([(ROOT, seeded.root_team().unwrap().id)]);
        for (number, (key, _)) in (0x1_0000..).zip(TEAMS) {
            ids.insert(key, TeamId::from_uuid(Uuid::from_u128(number)));
        }
        write(db, context(at(-999_999)), async |writer: &mut Writer| {
            for (key, above) in TEAMS {
                let team = Team {
                    id: ids[key],
                    version: 1,
                    names: Names::both(key, ""),
                    parent_id: Some(ids[above]),
                    time_zone: None,
                    calendar_id: None,
                    active: true,
                };
                teams::insert(writer, &team).await?;
            }
            for (number, (name, role, team)) in (0x2_0000..).zip(USERS) {
                let user = User {
                    id: UserId::from_uuid(Uuid::from_u128(number)),
                    version: 1,
                    username: parsed(name),
                    name: parsed(name),
                    email: None,
                    roles: vec![parsed(role)],
                    team_id: ids[team],
                    scope_team_id: ids[team],
                    locale: Locale::En,
                    active: true,
                    kind: rapport_types::users::UserKind::Person,
                    must_change_password: false,
                };
                users::insert(writer, &user, "$argon2id$story").await?;
            }
            let plain = &seeded.ticket_types[&parsed::<Code>(standards::TYPE)];
            let definition = standards::definition();
            let complaint = TicketType {
                fields: definition.fields,
                pipelines: definition.pipelines,
                ..plain.clone()
            };
            ticket_types::update(writer, plain, complaint).await?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
        let configuration = configuration::load(db).await.unwrap();
        for user in configuration.users.keys() {
            open_session(db, *user).await;
        }
        Self {
            configuration,
            teams: ids,
        }
    }

    /// The team with this key.
    pub fn team(&self, key: &str) -> TeamId {
        self.teams[key]
    }

    /// All teams, the root among them.
    pub fn teams(&self) -> Vec<TeamId> {
        self.teams.values().copied().collect()
    }

    /// The user with this name to sign in with.
    pub fn user(&self, name: &str) -> &User {
        self.configuration
            .users
            .values()
            .find(|user| user.username.as_str() == name)
            .unwrap()
    }

    /// Everybody but the administrator.
    pub fn staff(&self) -> Vec<UserId> {
        USERS.iter().map(|(name, ..)| self.user(name).id).collect()
    }

    /// What that user sees.
    pub fn scope(&self, name: &str) -> Scope {
        self.configuration.scope_of(self.user(name))
    }

    /// Whether `team` lies in the subtree of `above`, walked from parent to parent.
    pub fn lies_in(&self, team: TeamId, above: TeamId) -> bool {
        let mut next = Some(team);
        while let Some(team) = next {
            if team == above {
                return true;
            }
            next = self.configuration.teams[&team].parent_id;
        }
        false
    }

    /// Whether that user sees the ticket: the rule of scope in plain words.
    pub fn sees_ticket(&self, name: &str, ticket: &Ticket) -> bool {
        let user = self.user(name);
        self.lies_in(ticket.team_id, user.scope_team_id)
            || [
                ticket.assignee_id,
                ticket.duty_holder_id,
                ticket.first_responder_id,
            ]
            .contains(&Some(user.id))
    }

    /// Whether that user sees the customer.
    pub fn sees_customer(&self, name: &str, customer: &Customer) -> bool {
        let user = self.user(name);
        self.lies_in(customer.team_id, user.scope_team_id) || customer.owner_id == Some(user.id)
    }
}

/// The session in which a person calls: it has the person's own id.
pub fn session_of(user: UserId) -> Owner {
    Owner {
        session: SessionId::from_uuid(user.uuid()),
        user,
    }
}

/// Signs a person in without a password.
pub async fn open_session(db: &Database, user: UserId) {
    let mut token = [0; 32];
    token[..16].copy_from_slice(user.uuid().as_bytes());
    let read = "SELECT password_hash FROM users WHERE id = $1";
    let read = Statement::from_sql_and_values(backend(db.kind), read, [user.uuid().into()]);
    let row = db.reader.query_one_raw(read).await.unwrap().unwrap();
    let hash: String = row.try_get("", "password_hash").unwrap();
    let (owner, token) = (session_of(user), TokenDigest(token));
    let opened = sessions::open(db, owner, &hash, &token, at(0)).await;
    assert!(opened.unwrap());
}

/// A customer with nothing but a name.
pub fn customer(id: u128, number: i64, name: &str, team: TeamId) -> Customer {
    Customer {
        id: CustomerId::from_uuid(Uuid::from_u128(id)),
        number,
        version: 1,
        kind: CustomerKind::Person,
        name: parsed(name),
        nature: None,
        industry: None,
        job_title: None,
        phones: Vec::new(),
        emails: Vec::new(),
        address: None,
        region: None,
        birthday_on: None,
        source_channel: None,
        owner_id: None,
        team_id: team,
        lifecycle: Lifecycle::New,
        tags: Vec::new(),
        note: None,
        external_ids: Vec::new(),
        import_id: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A new ticket with nothing but a subject, before its clocks start.
pub fn ticket(
    id: u128,
    number: i64,
    subject: &str,
    team: TeamId,
    opened_at: DateTime<Utc>,
) -> Ticket {
    Ticket {
        id: TicketId::from_uuid(Uuid::from_u128(id)),
        number,
        version: 1,
        subject: parsed(subject),
        description: None,
        type_code: parsed("enquiry"),
        definition_version: 0,
        pipeline: None,
        stage: None,
        stage_entered_at: None,
        fields: FieldValues::new(),
        status: Status::New,
        priority: Priority::Normal,
        channel: parsed("phone"),
        category_id: None,
        customer_id: None,
        contact_id: None,
        team_id: team,
        assignee_id: None,
        first_responder_id: None,
        duty_holder_id: None,
        resolver_id: None,
        follows_ticket_id: None,
        answered_on_spot: false,
        precision: Precision::Instant,
        opened_at,
        created_at: opened_at,
        updated_at: opened_at,
        first_responded_at: None,
        first_resolved_at: None,
        resolved_at: None,
        closed_at: None,
        reopened_count: 0,
        first_response_seconds: None,
        resolution_seconds: None,
        public_reply_count: Some(0),
        satisfaction_score: None,
        next_due_at: None,
        import_id: None,
        external_ids: Vec::new(),
        clocks: Vec::new(),
    }
}

/// The list of tickets that match a filter.
pub fn tickets_where(filter: Filter, paging: Paging) -> rapport_persistence::tickets::Query {
    rapport_persistence::tickets::Query {
        filter,
        rows: None,
        q: None,
        paging,
    }
}

/// The list of customers that match a filter.
pub fn customers_where(filter: Filter, paging: Paging) -> rapport_persistence::customers::Query {
    rapport_persistence::customers::Query {
        filter,
        q: None,
        paging,
    }
}

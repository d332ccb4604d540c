//! `rapport user`, and the administrator of the first start.

use rapport_persistence::configuration::{self, Configuration, FirstStart};
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::users;
use rapport_persistence::writes::{WriteContext, Writer};
use rapport_types::ids::{TeamId, UserId};
use rapport_types::locale::Locale;
use rapport_types::text::{Code, NameText, PasswordText, Username};
use rapport_types::users::{User as Person, UserKind};

use super::{Failure, open, say};
use crate::auth::password::{Cost, Passwords};
use crate::auth::tokens;
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::Ids;
use crate::state::AppState;

/// Works with users.
#[derive(Debug, clap::Subcommand)]
pub(super) enum User {
    /// Add a user
    ///
    /// The password is read from RAPPORT_USER_PASSWORD, since other processes can read arguments;
    /// without it one is made and printed once. A service has none.
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The name to sign in with
    username: String,
    /// A program, which cannot sign in and calls by keys (`rapport key add`)
    #[arg(long)]
    service: bool,
    /// The person's name; default the name to sign in with
    #[arg(long)]
    name: Option<String>,
    /// A role's code, for example agent; may be given several times
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    /// The id of the person's team; default the root team
    #[arg(long)]
    team: Option<TeamId>,
    /// The id of the team whose subtree the person sees; default the person's team
    #[arg(long)]
    scope: Option<TeamId>,
    /// The person's language, en or zh-CN; default the organisation's
    #[arg(long, value_parser = |tag: &str| Locale::from_tag(tag).ok_or("neither en nor zh-CN"))]
    locale: Option<Locale>,
}

impl User {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let Self::Add(add) = self;
        let db = open(&config).await?;
        let added = add.run(&db, config.user_password).await;
        db.close().await;
        added
    }
}

impl Add {
    async fn run(self, db: &Database, given: Option<String>) -> Result<(), Failure> {
        if !configuration::is_seeded(db).await? {
            return Err(Failure::new(
                "the database is empty: start the server once, it makes the first user",
            ));
        }
        let clock = Clock::system();
        let password = if self.service {
            None
        } else {
            Some(password(given)?)
        };
        // Of a service nothing is stored that any password could match.
        let hash = match &password {
            Some((password, _)) => Passwords::new(Cost::OWASP, 1)?.hash(password).await?,
            None => String::new(),
        };
        let id = UserId::from_uuid(Ids::new(clock.clone()).next());
        let context = WriteContext::system("rapport user add", clock.now());
        configuration::change(
            db,
            context,
            async |writer: &mut Writer, known: &Configuration| {
                let person = self.person(id, known)?;
                let inserted = users::insert(writer, &person, &hash).await;
                inserted.map_err(|error| match error {
                    StoreError::Taken(_) => Failure::new("there is a user of this name already"),
                    other => other.into(),
                })
            },
        )
        .await?;
        let username = &self.username;
        match password {
            Some((password, true)) => say(&format!("added {username}, password {password}")),
            _ => say(&format!("added {username}")),
        }
        Ok(())
    }

    /// The user, checked against what the database knows.
    fn person(&self, id: UserId, known: &Configuration) -> Result<Person, Failure> {
        let root = known
            .root_team()
            .map(|team| team.id)
            .ok_or_else(|| Failure::new("there is no team"))?;
        let mut roles = Vec::new();
        for role in &self.roles {
            let code = Code::try_from(role.as_str())
                .ok()
                .filter(|code| known.roles.contains_key(code));
            roles.push(code.ok_or_else(|| Failure::new(format_args!("there is no role {role}")))?);
        }
        let team_id = self.team.unwrap_or(root);
        let scope_team_id = self.scope.unwrap_or(team_id);
        if ![team_id, scope_team_id]
            .iter()
            .all(|team| known.teams.contains_key(team))
        {
            return Err(Failure::new("there is no such team"));
        }
        let name = self.name.clone().unwrap_or_else(|| self.username.clone());
        Ok(Person {
            id,
            version: 1,
            username: username(&self.username)?,
            name: NameText::try_from(name)
                .map_err(|_| Failure::new("the name is empty or too long"))?,
            email: None,
            roles,
            team_id,
            scope_team_id,
            locale: self.locale.unwrap_or(known.settings.locale),
            active: true,
            kind: if self.service {
                UserKind::Service
            } else {
                UserKind::Person
            },
            must_change_password: false,
        })
    }
}

/// Fills an empty database and makes its administrator; a password that nobody gave is printed
/// once. Does nothing when the first start has been.
pub(super) async fn create_administrator(state: &AppState) -> Result<(), Failure> {
    if configuration::is_seeded(&state.db).await? {
        return Ok(());
    }
    let username = username(&state.config.admin_username)?;
    let (password, is_new) = password(state.config.admin_password.clone())?;
    let start = FirstStart::new(username.clone(), state.passwords.hash(&password).await?)?;
    let context = WriteContext::system("first start", state.clock.now());
    let is_first = configuration::seed(&state.db, context, &start, || state.ids.next()).await?;
    if is_first && is_new {
        say(&format!(
            "administrator {}, password {password}",
            username.as_str()
        ));
    }
    Ok(())
}

/// The name as it is stored.
pub(super) fn username(text: &str) -> Result<Username, Failure> {
    Username::try_from(text.to_owned())
        .map_err(|_| Failure::new("a user name has 2 to 100 letters, digits or . _ - @ +"))
}

/// The password that was given, else a new one, and whether it is new.
fn password(given: Option<String>) -> Result<(String, bool), Failure> {
    match given {
        Some(given) => match PasswordText::try_from(given) {
            Ok(password) => Ok((password.into(), false)),
            Err(_) => Err(Failure::new("a password has 10 to 200 characters")),
        },
        None => Ok((tokens::secret()?.chars().take(20).collect(), true)),
    }
}

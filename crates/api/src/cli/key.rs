//! `rapport key`: API keys of services.

use chrono::{DateTime, Utc};
use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::database::Database;
use rapport_persistence::writes::{WriteContext, Writer};
use rapport_types::api_keys::{AddressRange, ApiKey, NewApiKey};
use rapport_types::ids::ApiKeyId;
use rapport_types::instants::given_instant;
use rapport_types::locale::Locale;
use rapport_types::permissions::Permission;
use rapport_types::problem::{ErrorCode, Fault, Place};
use rapport_types::text::LabelText;
use rapport_types::users::User;

use super::user::username;
use super::{Failure, open, say};
use crate::api_keys;
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::Ids;

/// Works with API keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Key {
    /// Add an API key to a service and print it, this once
    ///
    /// Services are users that `rapport user add --service` or the web app makes.
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The user name of the service
    username: String,
    /// What the key is for
    #[arg(long, value_parser = |text: &str| LabelText::try_from(text).map_err(|_| "empty or too long"))]
    name: LabelText,
    /// What the key may do, for example view_tickets; may be given several times
    #[arg(long = "scope", value_parser = scope, required_unless_present = "all_scopes")]
    scopes: Vec<Permission>,
    /// All that the roles of the service allow now
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// From when on the key is refused, such as 2027-12-31T00:00:00Z; default never
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    expires: Option<DateTime<Utc>>,
    /// An address or a network from which the key may be used, such as 192.0.2.0/24; may be given
    /// several times; default from anywhere
    #[arg(long = "address", value_parser = address)]
    addresses: Vec<AddressRange>,
}

fn scope(code: &str) -> Result<Permission, &'static str> {
    let mut all = Permission::ALL.iter().copied();
    all.find(|scope| scope.code() == code)
        .ok_or("there is no such scope")
}

fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| "no instant of RFC 3339")?;
    given_instant(at.to_utc()).map_err(|fault| fault.message(Locale::En))
}

fn address(text: &str) -> Result<AddressRange, &'static str> {
    AddressRange::try_from(text.to_owned()).map_err(|_| "neither an address nor a network")
}

impl Key {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let Self::Add(add) = self;
        let db = open(&config).await?;
        let added = add.run(&db).await;
        db.close().await;
        added
    }
}

impl Add {
    async fn run(self, db: &Database) -> Result<(), Failure> {
        let clock = Clock::system();
        let now = clock.now();
        let username = username(&self.username)?;
        let (secret, digest) = api_keys::secret()?;
        let id = ApiKeyId::from_uuid(Ids::new(clock).next());
        let context = WriteContext::system("rapport key add", now);
        configuration::change(
            db,
            context,
            async |writer: &mut Writer, known: &Configuration| {
                let service = known.users.values().find(|user| user.username == username);
                let service = service.ok_or_else(|| Failure::new("there is no such user"))?;
                let new = self.key(service, known);
                let faults = new.faults(now);
                if !faults.is_empty() {
                    return Err(refused(&faults));
                }
                let key = ApiKey::new(id, service.id, new, now, None);
                let added = api_keys::add(writer, known, &key, &digest).await;
                added.map_err(|error| match (error.code(), error.faults()) {
                    (ErrorCode::NotAService, _) => {
                        Failure::new("this is a person: only services have keys")
                    }
                    (_, []) => error.into(),
                    (_, faults) => refused(faults),
                })
            },
        )
        .await?;
        say(&format!("added {id}, key {secret}"));
        Ok(())
    }

    /// What is asked for.
    fn key(&self, service: &User, known: &Configuration) -> NewApiKey {
        let scopes = if self.all_scopes {
            known.permissions_of(service)
        } else {
            self.scopes.clone()
        };
        NewApiKey {
            name: self.name.clone(),
            scopes,
            expires_at: self.expires,
            addresses: self.addresses.clone(),
        }
    }
}

/// What is wrong, each with its place.
fn refused(faults: &[Fault]) -> Failure {
    let line = |fault: &Fault| {
        let (Place::Pointer(place) | Place::Parameter(place)) = &fault.place;
        let place = place.trim_start_matches('/');
        let message = fault.code.message(Locale::En);
        if place.is_empty() {
            message.to_owned()
        } else {
            format!("{place}: {message}")
        }
    };
    Failure(faults.iter().map(line).collect())
}

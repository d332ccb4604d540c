//! What all requests and jobs of a process share.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use rapport_persistence::database::Database;
use rapport_persistence::sessions;
use tokio::sync::{Semaphore, watch};

use crate::admission::Admission;
use crate::answers::Answers;
use crate::auth::caller::Callers;
use crate::auth::password::{Cost, Passwords};
use crate::auth::tokens::{self, Tokens};
use crate::changes::live::{Live, Pace};
use crate::clock::Clock;
use crate::config::Config;
use crate::configuration;
use crate::connections::Connections;
use crate::deprecations::{DEPRECATIONS, Deprecation};
use crate::error::ApiError;
use crate::ids::Ids;
use crate::imports::queue::Imports;
use crate::metrics::Metrics;
use crate::pulse::Pulse;
use crate::request_limits::RequestLimits;
use crate::server;

/// What tests set and the server does not.
#[derive(Debug, Clone)]
pub struct Options {
    /// The time.
    pub clock: Clock,
    /// How much work a password is.
    pub password_cost: Cost,
    /// How often streams of changes look around.
    pub streams: Pace,
    /// What of the API goes away.
    pub deprecations: &'static [Deprecation],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            password_cost: Cost::OWASP,
            streams: Pace::default(),
            deprecations: DEPRECATIONS,
        }
    }
}

/// The state of the server; shared as `web::Data<AppState>`.
#[derive(Debug)]
pub struct AppState {
    /// The database.
    pub db: Database,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// The settings.
    pub config: Config,
    /// Access tokens.
    pub tokens: Tokens,
    /// Passwords.
    pub passwords: Passwords,
    /// The callers seen a moment ago.
    pub callers: Callers,
    /// The answers given a moment ago; ask [`AppState::answer`] for one.
    pub(crate) answers: Answers,
    /// How many reports are counted at a time: one per processor.
    pub(crate) reports: Semaphore,
    /// The configuration; ask [`AppState::configuration`] for it.
    pub(crate) configuration: configuration::Kept,
    /// Who is let in.
    pub admission: Admission,
    /// How many requests each credential has sent a moment ago.
    pub request_limits: RequestLimits,
    /// What of the API goes away.
    pub deprecations: &'static [Deprecation],
    /// Whether the database answers.
    pub pulse: Arc<Pulse>,
    /// The open connections of clients.
    pub connections: Connections,
    /// What is counted.
    pub metrics: Metrics,
    /// The imports of this process.
    pub imports: Imports,
    /// The streams of changes that are open.
    pub live: Live,
    /// Names this process as the holder of leases.
    pub process: String,
    stopping: watch::Sender<bool>,
}

impl AppState {
    /// The state over an open and migrated database.
    ///
    /// # Errors
    /// What the database says when it is asked for the signing key.
    pub async fn new(db: Database, config: Config, options: Options) -> Result<Self, ApiError> {
        let key = match &config.signing_key {
            Some(key) => key.clone(),
            None => sessions::signing_key(&db, &tokens::secret()?, options.clock.now()).await?,
        };
        let ids = Ids::new(options.clock.clone());
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            tokens: Tokens::new(key.as_bytes()),
            passwords: Passwords::new(options.password_cost, processors)?,
            callers: Callers::default(),
            answers: Answers::default(),
            reports: Semaphore::new(processors),
            configuration: configuration::Kept::default(),
            admission: Admission::new(&config),
            request_limits: RequestLimits::new(&config),
            deprecations: options.deprecations,
            pulse: Arc::default(),
            connections: Connections::new(server::KEEP_ALIVE + config.client, config.client_read),
            metrics: Metrics::new(options.clock.now())?,
            imports: Imports::new(&config),
            process: ids.next().to_string(),
            live: Live::new(options.streams),
            stopping: watch::Sender::new(false),
            clock: options.clock,
            ids,
            db,
            config,
        })
    }

    /// Whether the server was told to stop.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Changes when the server is told to stop.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Makes `/readyz` say 503 from now on, and ends the streams.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// The client's address: the peer's, or behind a trusted proxy what that proxy says. The proxy
    /// appends the address it sees, so the last entry is the one that nobody else could write.
    pub fn client_address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|peer| peer.ip());
        if !self.config.trust_proxy {
            return peer;
        }
        let header = request.headers().get_all("x-forwarded-for").last();
        let last =
            header.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        last.or(peer)
    }
}

//! The settings: environment variables `RAPPORT_*` and a settings file, each documented in one
//! table.

mod sources;
mod table;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::TimeDelta;

pub use sources::{Origin, Sources};
pub use table::{Form, SETTINGS, Setting, table};

/// Fewest requests in work.
const FEWEST_IN_WORK: usize = 4;
/// Requests that wait per request in work: a page that opens in many browsers at once is a burst
/// and no overload.
const WAITING_PER_IN_WORK: usize = 32;

/// Fewest characters of a token that opens `/metrics`.
const SHORTEST_METRICS_TOKEN: usize = 16;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The settings, read.
#[derive(Clone)]
pub struct Config {
    /// `RAPPORT_DATABASE_URL`; may hold a password.
    pub database_url: String,
    /// `RAPPORT_DATABASE_CONNECTIONS`.
    pub database_connections: u32,
    /// `RAPPORT_LISTEN`.
    pub listen: SocketAddr,
    /// `RAPPORT_PUBLIC_URL`, without a slash at the end.
    pub public_url: Option<String>,
    /// `RAPPORT_TRUST_PROXY`.
    pub trust_proxy: bool,
    /// `RAPPORT_SIGNING_KEY`.
    pub signing_key: Option<String>,
    /// `RAPPORT_ADMIN_USERNAME`.
    pub admin_username: String,
    /// `RAPPORT_ADMIN_PASSWORD`.
    pub admin_password: Option<String>,
    /// `RAPPORT_USER_PASSWORD`.
    pub user_password: Option<String>,
    /// `RAPPORT_WORKERS`; none for one per processor.
    pub workers: Option<usize>,
    /// `RAPPORT_JOBS`.
    pub runs_jobs: bool,
    /// `RAPPORT_DATA_DIR`; without it beside the SQLite file.
    pub data_dir: PathBuf,
    /// `RAPPORT_UPLOAD_MEGABYTES`, in bytes.
    pub upload_bytes: u64,
    /// `RAPPORT_UPLOADS_MEGABYTES`, in bytes.
    pub uploads_bytes: u64,
    /// `RAPPORT_UPLOAD_DAYS`.
    pub upload_kept: TimeDelta,
    /// `RAPPORT_IMPORTS_AT_ONCE`.
    pub imports_at_once: usize,
    /// `RAPPORT_SHUTDOWN_SECONDS`.
    pub shutdown: Duration,
    /// `RAPPORT_DRAIN_SECONDS`.
    pub drain: Duration,
    /// `RAPPORT_CLIENT_SECONDS`.
    pub client: Duration,
    /// `RAPPORT_CLIENT_BODY_SECONDS`.
    pub client_body: Duration,
    /// `RAPPORT_CLIENT_READ_SECONDS`.
    pub client_read: Duration,
    /// `RAPPORT_CLIENT_CONNECTIONS`.
    pub client_connections: usize,
    /// `RAPPORT_REQUESTS_IN_WORK`, else what the connections to the database let expect.
    pub requests_in_work: usize,
    /// `RAPPORT_REQUESTS_WAITING`, else some times as many as are in work.
    pub requests_waiting: usize,
    /// `RAPPORT_REQUEST_WAIT_SECONDS`.
    pub request_wait: Duration,
    /// `RAPPORT_REQUESTS_PER_MINUTE`; 0 for no limit.
    pub requests_per_minute: u32,
    /// `RAPPORT_KEY_REQUESTS_PER_MINUTE`; 0 for no limit.
    pub key_requests_per_minute: u32,
    /// `RAPPORT_METRICS_TOKEN`.
    pub metrics_token: Option<String>,
    /// `RAPPORT_LOG`.
    pub log: String,
    /// `RAPPORT_LOG_FORMAT`.
    pub log_format: LogFormat,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The settings of the environment and the settings file.
    ///
    /// # Errors
    /// One sentence per setting that cannot be read, without its value.
    pub fn from_sources(sources: &Sources) -> Result<Self, Vec<String>> {
        let placed = |fault| sources.placed(fault);
        Self::read(|key| sources.get(key))
            .map_err(|faults| faults.into_iter().map(placed).collect())
    }

    /// The settings that `get` knows, defaults for the others.
    ///
    /// # Errors
    /// See [`Config::from_sources`].
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut reader = Reader {
            get: &get,
            faults: Vec::new(),
        };
        let database_connections =
            reader.parsed("RAPPORT_DATABASE_CONNECTIONS", |n| (1..=500).contains(n));
        let requests_in_work = reader
            .count("RAPPORT_REQUESTS_IN_WORK", 1..=10_000)
            .unwrap_or_else(|| (database_connections as usize).max(FEWEST_IN_WORK));
        let config = Self {
            database_url: reader.text("RAPPORT_DATABASE_URL"),
            database_connections,
            listen: reader.listen(),
            public_url: reader.public_url(),
            trust_proxy: reader.switch("RAPPORT_TRUST_PROXY"),
            signing_key: reader.at_least("RAPPORT_SIGNING_KEY", crate::auth::tokens::SHORTEST_KEY),
            admin_username: reader.text("RAPPORT_ADMIN_USERNAME"),
            admin_password: reader.at_least("RAPPORT_ADMIN_PASSWORD", 10),
            user_password: reader.given("RAPPORT_USER_PASSWORD"),
            workers: Some(reader.parsed("RAPPORT_WORKERS", |n| *n <= 1_024)).filter(|n| *n > 0),
            runs_jobs: reader.switch("RAPPORT_JOBS"),
            data_dir: reader.data_dir(),
            upload_bytes: reader.megabytes("RAPPORT_UPLOAD_MEGABYTES"),
            uploads_bytes: reader.megabytes("RAPPORT_UPLOADS_MEGABYTES"),
            upload_kept: TimeDelta::days(
                reader.parsed("RAPPORT_UPLOAD_DAYS", |n| (1..=3_650).contains(n)),
            ),
            imports_at_once: reader.parsed("RAPPORT_IMPORTS_AT_ONCE", |n| (1..=16).contains(n)),
            shutdown: reader.seconds("RAPPORT_SHUTDOWN_SECONDS"),
            drain: reader.seconds("RAPPORT_DRAIN_SECONDS"),
            client: reader.seconds("RAPPORT_CLIENT_SECONDS"),
            client_body: reader.some_seconds("RAPPORT_CLIENT_BODY_SECONDS"),
            client_read: reader.some_seconds("RAPPORT_CLIENT_READ_SECONDS"),
            client_connections: reader.parsed("RAPPORT_CLIENT_CONNECTIONS", |n| {
                (1..=1_000_000).contains(n)
            }),
            requests_in_work,
            requests_waiting: reader
                .count("RAPPORT_REQUESTS_WAITING", 0..=100_000)
                .unwrap_or(requests_in_work * WAITING_PER_IN_WORK),
            request_wait: reader.seconds("RAPPORT_REQUEST_WAIT_SECONDS"),
            requests_per_minute: reader.per_minute("RAPPORT_REQUESTS_PER_MINUTE"),
            key_requests_per_minute: reader.per_minute("RAPPORT_KEY_REQUESTS_PER_MINUTE"),
            metrics_token: reader.at_least("RAPPORT_METRICS_TOKEN", SHORTEST_METRICS_TOKEN),
            log: reader.text("RAPPORT_LOG"),
            log_format: match &*reader.text("RAPPORT_LOG_FORMAT") {
                "json" => LogFormat::Json,
                "text" => LogFormat::Text,
                _ => {
                    reader.fault("RAPPORT_LOG_FORMAT", "is neither text nor json");
                    LogFormat::Text
                }
            },
        };
        if reader.faults.is_empty() {
            Ok(config)
        } else {
            Err(reader.faults)
        }
    }

    /// Whether people reach the server by https, so that cookies must be sent by https alone.
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://"))
    }

    /// The file of the database, when it is SQLite.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        sqlite_file(&self.database_url)
    }
}

fn sqlite_file(database_url: &str) -> Option<PathBuf> {
    let path = database_url
        .strip_prefix("sqlite:")?
        .trim_start_matches("//");
    path.split('?').next().map(PathBuf::from)
}

struct Reader<'g> {
    get: &'g dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn given(&self, key: &str) -> Option<String> {
        (self.get)(key)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    fn text(&self, key: &str) -> String {
        self.given(key).unwrap_or_else(|| {
            let known = SETTINGS.iter().find(|setting| setting.key == key);
            known.map_or("", |setting| setting.default).to_owned()
        })
    }

    fn fault(&mut self, key: &str, what: &str) {
        self.faults.push(format!("{key} {what}"));
    }

    fn parsed<T: std::str::FromStr + Default>(
        &mut self,
        key: &str,
        fits: impl Fn(&T) -> bool,
    ) -> T {
        match self.text(key).parse() {
            Ok(value) if fits(&value) => value,
            _ => {
                self.fault(key, "is not an acceptable number");
                T::default()
            }
        }
    }

    fn seconds(&mut self, key: &str) -> Duration {
        Duration::from_secs(self.parsed(key, |n| *n <= 3_600))
    }

    fn some_seconds(&mut self, key: &str) -> Duration {
        Duration::from_secs(self.parsed(key, |n| (1..=3_600).contains(n)))
    }

    /// A number that has no default of its own.
    fn count(&mut self, key: &str, fits: RangeInclusive<usize>) -> Option<usize> {
        self.given(key)?;
        Some(self.parsed(key, |n| fits.contains(n)))
    }

    fn per_minute(&mut self, key: &str) -> u32 {
        self.parsed(key, |n| *n <= 1_000_000_000)
    }

    fn megabytes(&mut self, key: &str) -> u64 {
        1_000_000 * self.parsed::<u64>(key, |n| (1..=10_000_000).contains(n))
    }

    /// The folder for files: the one that is given, else one beside the SQLite file.
    fn data_dir(&self) -> PathBuf {
        let beside = || {
            let file = sqlite_file(&self.text("RAPPORT_DATABASE_URL"));
            let folder = file.as_deref().and_then(Path::parent).map(Path::to_owned);
            folder.unwrap_or_default().join("rapport-data")
        };
        self.given("RAPPORT_DATA_DIR")
            .map_or_else(beside, PathBuf::from)
    }

    fn switch(&mut self, key: &str) -> bool {
        match &*self.text(key).to_lowercase() {
            "on" | "true" | "yes" | "1" => true,
            "off" | "false" | "no" | "0" => false,
            _ => {
                self.fault(key, "is neither on nor off");
                false
            }
        }
    }

    fn at_least(&mut self, key: &str, characters: usize) -> Option<String> {
        let value = self.given(key)?;
        if value.chars().count() < characters {
            self.fault(key, &format!("has fewer than {characters} characters"));
        }
        Some(value)
    }

    fn listen(&mut self) -> SocketAddr {
        let text = self
            .text("RAPPORT_LISTEN")
            .replace("localhost:", "127.0.0.1:");
        text.parse().unwrap_or_else(|_| {
            self.fault(
                "RAPPORT_LISTEN",
                "is not an address and port such as 127.0.0.1:8080",
            );
            SocketAddr::from(([127, 0, 0, 1], 0))
        })
    }

    fn public_url(&mut self) -> Option<String> {
        let url = self.given("RAPPORT_PUBLIC_URL")?;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            self.fault(
                "RAPPORT_PUBLIC_URL",
                "begins neither with https:// nor with http://",
            );
        }
        Some(url.trim_end_matches('/').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from<'a>(pairs: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |key| {
            pairs
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn the_defaults_are_acceptable_and_are_those_of_the_table() {
        let config = Config::read(|_| None).unwrap();
        assert_eq!(config.database_url, "sqlite://rapport.sqlite");
        assert_eq!(config.sqlite_file(), Some(PathBuf::from("rapport.sqlite")));
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(
            (config.workers, config.trust_proxy, config.runs_jobs),
            (None, false, true)
        );
        assert!(!config.is_https());
        assert_eq!(config.data_dir, PathBuf::from("rapport-data"));
        assert_eq!(config.upload_bytes, 200_000_000);
    }

    #[test]
    fn files_lie_beside_the_database_unless_a_folder_is_named() {
        let folder = |pairs: &[(&str, &str)]| Config::read(from(pairs)).unwrap().data_dir;
        let url = (
            "RAPPORT_DATABASE_URL",
            "sqlite:///srv/desk/desk.sqlite?mode=rw",
        );
        assert_eq!(folder(&[url]), PathBuf::from("/srv/desk/rapport-data"));
        let named = ("RAPPORT_DATA_DIR", "/var/lib/desk");
        assert_eq!(folder(&[url, named]), PathBuf::from("/var/lib/desk"));
        let postgres = ("RAPPORT_DATABASE_URL", "postgres://db/desk");
        assert_eq!(folder(&[postgres]), PathBuf::from("rapport-data"));
    }

    #[test]
    fn how_many_requests_are_taken_follows_from_the_connections_unless_it_is_set() {
        let taken = |pairs: &[(&str, &str)]| {
            let config = Config::read(from(pairs)).unwrap();
            (config.requests_in_work, config.requests_waiting)
        };
        assert_eq!(taken(&[]), (8, 256));
        assert_eq!(taken(&[("RAPPORT_DATABASE_CONNECTIONS", "1")]), (4, 128));
        let set = [
            ("RAPPORT_REQUESTS_IN_WORK", "3"),
            ("RAPPORT_REQUESTS_WAITING", "0"),
        ];
        assert_eq!(taken(&set), (3, 0));
        assert!(Config::read(from(&[("RAPPORT_REQUESTS_IN_WORK", "0")])).is_err());
    }

    #[test]
    fn every_fault_is_told_at_once_and_without_its_value() {
        let faults = Config::read(from(&[
            ("RAPPORT_LISTEN", "here"),
            ("RAPPORT_SIGNING_KEY", "tooshort"),
            ("RAPPORT_TRUST_PROXY", "perhaps"),
            ("RAPPORT_DATABASE_CONNECTIONS", "0"),
            ("RAPPORT_PUBLIC_URL", "desk.example"),
        ]))
        .unwrap_err();
        assert_eq!(faults.len(), 5, "{faults:?}");
        assert!(!faults.join(" ").contains("tooshort"));
    }

    #[test]
    fn https_is_read_from_the_public_address() {
        let config =
            Config::read(from(&[("RAPPORT_PUBLIC_URL", "https://desk.example/")])).unwrap();
        assert!(config.is_https());
        assert_eq!(config.public_url.as_deref(), Some("https://desk.example"));
    }
}

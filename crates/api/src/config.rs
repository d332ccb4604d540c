//! The settings: environment variables `RAPPORT_*`, each documented in one table.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable.
    pub key: &'static str,
    /// What holds when it is not set; empty for nothing.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

const fn setting(key: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting {
        key,
        default,
        about,
        secret: false,
    }
}

const fn secret(key: &'static str, about: &'static str) -> Setting {
    Setting {
        key,
        default: "",
        about,
        secret: true,
    }
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    setting(
        "RAPPORT_DATABASE_URL",
        "sqlite://rapport.sqlite",
        "The database: sqlite://path or postgres://user:password@host/name",
    ),
    setting(
        "RAPPORT_DATABASE_CONNECTIONS",
        "8",
        "Connections to the database; on SQLite those that read, beside the one that writes",
    ),
    setting(
        "RAPPORT_LISTEN",
        "127.0.0.1:8080",
        "Address and port to listen on; port 0 takes any free one",
    ),
    setting(
        "RAPPORT_PUBLIC_URL",
        "",
        "The address under which people reach the server; https makes the cookies secure",
    ),
    setting(
        "RAPPORT_TRUST_PROXY",
        "off",
        "on: take the client's address from the last entry of X-Forwarded-For, which a proxy of yours must set",
    ),
    secret(
        "RAPPORT_SIGNING_KEY",
        "Signs access tokens, 32 characters or more. Default: made at the first start and kept in the database",
    ),
    setting(
        "RAPPORT_ADMIN_USERNAME",
        "admin",
        "The administrator that the first start makes",
    ),
    secret(
        "RAPPORT_ADMIN_PASSWORD",
        "The administrator's first password, 10 characters or more. Default: made at the first start and printed once",
    ),
    setting(
        "RAPPORT_WORKERS",
        "0",
        "Threads that serve requests; 0: one per processor",
    ),
    setting(
        "RAPPORT_JOBS",
        "on",
        "off: this process runs no background jobs",
    ),
    setting(
        "RAPPORT_SHUTDOWN_SECONDS",
        "20",
        "How long requests that are under way may take when the server is told to stop",
    ),
    setting(
        "RAPPORT_DRAIN_SECONDS",
        "1",
        "How long /readyz says 503 before the server stops to accept connections",
    ),
    setting(
        "RAPPORT_CLIENT_SECONDS",
        "10",
        "How long a client may take to send the head of a request",
    ),
    setting(
        "RAPPORT_LOG",
        "info",
        "What is logged: error, warn, info, debug, trace, or rules such as info,rapport_api=debug",
    ),
    setting(
        "RAPPORT_LOG_FORMAT",
        "text",
        "text or json, one line each, on standard error",
    ),
];

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
    /// `RAPPORT_WORKERS`; none for one per processor.
    pub workers: Option<usize>,
    /// `RAPPORT_JOBS`.
    pub runs_jobs: bool,
    /// `RAPPORT_SHUTDOWN_SECONDS`.
    pub shutdown: Duration,
    /// `RAPPORT_DRAIN_SECONDS`.
    pub drain: Duration,
    /// `RAPPORT_CLIENT_SECONDS`.
    pub client: Duration,
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
    /// The settings of the environment.
    ///
    /// # Errors
    /// One sentence per setting that cannot be read, without its value.
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::read(|key| std::env::var(key).ok())
    }

    /// The settings that `get` knows, defaults for the others.
    ///
    /// # Errors
    /// See [`Config::from_env`].
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut reader = Reader {
            get: &get,
            faults: Vec::new(),
        };
        let config = Self {
            database_url: reader.text("RAPPORT_DATABASE_URL"),
            database_connections: reader
                .parsed("RAPPORT_DATABASE_CONNECTIONS", |n| (1..=500).contains(n)),
            listen: reader.listen(),
            public_url: reader.public_url(),
            trust_proxy: reader.switch("RAPPORT_TRUST_PROXY"),
            signing_key: reader.at_least("RAPPORT_SIGNING_KEY", crate::auth::tokens::SHORTEST_KEY),
            admin_username: reader.text("RAPPORT_ADMIN_USERNAME"),
            admin_password: reader.at_least("RAPPORT_ADMIN_PASSWORD", 10),
            workers: Some(reader.parsed("RAPPORT_WORKERS", |n| *n <= 1_024)).filter(|n| *n > 0),
            runs_jobs: reader.switch("RAPPORT_JOBS"),
            shutdown: reader.seconds("RAPPORT_SHUTDOWN_SECONDS"),
            drain: reader.seconds("RAPPORT_DRAIN_SECONDS"),
            client: reader.seconds("RAPPORT_CLIENT_SECONDS"),
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
        let path = self
            .database_url
            .strip_prefix("sqlite:")?
            .trim_start_matches("//");
        path.split('?').next().map(PathBuf::from)
    }
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

/// The table that `rapport config` prints: each key with what holds now and its default.
pub fn table(get: impl Fn(&str) -> Option<String>) -> String {
    let mut lines = String::new();
    for setting in SETTINGS {
        let given = get(setting.key).filter(|value| !value.trim().is_empty());
        let value = match &given {
            _ if setting.secret => if given.is_some() { "set" } else { "not set" }.to_owned(),
            Some(value) => without_password(value),
            None if setting.default.is_empty() => "not set".to_owned(),
            None => format!("{} (default)", setting.default),
        };
        lines.push_str(&format!("{}={value}\n    {}", setting.key, setting.about));
        if !setting.secret && given.is_some() && !setting.default.is_empty() {
            lines.push_str(&format!(" (default {})", setting.default));
        }
        lines.push('\n');
    }
    lines
}

/// A URL with its password, and anything after `?`, hidden.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, _)) => (rest, "?…"),
        None => (rest, ""),
    };
    match rest.rsplit_once('@') {
        Some((person, host)) => {
            let user = person.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:…@{host}{query}")
        }
        None => format!("{scheme}://{rest}{query}"),
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
    fn the_table_shows_every_key_and_no_secret() {
        let key = "0123456789abcdef0123456789abcdef";
        let shown = table(from(&[
            ("RAPPORT_SIGNING_KEY", key),
            (
                "RAPPORT_DATABASE_URL",
                "postgres://desk:s3cret@db/desk?password=s3cret",
            ),
            ("RAPPORT_WORKERS", "4"),
        ]));
        for setting in SETTINGS {
            assert!(shown.contains(setting.key), "{}", setting.key);
        }
        assert!(!shown.contains(key) && !shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("RAPPORT_SIGNING_KEY=set\n"));
        assert!(shown.contains("RAPPORT_ADMIN_PASSWORD=not set\n"));
        assert!(shown.contains("RAPPORT_DATABASE_URL=postgres://desk:…@db/desk?…\n"));
        assert!(shown.contains("RAPPORT_WORKERS=4\n"));
    }

    #[test]
    fn https_is_read_from_the_public_address() {
        let config =
            Config::read(from(&[("RAPPORT_PUBLIC_URL", "https://desk.example/")])).unwrap();
        assert!(config.is_https());
        assert_eq!(config.public_url.as_deref(), Some("https://desk.example"));
    }
}

//! Every setting with its default and what it does.

use super::{Origin, Sources};

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
    secret(
        "RAPPORT_USER_PASSWORD",
        "The password of the user whom `rapport user add` adds, 10 characters or more. Default: made and printed once",
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
        "RAPPORT_DATA_DIR",
        "",
        "The folder for uploaded files, shared by all processes on one database. Default: rapport-data beside the SQLite file, else in the working folder",
    ),
    setting(
        "RAPPORT_UPLOAD_MEGABYTES",
        "200",
        "Largest file that can be uploaded to be imported; unpacked it may have ten times as much",
    ),
    setting(
        "RAPPORT_UPLOADS_MEGABYTES",
        "2000",
        "Most that all uploaded files may take together",
    ),
    setting(
        "RAPPORT_UPLOAD_DAYS",
        "7",
        "How long an uploaded file is kept",
    ),
    setting(
        "RAPPORT_IMPORTS_AT_ONCE",
        "1",
        "Imports that this process goes through at the same time",
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
        "RAPPORT_CLIENT_BODY_SECONDS",
        "30",
        "How long a client may take to send the body of a request",
    ),
    setting(
        "RAPPORT_CLIENT_READ_SECONDS",
        "30",
        "How long a client may take to read the next 32 KiB of an answer",
    ),
    setting(
        "RAPPORT_CLIENT_CONNECTIONS",
        "4096",
        "Most connections of clients at a time; further ones wait until one is closed",
    ),
    setting(
        "RAPPORT_REQUESTS_IN_WORK",
        "",
        "Most requests in work at a time that read; besides, half as many that write. Default: as many as there are connections to the database, 4 at least",
    ),
    setting(
        "RAPPORT_REQUESTS_WAITING",
        "",
        "Most requests that wait for their turn to read; half as many of those that write. More are answered 503. Default: 32 times those in work",
    ),
    setting(
        "RAPPORT_REQUEST_WAIT_SECONDS",
        "5",
        "How long a request may wait for its turn before it is answered 503",
    ),
    setting(
        "RAPPORT_REQUESTS_PER_MINUTE",
        "1200",
        "Most requests of a person's session within a minute; more are answered 429. 0: any number",
    ),
    setting(
        "RAPPORT_KEY_REQUESTS_PER_MINUTE",
        "6000",
        "Most requests by an API key within a minute, over all processes on one database; more are answered 429. 0: any number",
    ),
    secret(
        "RAPPORT_METRICS_TOKEN",
        "Opens /metrics to callers of other machines, 16 characters or more. Default: loopback callers alone",
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

/// How a value is written in a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In quotes.
    Text,
    /// A whole number.
    Number,
    /// true or false.
    Switch,
    /// A text or a whole number: without a value nothing tells which.
    Any,
}

impl Setting {
    /// Its name in a settings file: `listen` for `RAPPORT_LISTEN`.
    pub fn name(&self) -> String {
        self.key.trim_start_matches(PREFIX).to_lowercase()
    }

    /// How its value is written in a settings file: as its default is.
    pub fn form(&self) -> Form {
        match self.default {
            "on" | "off" => Form::Switch,
            "" if !self.secret => Form::Any,
            number if number.parse::<u64>().is_ok() => Form::Number,
            _ => Form::Text,
        }
    }
}

/// What the environment's names of settings begin with.
const PREFIX: &str = "RAPPORT_";

/// The table that `rapport config` prints: each key with what holds now, where that comes from and
/// its default.
pub fn table(sources: &Sources) -> String {
    let mut lines = String::new();
    if let Some(path) = sources.path() {
        lines.push_str(&format!("# settings file: {}\n", path.display()));
    }
    for setting in SETTINGS {
        let given = sources.get(setting.key);
        let value = match &given {
            _ if setting.secret => if given.is_some() { "set" } else { "not set" }.to_owned(),
            Some(value) => without_password(value),
            None if setting.default.is_empty() => "not set".to_owned(),
            None => setting.default.to_owned(),
        };
        let origin = match sources.origin(setting.key) {
            Origin::Environment => " (environment)",
            Origin::File(_) => " (file)",
            Origin::Default if setting.default.is_empty() => "",
            Origin::Default => " (default)",
        };
        let (key, about) = (setting.key, setting.about);
        lines.push_str(&format!("{key}={value}{origin}\n    {about}"));
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

    #[test]
    fn the_table_shows_every_key_where_it_comes_from_and_no_secret() {
        let key = "0123456789abcdef0123456789abcdef";
        let environment = |name: &str| match name {
            "RAPPORT_SIGNING_KEY" => Some(key.to_owned()),
            "RAPPORT_DATABASE_URL" => {
                Some("postgres://desk:s3cret@db/desk?password=s3cret".to_owned())
            }
            _ => None,
        };
        let file = "workers = 4\nadmin_password = 's3cret and long'\n";
        let shown = table(&Sources::of(environment, file).unwrap());
        for setting in SETTINGS {
            assert!(shown.contains(setting.key), "{}", setting.key);
        }
        assert!(!shown.contains(key) && !shown.contains("s3cret"), "{shown}");
        for line in [
            "RAPPORT_SIGNING_KEY=set (environment)\n",
            "RAPPORT_ADMIN_PASSWORD=set (file)\n",
            "RAPPORT_USER_PASSWORD=not set\n",
            "RAPPORT_DATABASE_URL=postgres://desk:…@db/desk?… (environment)\n",
            "RAPPORT_WORKERS=4 (file)\n",
            "RAPPORT_LISTEN=127.0.0.1:8080 (default)\n",
            "RAPPORT_PUBLIC_URL=not set\n",
        ] {
            assert!(shown.contains(line), "{line} {shown}");
        }
    }

    #[test]
    fn the_form_of_a_value_is_that_of_its_default() {
        let form = |key| {
            let setting = SETTINGS.iter().find(|setting| setting.key == key);
            setting.map(|setting| (setting.name(), setting.form()))
        };
        for (key, name, expected) in [
            ("RAPPORT_LISTEN", "listen", Form::Text),
            ("RAPPORT_SIGNING_KEY", "signing_key", Form::Text),
            ("RAPPORT_PUBLIC_URL", "public_url", Form::Any),
            ("RAPPORT_WORKERS", "workers", Form::Number),
            ("RAPPORT_TRUST_PROXY", "trust_proxy", Form::Switch),
        ] {
            assert_eq!(form(key), Some((name.to_owned(), expected)));
        }
    }
}

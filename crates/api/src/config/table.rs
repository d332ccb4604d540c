//! Every setting with its default and what it does.

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
        "Most requests in work at a time that read; besides, a quarter as many that write on SQLite, half as many on PostgreSQL. Default: twice the connections to the database",
    ),
    setting(
        "RAPPORT_REQUESTS_WAITING",
        "",
        "Most requests that wait for their turn to read, and as many to write; more are answered 503. Default: 16 times those in work",
    ),
    setting(
        "RAPPORT_REQUEST_WAIT_SECONDS",
        "5",
        "How long a request may wait for its turn before it is answered 503",
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

    fn shown(pairs: &[(&str, &str)]) -> String {
        table(|key| {
            pairs
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_table_shows_every_key_and_no_secret() {
        let key = "0123456789abcdef0123456789abcdef";
        let shown = shown(&[
            ("RAPPORT_SIGNING_KEY", key),
            (
                "RAPPORT_DATABASE_URL",
                "postgres://desk:s3cret@db/desk?password=s3cret",
            ),
            ("RAPPORT_WORKERS", "4"),
        ]);
        for setting in SETTINGS {
            assert!(shown.contains(setting.key), "{}", setting.key);
        }
        assert!(!shown.contains(key) && !shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("RAPPORT_SIGNING_KEY=set\n"));
        assert!(shown.contains("RAPPORT_ADMIN_PASSWORD=not set\n"));
        assert!(shown.contains("RAPPORT_DATABASE_URL=postgres://desk:…@db/desk?…\n"));
        assert!(shown.contains("RAPPORT_WORKERS=4\n"));
    }
}

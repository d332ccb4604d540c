//! The judgement of the settings.

use std::collections::BTreeSet;

use super::{Around, Finding, Level, found, ok};
use crate::config::Config;

/// Different characters that a key made by chance always has.
const FEWEST_CHARACTERS: usize = 10;

/// What is unsafe, or that nothing is.
pub(super) fn all(around: &Around<'_>) -> Vec<Finding> {
    let config = around.config;
    let secrets = around.shows_secrets.then(|| {
        found(
            "settings_file",
            Level::Bad,
            "it holds secrets, and everybody on this machine can read it",
            "chmod 640, owned by root and the group of the server",
        )
    });
    let findings: Vec<Finding> = [transport(config), proxy(config), key(config), secrets]
        .into_iter()
        .flatten()
        .collect();
    if findings.is_empty() {
        vec![ok("settings", "nothing is unsafe")]
    } else {
        findings
    }
}

/// Whether passwords and tokens travel as they are.
fn transport(config: &Config) -> Option<Finding> {
    if config.listen.ip().is_loopback() || config.is_https() {
        return None;
    }
    let listen = config.listen;
    Some(match &config.public_url {
        Some(_) => found(
            "public_url",
            Level::Bad,
            format!("people reach the server by http, and it listens on {listen}"),
            "put a proxy with TLS before it and set RAPPORT_PUBLIC_URL to https://…",
        ),
        None => found(
            "public_url",
            Level::Warning,
            format!("it is not set, and the server listens on {listen}"),
            "set RAPPORT_PUBLIC_URL to the https://… address, which makes the cookies secure",
        ),
    })
}

/// Whether callers can tell any address.
fn proxy(config: &Config) -> Option<Finding> {
    let is_open = config.trust_proxy && !config.listen.ip().is_loopback();
    is_open.then(|| {
        found(
            "trust_proxy",
            Level::Warning,
            format!(
                "on, and the server listens on {}: who gets past the proxy can claim any address",
                config.listen
            ),
            "listen on 127.0.0.1, or let a firewall admit nobody but the proxy",
        )
    })
}

/// Whether the key of the access tokens can be guessed.
fn key(config: &Config) -> Option<Finding> {
    let key = config.signing_key.as_ref()?;
    let different: BTreeSet<char> = key.chars().collect();
    (different.len() < FEWEST_CHARACTERS).then(|| {
        found(
            "signing_key",
            Level::Bad,
            "it was not made by chance",
            "`openssl rand -base64 48` makes one; or set none, and the server makes its own",
        )
    })
}

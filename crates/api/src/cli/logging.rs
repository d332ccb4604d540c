//! Where log lines go: to standard error, so that standard output is the command's own.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// What other crates tell is of interest only when it is asked for by name.
const QUIET: &str = "actix_server=warn,sqlx=warn,sea_orm_migration=warn";

/// Starts logging as the settings say.
pub(super) fn start(config: &Config) {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", config.log))
        .unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}

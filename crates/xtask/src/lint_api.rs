//! The committed API document against the recommended rules of two linters.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{npm, process};

/// Holds `openapi/openapi.json` to Redocly's and Spectral's recommended rules: a warning refuses
/// it as an error does.
///
/// # Errors
/// When one of them has something to say, or cannot be installed.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut redocly = npm::program(workspace, "redocly")?;
    redocly
        .args(["lint", "openapi.json", "--config", "redocly.yaml"])
        .args(["--max-problems", "1000"])
        // It asks a server for newer versions and tells it of its use otherwise.
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .env("REDOCLY_TELEMETRY", "off")
        .current_dir(workspace.root.join("openapi"));
    process::run(&mut redocly)?;
    let mut spectral = npm::program(workspace, "spectral")?;
    spectral
        .args(["lint", "openapi.json", "--ruleset", "spectral.yaml"])
        .args(["--fail-severity", "hint"])
        .current_dir(workspace.root.join("openapi"));
    process::run(&mut spectral)
}

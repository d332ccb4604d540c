//! `cargo xtask bench`: measures the release build.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Builds the server and the bench program optimised and runs the latter with `arguments`;
/// it finds the server's program in `RAPPORT_BIN`.
///
/// # Errors
/// When a build or the measurement fails.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    process::run(
        process::cargo(&workspace.root)
            .args(["build", "--release", "--bin", "rapport", "--bin", "bench"])
            .args(["--package", "rapport-api", "--package", "rapport-tests"]),
    )?;
    process::run(
        Command::new(workspace.binary("bench", true))
            .args(arguments)
            .current_dir(&workspace.root)
            .env("RAPPORT_BIN", workspace.binary("rapport", true)),
    )
}

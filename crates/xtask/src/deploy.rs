//! The container files against their formats: no engine is needed for that.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{process, python};

/// Holds `Dockerfile` to hadolint's rules and `docker-compose.yml` to the schema of Compose.
///
/// # Errors
/// When one of them is refused, or a judge cannot be installed.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let hadolint = python::program(workspace, "hadolint")?;
    process::run(
        Command::new(hadolint)
            .args(["--failure-threshold", "style", "Dockerfile"])
            .current_dir(&workspace.root),
    )?;
    let judge = python::program(workspace, "check-jsonschema")?;
    process::run(
        Command::new(judge)
            .args(["--builtin-schema", "vendor.compose-spec"])
            .arg("docker-compose.yml")
            .current_dir(&workspace.root),
    )
}

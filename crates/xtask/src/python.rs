//! Python packages that judge what the product publishes, in a folder of their own below `target`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// A program of the packages that `requirements.txt` pins; they are installed when they are not
/// there in those versions.
///
/// # Errors
/// When they cannot be installed.
pub(crate) fn program(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("python");
    let requirements = workspace.root.join("crates/xtask/requirements.txt");
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("cannot read {}", workspace.shown(&requirements)))?;
    // Written last: an installation that broke off is none.
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(folder.join("bin").join(name));
    }
    tools::ensure(&[Tool::Python])?;
    let mut python = Command::new("python3");
    process::run(python.args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--only-binary", ":all:"])
        .arg("--requirement")
        .arg(&requirements);
    process::run(&mut pip).context("the pinned Python packages cannot be installed")?;
    fs::write(&installed, wanted)?;
    Ok(folder.join("bin").join(name))
}

//! Linters of the npm registry, in a folder of their own below `target`, run by the Node.js that
//! `requirements.txt` pins: Debian's is older than they need.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{process, python};

/// A program of the packages in `crates/xtask/npm`, installed exactly as their lock file says,
/// digests included, when that was not done yet.
///
/// # Errors
/// When they cannot be installed.
pub(crate) fn program(workspace: &Workspace, name: &str) -> Result<Command> {
    let node = python::program(workspace, "node")?;
    let npm = python::program(workspace, "npm")?;
    let wanted = workspace.root.join("crates/xtask/npm");
    let lock = fs::read_to_string(wanted.join("package-lock.json"))
        .context("cannot read the lock file of the linters")?;
    let folder = workspace.target.join("npm");
    // Written last: an installation that broke off is none.
    let installed = folder.join("installed.json");
    if !fs::read_to_string(&installed).is_ok_and(|installed| installed == lock) {
        fs::create_dir_all(&folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(wanted.join(file), folder.join(file))
                .with_context(|| format!("cannot copy {file} of the linters"))?;
        }
        let mut install = Command::new(npm);
        install
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder);
        process::run(with_node(&mut install, &node)?)
            .context("the pinned linters cannot be installed")?;
        fs::write(&installed, lock)?;
    }
    let mut program = Command::new(folder.join("node_modules/.bin").join(name));
    with_node(&mut program, &node)?;
    Ok(program)
}

/// The command with this Node.js first on the search path, as its own first line asks for it.
fn with_node<'a>(command: &'a mut Command, node: &Path) -> Result<&'a mut Command> {
    let folder = node.parent().map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(folder.into_iter().chain(env::split_paths(&path)))?;
    Ok(command.env("PATH", path))
}

//! Where the workspace, its build results and its test binaries are.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The Cargo workspace xtask belongs to.
pub(crate) struct Workspace {
    /// Folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's folder for build results.
    pub(crate) target: PathBuf,
    /// Names of the integration test binaries, sorted.
    pub(crate) test_binaries: Vec<String>,
}

impl Workspace {
    /// Asks cargo.
    ///
    /// # Errors
    /// When cargo cannot read the workspace.
    pub(crate) fn locate() -> Result<Self> {
        // Set by `cargo run`; the path at build time serves a copied binary.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .join("../..")
            .canonicalize()
            .context("the workspace folder is not there")?;
        let metadata = process::output(process::cargo(&root).args([
            "metadata",
            "--no-deps",
            "--format-version=1",
        ]))?;
        let metadata: Value = serde_json::from_str(&metadata)?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?;
        Ok(Self {
            target: PathBuf::from(target),
            test_binaries: test_binaries(&metadata),
            root,
        })
    }

    /// Folder of the web app, a workspace of its own.
    pub(crate) fn frontend(&self) -> PathBuf {
        self.root.join("frontend")
    }

    /// The program `name` as the debug or release build leaves it.
    pub(crate) fn binary(&self, name: &str, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target.join(profile).join(name)
    }

    /// `path` without the workspace folder, for messages.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

fn test_binaries(metadata: &Value) -> Vec<String> {
    let mut names: Vec<String> = elements(&metadata["packages"])
        .flat_map(|package| elements(&package["targets"]))
        .filter(|target| elements(&target["kind"]).any(|kind| kind == "test"))
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_integration_tests_count_as_test_binaries() {
        let metadata = json!({"packages": [
            {"targets": [
                {"name": "rapport-tests", "kind": ["lib"]},
                {"name": "jobs", "kind": ["test"]},
                {"name": "api", "kind": ["test"]},
            ]},
            {"targets": [{"name": "rapport", "kind": ["bin"]}, {"name": "api", "kind": ["test"]}]},
        ]});
        assert_eq!(test_binaries(&metadata), ["api", "jobs"]);
    }
}

//! `cargo xtask real-data FOLDER`: imports the real files and checks the figures.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::test::counts::Counts;
use crate::workspace::Workspace;
use crate::{process, tools};

/// The variable that names the folder to the tests.
pub(crate) const VARIABLE: &str = "RAPPORT_REAL_DATA";

/// Runs the tests about real data on the files in `folder`.
///
/// # Errors
/// When the folder is missing, a test fails, or none ran.
pub(crate) fn real_data(workspace: &Workspace, folder: &Path) -> Result<()> {
    let folder = readable(folder)?;
    tools::ensure(&[tools::Tool::Python])?;
    println!("real data: {}", folder.display());
    process::run(process::cargo(&workspace.root).args(["build", "--package", "rapport-api"]))?;

    let mut counts = Counts::default();
    let outcome = process::run_with_lines(
        process::cargo(&workspace.root)
            .args(["test", "--package", "rapport-tests"])
            .args(["--test", "persistence", "real_data", "--", "--nocapture"])
            .env(VARIABLE, &folder)
            .env("RAPPORT_BIN", workspace.binary("rapport", false)),
        |line| {
            println!("{line}");
            counts.read(line);
        },
    );
    println!("\n{counts}");
    outcome?;
    if counts.passed == 0 {
        bail!("no test about real data ran");
    }
    Ok(())
}

/// The folder as an absolute path: each test binary runs in a folder of its own.
///
/// # Errors
/// When there is no such folder.
pub(crate) fn readable(folder: &Path) -> Result<PathBuf> {
    let absolute = folder
        .canonicalize()
        .with_context(|| format!("real data: no folder {}", folder.display()))?;
    if !absolute.is_dir() {
        bail!("real data: {} is no folder", folder.display());
    }
    Ok(absolute)
}

//! `cargo xtask openapi [--check]`: the published API document and the handlers agree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{process, python};

/// Writes `openapi/openapi.json` from the handlers.
///
/// # Errors
/// When the server does not build or the file cannot be written.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let built = document(&build(workspace)?)?;
    let path = committed_path(workspace);
    let before = fs::read_to_string(&path).unwrap_or_default();
    if before == built {
        println!("{} is up to date", workspace.shown(&path));
    } else {
        fs::write(&path, built)?;
        println!("wrote {}: read the diff", workspace.shown(&path));
    }
    Ok(())
}

/// Builds the server and compares its document with the committed one.
///
/// # Errors
/// When the server does not build or the documents differ.
pub(crate) fn check_built(workspace: &Workspace) -> Result<()> {
    check(workspace, &build(workspace)?)
}

/// Compares the document of the program `rapport` with the committed one, and holds it to the
/// official schema of OpenAPI 3.1.
///
/// # Errors
/// When they differ, with the first line that does, or the schema refuses the document.
pub(crate) fn check(workspace: &Workspace, rapport: &Path) -> Result<()> {
    let path = committed_path(workspace);
    let committed = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", workspace.shown(&path)))?;
    match first_difference(&committed, &document(rapport)?) {
        None => {
            println!("{} equals the handlers' document", workspace.shown(&path));
            let validator = python::program(workspace, "openapi-spec-validator")?;
            process::run(Command::new(validator).args(["--schema", "3.1"]).arg(&path))
        }
        Some(difference) => bail!(
            "{} is not what the handlers say: {difference}\nRun `cargo xtask openapi` and read the diff.",
            workspace.shown(&path)
        ),
    }
}

fn committed_path(workspace: &Workspace) -> PathBuf {
    workspace.root.join("openapi/openapi.json")
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::run(process::cargo(&workspace.root).args(["build", "--package", "rapport-api"]))?;
    Ok(workspace.binary("rapport", false))
}

fn document(rapport: &Path) -> Result<String> {
    let printed = process::output(Command::new(rapport).arg("openapi"))?;
    Ok(format!("{}\n", printed.trim_end()))
}

fn first_difference(committed: &str, built: &str) -> Option<String> {
    if committed == built {
        return None;
    }
    let (mut old, mut new) = (committed.lines(), built.lines());
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let shown = |line: Option<&str>| line.unwrap_or("(end of file)").trim().to_owned();
                return Some(format!(
                    "line {number}\n  committed: {}\n  handlers:  {}",
                    shown(old),
                    shown(new)
                ));
            }
        }
    }
    Some("only the line ends differ".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_documents_have_no_difference() {
        assert_eq!(first_difference("{\n}\n", "{\n}\n"), None);
    }

    #[test]
    fn the_first_differing_line_is_named() {
        let difference = first_difference("{\n  \"a\": 1\n}\n", "{\n  \"a\": 2\n}\n").unwrap();
        assert!(difference.starts_with("line 2\n"), "{difference}");
        assert!(difference.contains("\"a\": 2"), "{difference}");
    }

    #[test]
    fn a_document_that_ends_early_differs() {
        let difference = first_difference("{\n", "{\n}\n").unwrap();
        assert!(difference.contains("(end of file)"), "{difference}");
    }

    #[test]
    fn other_line_ends_are_a_difference() {
        assert!(first_difference("{\r\n}\n", "{\n}\n").is_some());
    }
}

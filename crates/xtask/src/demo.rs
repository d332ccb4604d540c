//! `cargo xtask demo`: builds everything, fills a new database with a demo company, serves it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::progress::{Progress, clock};
use crate::run::{become_server, build, free_port, sqlite_url};
use crate::workspace::Workspace;

/// Builds, fills a new SQLite file, prints the demo users and the address, becomes the server.
///
/// # Errors
/// When a build or the filling fails, or the server cannot be started.
pub(crate) fn demo(workspace: &Workspace, port: u16, quick: bool) -> Result<()> {
    let mut progress = Progress::new(4);
    build(workspace, &mut progress, quick)?;
    let rapport = workspace.binary("rapport", !quick);

    progress.step("demo company");
    let port = free_port(port)?;
    // A folder per port: a demo that still runs holds its port, so its file is left alone.
    let folder = workspace.target.join("demo").join(port.to_string());
    let database = new_database(&folder)?;
    process::run(
        Command::new(&rapport)
            .arg("demo")
            .arg("--database-file")
            .arg(&database),
    )?;

    progress.step("server");
    println!("database: {}", workspace.shown(&database));
    println!("ready after {}", clock(progress.elapsed()));
    println!("\n    Open http://127.0.0.1:{port} and sign in as one of the users above.");
    println!("    Ctrl-C stops it.\n");
    become_server(
        Command::new(&rapport)
            .arg("serve")
            .current_dir(&folder)
            .env("RAPPORT_DATABASE_URL", sqlite_url(&database))
            .env("RAPPORT_LISTEN", format!("127.0.0.1:{port}")),
    )
}

/// The path of a database file in `folder` that does not exist yet.
fn new_database(folder: &Path) -> Result<std::path::PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove the earlier demo in {}", folder.display()))?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.join("rapport.sqlite"))
}

//! `cargo xtask run`: builds everything and serves an empty installation.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::{frontend, process};

/// The port that is tried first.
pub(crate) const DEFAULT_PORT: u16 = 8080;

/// Builds the web app and the server, then becomes the server.
///
/// # Errors
/// When a build fails or the server cannot be started.
pub(crate) fn run(workspace: &Workspace, port: u16, quick: bool) -> Result<()> {
    let mut progress = Progress::new(3);
    build(workspace, &mut progress, quick)?;

    let mut serve = Command::new(workspace.binary("rapport", !quick));
    serve.arg("serve").current_dir(&workspace.root);
    progress.step("server");
    match env::var("RAPPORT_DATABASE_URL") {
        Ok(_) => println!("database: as RAPPORT_DATABASE_URL says"),
        Err(_) => {
            let folder = workspace.target.join("run");
            fs::create_dir_all(&folder)?;
            let file = folder.join("rapport.sqlite");
            println!("database: {}", workspace.shown(&file));
            serve.env("RAPPORT_DATABASE_URL", sqlite_url(&file));
        }
    }
    match env::var("RAPPORT_LISTEN") {
        Ok(listen) => println!("address:  {listen} (RAPPORT_LISTEN)"),
        Err(_) => {
            let port = free_port(port)?;
            println!("address:  http://127.0.0.1:{port}");
            serve.env("RAPPORT_LISTEN", format!("127.0.0.1:{port}"));
        }
    }
    println!("Ctrl-C stops it.\n");
    become_server(&mut serve)
}

/// Builds the web app and, around it, the server: two steps of `progress`.
///
/// # Errors
/// When a build fails.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress, quick: bool) -> Result<()> {
    let release = !quick;
    progress.step("web app");
    frontend::build(&workspace.frontend(), release)?;
    progress.step("server build");
    let mut cargo = process::cargo(&workspace.root);
    cargo.args(["build", "--package", "rapport-api"]);
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}

/// `preferred`, or the next free port on 127.0.0.1, which is told.
///
/// # Errors
/// When no port is free.
pub(crate) fn free_port(preferred: u16) -> Result<u16> {
    let near = preferred..=preferred.saturating_add(20);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = match near.into_iter().find(is_free) {
        Some(port) => port,
        None => TcpListener::bind(("127.0.0.1", 0))
            .context("no free port on 127.0.0.1")?
            .local_addr()?
            .port(),
    };
    if port != preferred {
        println!("port {preferred} is in use: taking {port}");
    }
    Ok(port)
}

/// The address of a SQLite file for `RAPPORT_DATABASE_URL`; the server makes a missing file.
pub(crate) fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// Replaces this process, so that signals and the exit status are the server's own.
///
/// # Errors
/// When it cannot be started; otherwise this does not return.
pub(crate) fn become_server(serve: &mut Command) -> Result<()> {
    let error = serve.exec();
    Err(error).with_context(|| format!("cannot start {}", serve.get_program().display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_gives_way_to_another() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(free_port(port).unwrap(), port);
    }

    #[test]
    fn a_sqlite_address_keeps_the_leading_slash() {
        assert_eq!(
            sqlite_url(Path::new("/data/rapport.sqlite")),
            "sqlite:///data/rapport.sqlite"
        );
    }
}

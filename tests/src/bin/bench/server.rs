//! A server as a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Failure;

/// A process that listens; it ends with this value.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts `rapport serve` over a database, with its default settings but for the log, since a
    /// line per request is not what is measured, and for the limit of a session: requests are
    /// counted, but nobody sends too many.
    pub(crate) fn rapport(program: &Path, database: &Path) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command
            .arg("serve")
            .env(
                "RAPPORT_DATABASE_URL",
                format!("sqlite://{}", database.display()),
            )
            .env("RAPPORT_LISTEN", "127.0.0.1:0")
            .env("RAPPORT_LOG", "warn")
            .env("RAPPORT_REQUESTS_PER_MINUTE", "1000000000");
        Self::start(command)
    }

    /// Starts this program as the bare server.
    pub(crate) fn bare(bytes: &Path) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(bytes);
        Self::start(command)
    }

    fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut address = None;
        if let Some(out) = child.stdout.take() {
            for line in BufReader::new(out).lines() {
                if let Some(told) = line?.strip_prefix("listening on http://") {
                    address = Some(told.trim().parse()?);
                    break;
                }
            }
        }
        let Some(address) = address else {
            child.kill()?;
            return Err(format!("the server ended: {}", child.wait()?).into());
        };
        Ok(Self { child, address })
    }

    /// Its memory now and at most so far, in MB (10^6 bytes).
    pub(crate) fn memory(&self) -> Result<(f64, f64), Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kibibytes =
                line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
            kibibytes
                .map(|kibibytes| kibibytes * 1_024.0 / 1e6)
                .ok_or("no memory figure")
        };
        Ok((megabytes("VmRSS:")?, megabytes("VmHWM:")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to be done about a process that will not end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The load: several connections that ask one request after the other for a while.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::Failure;
use crate::http::Connection;

/// Before the measurement begins: caches fill, connections open.
const WARM_UP: Duration = Duration::from_secs(1);

/// What the load process is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Load {
    /// Whom to ask
    address: SocketAddr,
    /// A JSON array of the requests, asked in turn
    requests: PathBuf,
    /// For how long
    seconds: u64,
    /// Over how many connections
    connections: usize,
    /// The statuses that an answer may have
    #[arg(value_delimiter = ',', required = true)]
    statuses: Vec<u16>,
}

/// What it measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Answers per second.
    pub(crate) per_second: f64,
    /// The time that half of the answers took at most, in milliseconds.
    pub(crate) p50: f64,
    /// The time that 99 % of the answers took at most, in milliseconds.
    pub(crate) p99: f64,
}

impl Load {
    /// Runs the load and prints what it measured as JSON.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let requests: Vec<String> = serde_json::from_str(&fs::read_to_string(&self.requests)?)?;
        let begin = Instant::now() + WARM_UP;
        let end = begin + Duration::from_secs(self.seconds);
        let taken = thread::scope(|scope| {
            let workers: Vec<_> = (0..self.connections)
                .map(|worker| {
                    let requests = &requests;
                    scope.spawn(move || {
                        self.ask(
                            requests,
                            worker * requests.len() / self.connections,
                            begin,
                            end,
                        )
                        .map_err(|error| error.to_string())
                    })
                })
                .collect();
            let mut all: Vec<u64> = Vec::new();
            for worker in workers {
                all.extend(
                    worker
                        .join()
                        .map_err(|_| "a connection panicked".to_owned())??,
                );
            }
            Ok::<_, String>(all)
        });
        let mut taken = taken?;
        taken.sort_unstable();
        let per_second = taken.len() as f64 / self.seconds as f64;
        println!(
            "{}",
            json!({"per_second": per_second, "p50": at(&taken, 0.5), "p99": at(&taken, 0.99)})
        );
        Ok(())
    }

    /// Asks until the end; gives the microseconds of each answer after the beginning.
    fn ask(
        &self,
        requests: &[String],
        first: usize,
        begin: Instant,
        end: Instant,
    ) -> Result<Vec<u64>, Failure> {
        let mut connection = Connection::open(self.address)?;
        let mut taken = Vec::new();
        for request in requests.iter().cycle().skip(first) {
            let asked = Instant::now();
            if asked >= end {
                break;
            }
            let reply = connection.exchange(request)?;
            if !self.statuses.contains(&reply.status) {
                let body = String::from_utf8_lossy(reply.body);
                let expected = &self.statuses;
                return Err(
                    format!("status {} instead of {expected:?}: {body}", reply.status).into(),
                );
            }
            if asked >= begin {
                taken.push(u64::try_from(asked.elapsed().as_micros())?);
            }
        }
        Ok(taken)
    }
}

/// The milliseconds that this share of the sorted microseconds takes at most.
pub(crate) fn at(taken: &[u64], share: f64) -> f64 {
    let place = (taken.len().saturating_sub(1) as f64 * share) as usize;
    taken
        .get(place)
        .map_or(0.0, |micros| *micros as f64 / 1_000.0)
}

/// Starts this program again as the load and waits for what it measured.
pub(crate) fn run(
    address: SocketAddr,
    requests: &[String],
    statuses: &str,
    (seconds, connections): (u64, usize),
    folder: &Path,
) -> Result<Measured, Failure> {
    let file = folder.join("requests.json");
    fs::write(&file, serde_json::to_string(requests)?)?;
    let measured = again(
        Command::new(std::env::current_exe()?)
            .args(["load", &address.to_string()])
            .arg(&file)
            .args([seconds.to_string(), connections.to_string()])
            .arg(statuses),
    )?;
    let number = |name| number(&measured, name);
    Ok(Measured {
        per_second: number("per_second")?,
        p50: number("p50")?,
        p99: number("p99")?,
    })
}

/// Runs this program in another role; the JSON that it prints.
pub(crate) fn again(command: &mut Command) -> Result<serde_json::Value, Failure> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!(
            "the load failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// A number of what the load told.
pub(crate) fn number(measured: &serde_json::Value, name: &str) -> Result<f64, Failure> {
    measured[name]
        .as_f64()
        .ok_or_else(|| Failure::from(format!("the load told no {name}")))
}

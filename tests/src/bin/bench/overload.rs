//! Many times the load that the server can take: what becomes of its memory, of those it lets in
//! and of those it refuses, and how soon it is itself again.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Connection;
use crate::load::{self, again, at, number};
use crate::plan::Session;
use crate::{Bench, Failure};

/// Connections over which too much is offered: more than the server takes and lets wait.
const CONNECTIONS: usize = 512;
/// How many times what it can take is offered.
const TIMES: f64 = 10.0;
/// Answers in a row, as fast as they may be at most, after which the server has recovered.
const IN_A_ROW: usize = 20;
/// How many times the p99 without overload an admitted request may take.
const FACTOR: f64 = 3.0;
/// A server that has not recovered by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the process is told that offers too much.
#[derive(Debug, clap::Args)]
pub(crate) struct Flood {
    /// Whom to ask
    address: SocketAddr,
    /// A JSON array of the requests, asked in turn
    requests: PathBuf,
    /// For how long
    seconds: u64,
    /// How often a second, over all connections
    per_second: f64,
}

/// What one connection has seen.
#[derive(Default)]
struct Seen {
    /// Microseconds of each request that was let in.
    admitted: Vec<u64>,
    /// Microseconds of each request that was refused.
    refused: Vec<u64>,
    /// Connections that broke.
    broken: u64,
}

impl Flood {
    /// Offers the load and prints what came of it as JSON.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let requests: Vec<String> = serde_json::from_str(&fs::read_to_string(&self.requests)?)?;
        let began = Instant::now();
        let end = began + Duration::from_secs(self.seconds);
        let mut all = Seen::default();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..CONNECTIONS)
                .map(|worker| {
                    let requests = &requests;
                    scope.spawn(move || {
                        self.offer(requests, worker, began, end)
                            .map_err(|error| error.to_string())
                    })
                })
                .collect();
            for worker in workers {
                let seen = worker.join().map_err(|_| "a connection panicked")??;
                all.admitted.extend(seen.admitted);
                all.refused.extend(seen.refused);
                all.broken += seen.broken;
            }
            Ok::<_, String>(())
        })?;
        all.admitted.sort_unstable();
        all.refused.sort_unstable();
        println!(
            "{}",
            json!({
                "seconds": began.elapsed().as_secs_f64(),
                "admitted": all.admitted.len(),
                "refused": all.refused.len(),
                "broken": all.broken,
                "p50": at(&all.admitted, 0.5),
                "p99": at(&all.admitted, 0.99),
                "refused_p99": at(&all.refused, 0.99),
            })
        );
        Ok(())
    }

    /// Asks whenever it is this connection's time, or as soon as the answer before it is there.
    fn offer(
        &self,
        requests: &[String],
        worker: usize,
        began: Instant,
        end: Instant,
    ) -> Result<Seen, Failure> {
        let pause = Duration::from_secs_f64(CONNECTIONS as f64 / self.per_second);
        let mut due = began + pause.mul_f64(worker as f64 / CONNECTIONS as f64);
        let (mut seen, mut connection) = (Seen::default(), None);
        for request in requests.iter().cycle().skip(worker) {
            let now = Instant::now();
            if now.max(due) >= end {
                break;
            }
            thread::sleep(due.saturating_duration_since(now));
            due += pause;
            let open = match connection.take() {
                Some(open) => Ok(open),
                None => Connection::open(self.address),
            };
            let asked = Instant::now();
            let answered = open.and_then(|mut open| {
                let status = open.exchange(request)?.status;
                Ok((open, status))
            });
            let Ok((open, status)) = answered else {
                seen.broken += 1;
                continue;
            };
            connection = Some(open);
            let took = u64::try_from(asked.elapsed().as_micros())?;
            match status {
                200 | 201 => seen.admitted.push(took),
                503 => seen.refused.push(took),
                other => return Err(format!("status {other}").into()),
            }
        }
        Ok(seen)
    }
}

/// Measures, and prints ratios.
pub(crate) fn measure(
    bench: &Bench,
    seconds: u64,
    program: &Path,
    database: &Path,
    folder: &Path,
) -> Result<(), Failure> {
    let session = Session::begin(bench, program, database, folder)?;
    let requests = session.mix()?;
    let calm = session.load(&requests, "200,201")?;
    println!(
        "without overload, {} connections: {:.0} requests/s, p50 {:.2} ms, p99 {:.2} ms",
        bench.connections, calm.per_second, calm.p50, calm.p99
    );
    let (start, _) = session.server.memory()?;
    let file = folder.join("flood.json");
    fs::write(&file, serde_json::to_string(&requests)?)?;
    let wanted = calm.per_second * TIMES;
    println!("offering {wanted:.0} requests/s for {seconds} s");
    let mut flood = Command::new(std::env::current_exe()?);
    flood
        .args(["flood", &session.server.address.to_string()])
        .arg(&file)
        .args([seconds.to_string(), wanted.to_string()]);
    let (told, recovered) = thread::scope(|scope| {
        let flood = scope.spawn(move || again(&mut flood).map_err(|error| error.to_string()));
        thread::sleep(Duration::from_secs(seconds));
        let recovered = recovery(&session, &requests, calm).map_err(|error| error.to_string());
        let told = flood.join().map_err(|_| "the load panicked")??;
        Ok::<_, String>((told, recovered?))
    })?;
    let (end, peak) = session.server.memory()?;
    let figure = |name| number(&told, name);
    let (admitted, refused, broken) = (figure("admitted")?, figure("refused")?, figure("broken")?);
    let offered = (admitted + refused + broken) / figure("seconds")?;
    println!(
        "offered   {offered:.0} requests/s, {:.1} times what it can take",
        offered / calm.per_second
    );
    println!(
        "admitted  {:.0} requests/s, {:.2} of the rate without overload",
        admitted / figure("seconds")?,
        admitted / figure("seconds")? / calm.per_second
    );
    println!(
        "refused   {:.1} % with 503, p99 {:.2} ms; {broken:.0} connections broke",
        100.0 * refused / (admitted + refused + broken),
        figure("refused_p99")?
    );
    println!(
        "p99       {:.2} ms of admitted ones (p50 {:.2} ms), {:.2} times that without overload",
        figure("p99")?,
        figure("p50")?,
        figure("p99")? / calm.p99
    );
    println!(
        "memory    {start:.0} MB before, {peak:.0} MB at most ({:.2} times), {end:.0} MB after",
        peak / start
    );
    println!("recovery  {:.2} s", recovered.as_secs_f64());
    Ok(())
}

/// How long after the load the first of [`IN_A_ROW`] answers comes that are as fast as they may be
/// at most.
fn recovery(
    session: &Session<'_>,
    requests: &[String],
    calm: load::Measured,
) -> Result<Duration, Failure> {
    let ended = Instant::now();
    let mut connection = Connection::open(session.server.address)?;
    let (mut in_a_row, mut since) = (0, Duration::ZERO);
    for request in requests.iter().cycle() {
        let asked = Instant::now();
        let status = connection.exchange(request)?.status;
        let is_fast = asked.elapsed().as_secs_f64() * 1_000.0 <= calm.p99 * FACTOR;
        if in_a_row == 0 {
            since = asked - ended;
        }
        in_a_row = if is_fast && status < 300 {
            in_a_row + 1
        } else {
            0
        };
        if in_a_row == IN_A_ROW {
            break;
        }
        if ended.elapsed() > PATIENCE {
            return Err("the server does not recover".into());
        }
    }
    Ok(since)
}

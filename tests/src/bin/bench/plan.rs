//! What is measured, and against what.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use rapport_api::cli::demo::PASSWORD;
use rapport_api::clock::Clock;
use serde_json::{Value, json};

use crate::http::{Connection, get, post};
use crate::load::{self, Measured};
use crate::server::Server;
use crate::table::Row;
use crate::{Bench, Failure, bounds};

/// The demo company lies in one zone all through the year.
const LOCAL: TimeDelta = TimeDelta::hours(8);

/// Different tickets that are read in turn.
const READ: usize = 500;

/// Tickets of a batch.
const BATCH: usize = 500;

/// Connections of the mixed load, and in how many of its requests one writes.
const MIXED: (usize, usize) = (64, 5);

/// A session at the server.
pub(crate) struct Session<'a> {
    pub(crate) bench: &'a Bench,
    pub(crate) server: Server,
    token: String,
    pub(crate) folder: &'a Path,
}

/// Measures everything.
pub(crate) async fn measure(
    bench: &Bench,
    program: &Path,
    database: &Path,
    folder: &Path,
) -> Result<Vec<Row>, Failure> {
    let session = Session::begin(bench, program, database, folder)?;
    let (memory, _) = session.server.memory()?;
    println!("the server listens, {memory:.0} MB");

    let mut rows = vec![session.read_one()?, session.list()?];
    rows.push(session.overview(database).await?);
    rows.extend(session.search(database).await?);
    let create = session.create().await?;
    let one_by_one = create.measured.per_second;
    rows.extend([create, session.batch(one_by_one)?]);
    rows.push(session.mixed()?);
    let (_, memory) = session.server.memory()?;
    println!("the server took at most {memory:.0} MB");
    Ok(rows)
}

/// Asks once and gives the JSON of the answer.
pub(crate) fn ask(server: &Server, request: &str, status: u16) -> Result<Value, Failure> {
    let mut connection = Connection::open(server.address)?;
    let reply = connection.exchange(request)?;
    if reply.status != status {
        let body = String::from_utf8_lossy(reply.body);
        return Err(format!("status {} instead of {status}: {body}", reply.status).into());
    }
    Ok(serde_json::from_slice(reply.body)?)
}

impl<'a> Session<'a> {
    /// Starts the server over the database and signs in.
    pub(crate) fn begin(
        bench: &'a Bench,
        program: &Path,
        database: &Path,
        folder: &'a Path,
    ) -> Result<Self, Failure> {
        let server = Server::rapport(program, database)?;
        let sign_in = json!({"username": "manager", "password": PASSWORD}).to_string();
        let told = ask(&server, &post("/api/v1/auth/sign-in", None, &sign_in), 200)?;
        let token = told["access_token"].as_str().ok_or("no token")?.to_owned();
        Ok(Self {
            bench,
            server,
            token,
            folder,
        })
    }

    pub(crate) fn get(&self, path: &str) -> String {
        get(path, &self.token)
    }

    pub(crate) fn load(&self, requests: &[String], statuses: &str) -> Result<Measured, Failure> {
        let (seconds, connections) = (self.bench.seconds, self.bench.connections);
        load::run(
            self.server.address,
            requests,
            statuses,
            (seconds, connections),
            self.folder,
        )
    }

    pub(crate) fn row(
        &self,
        what: &'static str,
        measured: Measured,
        bound: Option<(f64, &'static str)>,
    ) -> Result<Row, Failure> {
        let (memory, _) = self.server.memory()?;
        println!("measured: {what}");
        Ok(Row {
            what,
            measured,
            bound,
            memory,
        })
    }

    /// The rate at which the bare server answers with the same bytes.
    fn bare(&self, request: &str) -> Result<f64, Failure> {
        let file = self.folder.join("bytes");
        {
            let mut connection = Connection::open(self.server.address)?;
            fs::write(&file, connection.exchange(request)?.body)?;
        }
        let bare = Server::bare(&file)?;
        let (seconds, connections) = (self.bench.seconds, self.bench.connections);
        let requests = [request.to_owned()];
        Ok(load::run(
            bare.address,
            &requests,
            "200",
            (seconds, connections),
            self.folder,
        )?
        .per_second)
    }

    /// Requests for single tickets.
    fn reads(&self) -> Result<Vec<String>, Failure> {
        let list = ask(
            &self.server,
            &self.get(&format!("/api/v1/tickets?limit={READ}&sort=-opened_at")),
            200,
        )?;
        let tickets = list["data"].as_array().ok_or("no list")?;
        let paths = tickets.iter().filter_map(|ticket| ticket["id"].as_str());
        Ok(paths
            .map(|id| self.get(&format!("/api/v1/tickets/{id}")))
            .collect())
    }

    fn read_one(&self) -> Result<Row, Failure> {
        let requests = self.reads()?;
        let measured = self.load(&requests, "200")?;
        let bound = self.bare(requests.first().ok_or("no tickets")?)?;
        let bound = Some((bound, "bare route, same bytes"));
        self.row("read one ticket", measured, bound)
    }

    /// The request for a filtered list.
    fn filtered(&self) -> String {
        self.get(
            "/api/v1/tickets?status=new,open&priority=normal,high,urgent&sort=next_due_at&limit=50",
        )
    }

    fn list(&self) -> Result<Row, Failure> {
        let request = self.filtered();
        let list = ask(&self.server, &request, 200)?;
        if list["data"].as_array().is_none_or(|data| data.len() != 50) {
            return Err("the filtered list has fewer than 50 tickets".into());
        }
        let measured = self.load(std::slice::from_ref(&request), "200")?;
        let bound = Some((self.bare(&request)?, "bare route, same bytes"));
        self.row("list 50 filtered", measured, bound)
    }

    async fn overview(&self, database: &Path) -> Result<Row, Failure> {
        let [before, from, to] = months(Clock::system().now()).ok_or("no calendar months")?;
        let path = format!("/api/v1/reports/overview?from={from}&to={to}&time_zone=Asia/Shanghai");
        let request = self.get(&path);
        let report = ask(&self.server, &request, 200)?;
        let periods = [instant(from), instant(to), instant(before), instant(from)];
        let script = bounds::Script::open(database, self.bench.connections, periods).await?;
        let differing = bounds::differing(&report, &script.figures().await?)?;
        if differing.is_empty() {
            println!("report and script show the same figures for both periods");
        } else {
            println!("report and script differ: {}", differing.join(", "));
        }
        let measured = self.load(std::slice::from_ref(&request), "200")?;
        let bound = script.rate(self.bench.seconds).await?;
        let bound = Some((bound, "one SQL script, raw driver"));
        self.row("overview report", measured, bound)
    }

    /// New tickets of some customers.
    fn new_tickets(&self) -> Result<Vec<Value>, Failure> {
        let list = ask(&self.server, &self.get("/api/v1/tickets?limit=50"), 200)?;
        let customers = list["data"].as_array().ok_or("no list")?.iter();
        let customers: Vec<&Value> = customers
            .map(|ticket| &ticket["customer"]["id"])
            .filter(|id| !id.is_null())
            .collect();
        Ok(customers
            .iter()
            .map(|customer| {
                json!({
                    "subject": "净水器不出水 The water purifier gives no water",
                    "description": "昨天换了滤芯以后水流变小，今天完全不出水了。Since the filter was changed yesterday there is less and less water.",
                    "type": "repair",
                    "channel": "phone",
                    "priority": "high",
                    "customer_id": customer,
                })
            })
            .collect())
    }

    /// Requests that open them.
    fn creations(&self) -> Result<Vec<String>, Failure> {
        let tickets = self.new_tickets()?;
        let open = |ticket: &Value| post("/api/v1/tickets", Some(&self.token), &ticket.to_string());
        Ok(tickets.iter().map(open).collect())
    }

    /// Batches beside the same tickets opened one by one, over as many connections.
    fn batch(&self, one_by_one: f64) -> Result<Row, Failure> {
        let tickets = self.new_tickets()?;
        let items = tickets.iter().cycle().take(BATCH);
        let items: Vec<Value> = items.map(|ticket| json!({"data": ticket})).collect();
        let body = json!({"items": items}).to_string();
        let request = post("/api/v1/tickets/batch", Some(&self.token), &body);
        let report = ask(&self.server, &request, 207)?;
        if report["counts"]["created"] != json!(BATCH) {
            return Err(format!("not all of a batch was opened: {}", report["counts"]).into());
        }
        let mut measured = self.load(&[request], "207")?;
        measured.per_second *= BATCH as f64;
        let bound = Some((one_by_one, "create a ticket, one by one"));
        self.row("by batches of 500", measured, bound)
    }

    async fn create(&self) -> Result<Row, Failure> {
        let requests = self.creations()?;
        let made = ask(&self.server, requests.first().ok_or("no customers")?, 201)?;
        let measured = self.load(&requests, "201")?;
        let bound =
            bounds::inserts_per_second(self.folder, &made.to_string(), self.bench.seconds).await?;
        let bound = Some((bound, "durable single-row insert, raw driver"));
        self.row("create a ticket", measured, bound)
    }

    /// Four reads, one of them of a list, to each ticket that is opened.
    pub(crate) fn mix(&self) -> Result<Vec<String>, Failure> {
        let (reads, creations, list) = (self.reads()?, self.creations()?, self.filtered());
        let (mut reads, mut creations) = (reads.iter().cycle(), creations.iter().cycle());
        (0..READ)
            .map(|number| {
                let next = match number % MIXED.1 {
                    0 => creations.next(),
                    1 => Some(&list),
                    _ => reads.next(),
                };
                Ok(next.ok_or("no tickets")?.clone())
            })
            .collect()
    }

    fn mixed(&self) -> Result<Row, Failure> {
        let measured = load::run(
            self.server.address,
            &self.mix()?,
            "200,201",
            (self.bench.seconds, MIXED.0),
            self.folder,
        )?;
        self.row("mixed, 80% reads", measured, None)
    }
}

/// The first days of the last whole month, of the one before it and of the one after it, as
/// `[before, month, after]`.
fn months(now: DateTime<Utc>) -> Option<[NaiveDate; 3]> {
    let after = (now + LOCAL).date_naive().with_day(1)?;
    let month = after.checked_sub_months(Months::new(1))?;
    Some([month.checked_sub_months(Months::new(1))?, month, after])
}

/// The first instant of a local day, in microseconds.
fn instant(day: NaiveDate) -> i64 {
    (day.and_time(chrono::NaiveTime::MIN).and_utc() - LOCAL).timestamp_micros()
}

//! What is looked up when the figures are asked for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus::core::{AtomicF64, AtomicU64, GenericCounter};
use prometheus::{Gauge, GaugeVec, IntGauge, Opts, Registry};
use rapport_persistence::database::Connections;
use rapport_persistence::queues::{self, Queues};

use crate::admission::Refusal;
use crate::state::AppState;

/// The database must answer within this time, or its own figures are left out.
const PATIENCE: Duration = Duration::from_secs(1);

/// Registers figures as they are looked up.
struct Sheet(Registry);

impl Sheet {
    fn gauge(&self, name: &str, help: &str, value: f64) -> prometheus::Result<()> {
        let gauge = Gauge::new(name, help)?;
        gauge.set(value);
        self.0.register(Box::new(gauge))
    }

    fn count(&self, name: &str, help: &str, value: usize) -> prometheus::Result<()> {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        self.0.register(Box::new(gauge))
    }

    /// Gauges that one label tells apart.
    fn gauges(
        &self,
        name: &str,
        help: &str,
        label: &str,
        values: &[(&str, f64)],
    ) -> prometheus::Result<()> {
        let gauges = GaugeVec::new(Opts::new(name, help), &[label])?;
        for (key, value) in values {
            gauges.with_label_values(&[key]).set(*value);
        }
        self.0.register(Box::new(gauges))
    }

    fn total(&self, name: &str, help: &str, value: u64) -> prometheus::Result<()> {
        let counter = GenericCounter::<AtomicU64>::new(name, help)?;
        counter.inc_by(value);
        self.0.register(Box::new(counter))
    }

    fn seconds_total(&self, name: &str, help: &str, value: Duration) -> prometheus::Result<()> {
        let counter = GenericCounter::<AtomicF64>::new(name, help)?;
        counter.inc_by(value.as_secs_f64());
        self.0.register(Box::new(counter))
    }
}

/// Looks everything up.
///
/// # Errors
/// When two figures have one name.
pub(super) async fn sample(state: &AppState) -> prometheus::Result<Registry> {
    let now = state.clock.now();
    let queues = tokio::time::timeout(PATIENCE, queues::look(&state.db)).await;
    let queues = queues.ok().and_then(Result::ok);
    let sheet = Sheet(Registry::new());
    process(&sheet, state)?;
    gate(&sheet, state)?;
    database(&sheet, state, queues.is_some())?;
    if let Some(queues) = queues {
        lag(&sheet, &queues, now)?;
    }
    let ages: Vec<_> = state
        .metrics
        .successes()
        .iter()
        .map(|(job, at)| (*job, seconds(now - *at)))
        .collect();
    sheet.gauges(
        "rapport_job_last_success_age_seconds",
        "Time since a job last ran well in this process; of several processes the least counts.",
        "job",
        &ages,
    )?;
    Ok(sheet.0)
}

fn process(sheet: &Sheet, state: &AppState) -> prometheus::Result<()> {
    sheet.gauges(
        "rapport_build_info",
        "The version of the server; always 1.",
        "version",
        &[(env!("CARGO_PKG_VERSION"), 1.0)],
    )?;
    sheet.gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since 1970.",
        state.metrics.started_at.timestamp_millis() as f64 / 1_000.0,
    )?;
    match resident_bytes() {
        Some(bytes) => sheet.gauge(
            "process_resident_memory_bytes",
            "Memory of the process that is not swapped out.",
            bytes,
        ),
        None => Ok(()),
    }
}

/// Answered from the kernel's memory: too little to hand it to another thread. Other systems than
/// Linux have no such file.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1_024.0)
}

fn gate(sheet: &Sheet, state: &AppState) -> prometheus::Result<()> {
    let taken = [
        ("read", state.admission.reads.taken()),
        ("write", state.admission.writes.taken()),
        ("upload", state.admission.uploads.taken()),
    ];
    let in_work = taken.map(|(kind, (in_work, _))| (kind, in_work as f64));
    let waiting = taken.map(|(kind, (_, waiting))| (kind, waiting as f64));
    sheet.gauges(
        "rapport_http_requests_in_work",
        "Requests of the API that are in work.",
        "kind",
        &in_work,
    )?;
    sheet.gauges(
        "rapport_http_requests_waiting",
        "Requests of the API that wait for their turn.",
        "kind",
        &waiting,
    )?;
    sheet.count(
        "rapport_change_streams_open",
        "Streams of changes that are open.",
        state.live.count(),
    )?;
    let refused = prometheus::IntCounterVec::new(
        Opts::new(
            "rapport_http_requests_refused_total",
            "Requests of the API that were answered 503 because there was too much to do.",
        ),
        &["reason"],
    )?;
    for why in Refusal::ALL {
        refused
            .with_label_values(&[why.name()])
            .inc_by(state.admission.refused(why));
    }
    sheet.0.register(Box::new(refused))?;
    let limited = prometheus::IntCounterVec::new(
        Opts::new(
            "rapport_http_requests_limited_total",
            "Requests of the API that were answered 429 because their credential had sent too many.",
        ),
        &["credential"],
    )?;
    for (kind, count) in state.request_limits.refused() {
        limited.with_label_values(&[kind]).inc_by(count);
    }
    sheet.0.register(Box::new(limited))?;
    sheet.count(
        "rapport_http_body_bytes",
        "Bytes of bodies that have arrived for requests that are not answered yet.",
        state.admission.body_bytes(),
    )?;
    sheet.count(
        "rapport_http_connections",
        "Open connections of clients.",
        state.connections.count(),
    )?;
    sheet.total(
        "rapport_http_connections_cut_total",
        "Connections that were closed because the client was too slow.",
        state.connections.cut_count(),
    )
}

fn database(sheet: &Sheet, state: &AppState, is_up: bool) -> prometheus::Result<()> {
    let load = state.db.load();
    sheet.gauge(
        "rapport_database_up",
        "Whether the database answered within a second.",
        f64::from(u8::from(is_up)),
    )?;
    let both: Vec<(&str, Connections)> = [("readers", Some(load.readers)), ("writer", load.writer)]
        .into_iter()
        .filter_map(|(pool, connections)| Some((pool, connections?)))
        .collect();
    let of = |figure: fn(&Connections) -> u32| -> Vec<(&str, f64)> {
        both.iter()
            .map(|(pool, connections)| (*pool, f64::from(figure(connections))))
            .collect()
    };
    sheet.gauges(
        "rapport_database_connections_in_use",
        "Connections to the database that somebody uses.",
        "pool",
        &of(|connections| connections.open - connections.idle),
    )?;
    sheet.gauges(
        "rapport_database_connections_idle",
        "Connections to the database that nobody uses.",
        "pool",
        &of(|connections| connections.idle),
    )?;
    sheet.gauges(
        "rapport_database_connections_max",
        "How many connections to the database there may be.",
        "pool",
        &of(|connections| connections.most),
    )?;
    sheet.count(
        "rapport_database_writers_waiting",
        "Transactions that wait for their turn to write.",
        load.waiting,
    )?;
    sheet.total(
        "rapport_database_write_waits_total",
        "Transactions that have waited for their turn to write, however short.",
        load.waits,
    )?;
    sheet.seconds_total(
        "rapport_database_write_wait_seconds_total",
        "How long they waited, all together.",
        load.waited,
    )?;
    sheet.total(
        "rapport_database_statements_total",
        "Statements.",
        load.statements,
    )?;
    sheet.total(
        "rapport_database_statement_errors_total",
        "Statements that the database refused or broke off; two records of one name are such a refusal, too.",
        load.failed_statements,
    )
}

fn lag(sheet: &Sheet, queues: &Queues, now: DateTime<Utc>) -> prometheus::Result<()> {
    let lag = queues.next_clock_at.map_or(0.0, |at| seconds(now - at));
    sheet.gauge(
        "rapport_clock_detection_lag_seconds",
        "Age of the oldest warning or breach of a clock that nobody has noticed yet.",
        lag,
    )?;
    sheet.gauge(
        "rapport_imports_running",
        "Imports that run, or were broken off and wait to be resumed.",
        queues.running_imports as f64,
    )?;
    sheet.gauge(
        "rapport_bulk_changes_running",
        "Bulk changes that run, or wait for their turn.",
        queues.running_bulk_changes as f64,
    )
}

/// Seconds that have passed; none for what lies ahead.
fn seconds(span: chrono::TimeDelta) -> f64 {
    (span.num_milliseconds() as f64 / 1_000.0).max(0.0)
}

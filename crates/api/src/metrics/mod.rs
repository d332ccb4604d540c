//! Figures for whoever watches the server, in the text format of Prometheus at `/metrics`.
//!
//! What happens is counted here as it happens; what merely is (connections, memory, queues) is
//! looked up when it is asked for (`sample.rs`).

mod page;
mod sample;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry};

use crate::error::ApiError;

pub use page::routes;

/// Upper ends of the classes of durations, in seconds.
const BUCKETS: [f64; 13] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// How a look at a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It ran, well.
    Succeeded,
    /// It ran into an error, or the database did not say whether it should.
    Failed,
    /// It ran within its period already, here or elsewhere.
    NotDue,
}

/// What is counted.
pub struct Metrics {
    registry: Registry,
    started_at: DateTime<Utc>,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
    looks: IntCounterVec,
    job_durations: HistogramVec,
    successes: Mutex<BTreeMap<&'static str, DateTime<Utc>>>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// A request that is being answered, until it is dropped.
#[derive(Debug)]
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Nothing counted yet.
    ///
    /// # Errors
    /// 500 when two figures have one name.
    pub fn new(now: DateTime<Utc>) -> Result<Self, ApiError> {
        Self::build(now).map_err(ApiError::internal)
    }

    fn build(now: DateTime<Utc>) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, prometheus::Error>(counters)
        };
        let histograms = |name: &str, help: &str, labels: &[&str]| {
            let options = HistogramOpts::new(name, help).buckets(BUCKETS.to_vec());
            let histograms = HistogramVec::new(options, labels)?;
            registry.register(Box::new(histograms.clone()))?;
            Ok::<_, prometheus::Error>(histograms)
        };
        let requests = counters(
            "rapport_http_requests_total",
            "Requests that were answered.",
            &["method", "route", "status"],
        )?;
        let durations = histograms(
            "rapport_http_request_duration_seconds",
            "Time from the head of a request to the head of its answer.",
            &["method", "route"],
        )?;
        let in_flight = IntGauge::new(
            "rapport_http_requests_in_flight",
            "Requests that are not answered yet, those that wait for their turn included.",
        )?;
        registry.register(Box::new(in_flight.clone()))?;
        let looks = counters(
            "rapport_job_looks_total",
            "Times this process looked whether a job should run: succeeded and failed are runs, not_due is none.",
            &["job", "outcome"],
        )?;
        let job_durations = histograms(
            "rapport_job_duration_seconds",
            "How long the runs of a job took.",
            &["job"],
        )?;
        Ok(Self {
            registry,
            started_at: now,
            requests,
            durations,
            in_flight,
            looks,
            job_durations,
            successes: Mutex::default(),
        })
    }

    /// A request has come.
    pub fn begin_request(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request of an endpoint, told by its pattern, was answered.
    pub fn end_request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        // A caller can make up methods without end.
        let method = match method.as_str() {
            known @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE") => known,
            _ => "other",
        };
        let class = match status.as_u16() {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.requests
            .with_label_values(&[method, route, class])
            .inc();
        self.durations
            .with_label_values(&[method, route])
            .observe(took.as_secs_f64());
    }

    /// This process has looked at a job.
    pub fn look_at_job(&self, job: &'static str, look: Look, took: Duration, now: DateTime<Utc>) {
        let outcome = match look {
            Look::Succeeded => "succeeded",
            Look::Failed => "failed",
            Look::NotDue => "not_due",
        };
        self.looks.with_label_values(&[job, outcome]).inc();
        if look != Look::NotDue {
            self.job_durations
                .with_label_values(&[job])
                .observe(took.as_secs_f64());
        }
        if look == Look::Succeeded {
            self.successes().insert(job, now);
        }
    }

    fn successes(&self) -> MutexGuard<'_, BTreeMap<&'static str, DateTime<Utc>>> {
        // The map is whole after every statement, whatever another thread died of.
        self.successes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

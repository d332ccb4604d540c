//! Background jobs. Each is a function `run_once(&AppState, now)` that may run at any time and any
//! number of times; a lease in the database makes one process of many run it.

pub mod bulk_changes;
pub mod clocks;
pub mod sessions;

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::{rt, web};
use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::leases;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::bulk_changes::queue as bulk;
use crate::error::ApiError;
use crate::imports::queue;
use crate::metrics::Look;
use crate::state::AppState;

/// How often a process looks whether it should run a job.
const LOOK: Duration = Duration::from_secs(20);

/// What a job returns. It stays on its thread, as the writes of records do.
pub type Run<'s> = Pin<Box<dyn Future<Output = Result<(), ApiError>> + 's>>;

/// A job.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// Its name, also of its lease.
    pub name: &'static str,
    /// How often it runs over all processes; no more often than every 20 seconds.
    pub every: TimeDelta,
    /// What it does.
    pub run: for<'s> fn(&'s AppState, DateTime<Utc>) -> Run<'s>,
}

/// Every job.
pub const JOBS: &[Job] = &[
    Job {
        name: "notice_clocks",
        every: TimeDelta::seconds(20),
        run: |state, now| Box::pin(clocks::run_once(state, now)),
    },
    Job {
        name: "purge_sessions",
        every: TimeDelta::hours(1),
        run: |state, now| Box::pin(sessions::run_once(state, now)),
    },
    Job {
        name: "purge_bulk_changes",
        every: TimeDelta::hours(1),
        run: |state, now| Box::pin(bulk_changes::run_once(state, now)),
    },
];

/// The name of the job that runs most often: its lease tells whether any process runs jobs.
pub fn pulse() -> &'static str {
    let often = JOBS.iter().min_by_key(|job| job.every);
    often.map_or("", |job| job.name)
}

/// Starts all jobs of this process.
pub fn start(state: &web::Data<AppState>) -> Vec<JoinHandle<()>> {
    let jobs = JOBS
        .iter()
        .map(|job| rt::spawn(repeat(state.clone(), *job)));
    // Imports run where their files lie, so that each process has workers of its own.
    let imports = (0..state.config.imports_at_once).map(|_| rt::spawn(queue::work(state.clone())));
    let cleaning = rt::spawn(queue::keep_clean(state.clone()));
    let bulk = rt::spawn(bulk::work(state.clone()));
    jobs.chain(imports).chain([cleaning, bulk]).collect()
}

async fn repeat(state: web::Data<AppState>, job: Job) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (now, started) = (state.clock.now(), Instant::now());
        let look = match run_if_due(&state, job, now).await {
            Ok(true) => Look::Succeeded,
            Ok(false) => Look::NotDue,
            Err(error) => {
                tracing::error!(job = job.name, cause = %error, "a job failed and will run again");
                Look::Failed
            }
        };
        let took = started.elapsed();
        state.metrics.look_at_job(job.name, look, took, now);
    }
}

/// Runs the job unless it ran within its period, here or elsewhere. The lease is the memory of
/// that: whoever takes it, by a name that is new each time, has to run.
///
/// # Errors
/// What the job returns, after giving the lease back.
pub async fn run_if_due(state: &AppState, job: Job, now: DateTime<Utc>) -> Result<bool, ApiError> {
    let holder = format!("{}/{}", state.process, state.ids.next());
    // A tick may come a little early: less than the period is asked for.
    let length = job.every - TimeDelta::seconds(1);
    if !leases::try_take(&state.db, job.name, &holder, now, length).await? {
        return Ok(false);
    }
    let ran = (job.run)(state, now).await;
    if ran.is_err() {
        leases::release(&state.db, job.name, &holder).await?;
    }
    ran.map(|()| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::state;

    #[actix_web::test]
    async fn a_job_runs_once_per_period_and_again_after_it_failed() {
        let (state, _folder) = state(&[]).await;
        let fine = Job {
            name: "fine",
            every: TimeDelta::seconds(20),
            run: |_, _| Box::pin(async { Ok(()) }),
        };
        let broken = Job {
            name: "broken",
            run: |_, _| Box::pin(async { Err(ApiError::internal("x")) }),
            ..fine
        };
        let now = state.clock.now();
        let after = |seconds| now + TimeDelta::seconds(seconds);
        assert!(run_if_due(&state, fine, now).await.unwrap());
        assert!(!run_if_due(&state, fine, after(18)).await.unwrap());
        assert!(run_if_due(&state, fine, after(20)).await.unwrap());
        for _ in 0..2 {
            assert!(run_if_due(&state, broken, now).await.is_err());
        }
    }
}

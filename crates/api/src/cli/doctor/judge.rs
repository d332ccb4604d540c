//! The judgement: from what was found out to what is ok, to be watched or bad.

mod database;
mod settings;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::database::Kind;
use rapport_persistence::doctor::Facts;
use serde::Serialize;

use crate::config::Config;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warning,
    /// Something is broken or open to everybody.
    Bad,
}

/// One check and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was checked.
    pub(super) check: &'static str,
    /// What came of it.
    pub(super) level: Level,
    /// What was found.
    pub(super) what: String,
    /// What to do; none when there is nothing to do.
    pub(super) remedy: Option<String>,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Bad => "bad",
        };
        write!(f, "{level:<8} {:<15} {}", self.check, self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

fn ok(check: &'static str, what: impl Into<String>) -> Finding {
    Finding {
        check,
        level: Level::Ok,
        what: what.into(),
        remedy: None,
    }
}

fn found(
    check: &'static str,
    level: Level,
    what: impl Into<String>,
    remedy: impl Into<String>,
) -> Finding {
    Finding {
        check,
        level,
        what: what.into(),
        remedy: Some(remedy.into()),
    }
}

/// What lies around the database.
#[derive(Debug, Clone)]
pub(super) struct Around<'c> {
    /// The settings.
    pub(super) config: &'c Config,
    /// The time of this machine.
    pub(super) now: DateTime<Utc>,
    /// How far the clock of the database is ahead; none when it has none of its own.
    pub(super) drift: Option<TimeDelta>,
    /// Until when a process last promised to run the jobs.
    pub(super) ran_until: Option<DateTime<Utc>>,
    /// How much may still be written where the database lies.
    pub(super) free_bytes: Option<u64>,
    /// Whether the settings file holds secrets that everybody on this machine can read.
    pub(super) shows_secrets: bool,
}

/// Judges everything, the database first.
pub(super) fn findings(facts: &Facts, around: &Around<'_>) -> Vec<Finding> {
    let mut findings = vec![database::schema(&facts.schema), database::integrity(facts)];
    if let Some(shape) = &facts.shape {
        findings.push(database::tables(shape));
    }
    if let Some(records) = &facts.records {
        findings.extend([
            database::change_numbers(records.changes),
            database::counters(&records.counters),
            database::search(&records.search),
            database::due_times(&records.due),
            database::references(&records.orphans),
            clock(around, records.changes.latest_at),
            jobs(around, records.is_seeded),
        ]);
    }
    findings.extend(settings::all(around));
    if facts.kind == Kind::Sqlite {
        findings.push(disk(facts.bytes, around.free_bytes));
    }
    findings
}

/// A drift that is no longer that of the question's way.
const DRIFT: TimeDelta = TimeDelta::seconds(2);
/// A drift by which due times are wrong for people.
const LARGE_DRIFT: TimeDelta = TimeDelta::seconds(60);

fn clock(around: &Around<'_>, latest: Option<DateTime<Utc>>) -> Finding {
    let remedy = "let both machines keep their time by NTP";
    let ahead = latest.map_or(TimeDelta::zero(), |latest| latest - around.now);
    if ahead > DRIFT {
        let level = if ahead > LARGE_DRIFT {
            Level::Bad
        } else {
            Level::Warning
        };
        let what = format!(
            "the latest change lies {} s in the future",
            ahead.num_seconds()
        );
        let remedy = "one of the servers' clocks is, or was, ahead: set this machine's by NTP";
        return found("clock", level, what, remedy);
    }
    match around.drift {
        Some(drift) if drift.abs() > DRIFT => {
            let level = if drift.abs() > LARGE_DRIFT {
                Level::Bad
            } else {
                Level::Warning
            };
            let seconds = drift.num_milliseconds() as f64 / 1_000.0;
            let what = format!("the clock of the database is {seconds:+.1} s off ours");
            found("clock", level, what, remedy)
        }
        Some(_) => ok("clock", "the database and this machine agree"),
        None => ok("clock", "no change lies in the future"),
    }
}

/// After this time without jobs warnings and breaches are noticed late.
const SILENCE: TimeDelta = TimeDelta::minutes(5);

fn jobs(around: &Around<'_>, is_seeded: bool) -> Finding {
    let remedy = "start a server with RAPPORT_JOBS=on, or warnings and breaches go unnoticed";
    match around.ran_until {
        Some(until) if around.now - until <= SILENCE => ok("jobs", "they run"),
        Some(until) => {
            let what = format!("none has run since {}", until.format("%Y-%m-%d %H:%M UTC"));
            found("jobs", Level::Warning, what, remedy)
        }
        None if !is_seeded => ok("jobs", "no server has been started yet"),
        None => found("jobs", Level::Warning, "none has ever run", remedy),
    }
}

/// Free space below which nothing can be relied on.
const LITTLE: u64 = 100 << 20;

fn disk(bytes: u64, free: Option<u64>) -> Finding {
    let megabytes = |bytes: u64| bytes >> 20;
    let Some(free) = free else {
        return found(
            "disk",
            Level::Warning,
            "the system does not tell the free space",
            "look by hand",
        );
    };
    let what = format!(
        "{} MB free, the database has {} MB",
        megabytes(free),
        megabytes(bytes)
    );
    if free < LITTLE {
        found(
            "disk",
            Level::Bad,
            what,
            "make room: writes are about to fail",
        )
    } else if free < bytes.saturating_mul(2) {
        let remedy = "make room: the copy before an upgrade and a backup need as much again";
        found("disk", Level::Warning, what, remedy)
    } else {
        ok("disk", what)
    }
}

//! The bounds of writing and of reports: the database through its driver alone.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{self, ConnectOptions, Row};
use serde_json::Value;

use crate::Failure;

/// All figures of the overview report, for both periods.
const SCRIPT: &str = include_str!("overview.sql");

/// A figure of the script: period (0 the current one, 1 the one before), metric, value.
type Figure = (i64, String, Option<f64>);

/// Rows that one connection adds in a second, each in a durable transaction of its own.
pub(crate) async fn inserts_per_second(
    folder: &Path,
    body: &str,
    seconds: u64,
) -> Result<f64, Failure> {
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("inserts.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        .execute(&mut connection)
        .await?;
    let (began, wanted) = (Instant::now(), Duration::from_secs(seconds));
    let mut count = 0u32;
    while began.elapsed() < wanted {
        sqlx::query("INSERT INTO rows (body) VALUES (?)")
            .bind(body)
            .execute(&mut connection)
            .await?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// The script that yields the figures of the report.
pub(crate) struct Script {
    pool: SqlitePool,
    connections: usize,
    periods: [i64; 4],
}

impl Script {
    /// Opens the database for reading; `periods` are the microseconds of beginning and end of the
    /// current period and of the one before.
    pub(crate) async fn open(
        database: &Path,
        connections: usize,
        periods: [i64; 4],
    ) -> Result<Self, Failure> {
        // What the server gives its own readers.
        let options = SqliteConnectOptions::new()
            .filename(database)
            .pragma("query_only", "1")
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16384")
            .pragma("mmap_size", "268435456");
        let pool = SqlitePoolOptions::new()
            .min_connections(u32::try_from(connections)?)
            .max_connections(u32::try_from(connections)?)
            .connect_with(options)
            .await?;
        Ok(Self {
            pool,
            connections,
            periods,
        })
    }

    /// Runs it once.
    pub(crate) async fn figures(&self) -> Result<Vec<Figure>, Failure> {
        let mut query = sqlx::query(SCRIPT);
        for instant in self.periods {
            query = query.bind(instant);
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect()
    }

    /// Runs it over all connections for a while; gives the runs per second.
    pub(crate) async fn rate(&self, seconds: u64) -> Result<f64, Failure> {
        let (began, wanted) = (Instant::now(), Duration::from_secs(seconds));
        let counts = try_join_all((0..self.connections).map(|_| async move {
            let mut count = 0u32;
            while began.elapsed() < wanted {
                self.figures().await?;
                count += 1;
            }
            Ok::<_, Failure>(count)
        }))
        .await?;
        Ok(f64::from(counts.iter().sum::<u32>()) / began.elapsed().as_secs_f64())
    }
}

/// The metrics that the report and the script see differently.
pub(crate) fn differing(report: &Value, script: &[Figure]) -> Result<Vec<String>, Failure> {
    let figures = report["figures"]
        .as_array()
        .ok_or("a report without figures")?;
    let mut differing = Vec::new();
    for figure in figures {
        for (period, name) in ["current", "previous"].into_iter().enumerate() {
            let shown = &figure[name];
            let metric = shown["metric"]
                .as_str()
                .ok_or("a figure without a metric")?;
            let found = script
                .iter()
                .find(|(of, code, _)| *of == period as i64 && code == metric);
            let same = match (
                shown["value"].as_f64(),
                found.and_then(|(_, _, value)| *value),
            ) {
                (Some(shown), Some(found)) => (shown - found).abs() < 1e-4,
                (None, None) => found.is_some(),
                _ => false,
            };
            if !same {
                differing.push(format!(
                    "{metric} ({name}): {} and {found:?}",
                    shown["value"]
                ));
            }
        }
    }
    Ok(differing)
}

//! Searching, beside a query of FTS5 over the same texts through the driver alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sea_orm::sqlx::{self, ConnectOptions};

use crate::Failure;
use crate::plan::{Session, ask};
use crate::table::Row;

/// Different words that are searched for in turn.
const WORDS: usize = 50;
/// Matches that are asked for, here and there.
const LIMIT: usize = 10;
/// What the rates are compared with.
const BOUND: &str = "FTS5 query, newest matches with their text, raw driver";

impl Session<'_> {
    /// English words of tickets, and Chinese names of customers.
    pub(crate) async fn search(&self, database: &Path) -> Result<Vec<Row>, Failure> {
        let raw = Raw::fill(self.folder, database, self.bench.connections).await?;
        let words = self.texts("/api/v1/tickets?limit=500", "subject", |subject| {
            let words = subject.split(|c: char| !c.is_ascii_alphabetic());
            words
                .filter(|word| word.len() > 4)
                .map(str::to_lowercase)
                .collect()
        })?;
        let names = self.texts("/api/v1/customers?limit=500", "name", |name| {
            let is_chinese = name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let is_short = (2..=4).contains(&name.chars().count());
            (is_chinese && is_short)
                .then(|| name.to_owned())
                .into_iter()
                .collect()
        })?;
        let mut rows = Vec::new();
        for (what, terms) in [("search, English", words), ("search, Chinese", names)] {
            let requests: Vec<String> = terms
                .iter()
                .map(|term| {
                    let path = format!("/api/v1/search?limit={LIMIT}&q={}", escaped(term));
                    self.get(&path)
                })
                .collect();
            let measured = self.load(&requests, "200")?;
            let bound = raw.rate(&terms, self.bench.seconds).await?;
            rows.push(self.row(what, measured, Some((bound, BOUND)))?);
        }
        Ok(rows)
    }

    /// Different terms out of a member of the rows of a list.
    fn texts(
        &self,
        path: &str,
        member: &str,
        terms: impl Fn(&str) -> Vec<String>,
    ) -> Result<Vec<String>, Failure> {
        let list = ask(&self.server, &self.get(path), 200)?;
        let rows = list["data"].as_array().ok_or("no list")?;
        let texts = rows.iter().filter_map(|row| row[member].as_str());
        let found: BTreeSet<String> = texts.flat_map(terms).collect();
        if found.is_empty() {
            return Err(format!("no term in {path}").into());
        }
        Ok(found.into_iter().take(WORDS).collect())
    }
}

/// A text as it stands in a query string.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The same texts in a table of FTS5 as it comes.
struct Raw {
    pool: SqlitePool,
    connections: usize,
}

impl Raw {
    async fn fill(folder: &Path, database: &Path, connections: usize) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("search.sqlite"))
            .create_if_missing(true);
        let mut connection = options.clone().connect().await?;
        sqlx::query("ATTACH ? AS desk")
            .bind(database.display().to_string())
            .execute(&mut connection)
            .await?;
        for sql in [
            "CREATE VIRTUAL TABLE texts USING fts5(text)",
            "INSERT INTO texts SELECT subject || ' ' || COALESCE(description, '') FROM desk.tickets ORDER BY number",
            "INSERT INTO texts SELECT name FROM desk.customers ORDER BY number",
        ] {
            sqlx::query(sql).execute(&mut connection).await?;
        }
        let connections = connections.max(1);
        let pool = SqlitePoolOptions::new()
            .min_connections(u32::try_from(connections)?)
            .max_connections(u32::try_from(connections)?)
            .connect_with(options.pragma("mmap_size", "268435456"))
            .await?;
        Ok(Self { pool, connections })
    }

    /// Searches for the terms in turn over all connections for a while; searches per second.
    async fn rate(&self, terms: &[String], seconds: u64) -> Result<f64, Failure> {
        let terms: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
        let (began, wanted) = (Instant::now(), Duration::from_secs(seconds));
        let sql = format!(
            "SELECT rowid, text FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT {LIMIT}"
        );
        let counts = try_join_all((0..self.connections).map(|first| {
            let (terms, sql) = (&terms, &sql);
            async move {
                let mut count = 0u32;
                for term in terms.iter().cycle().skip(first) {
                    if began.elapsed() >= wanted {
                        break;
                    }
                    sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                        .bind(term)
                        .fetch_all(&self.pool)
                        .await?;
                    count += 1;
                }
                Ok::<_, Failure>(count)
            }
        }))
        .await?;
        Ok(f64::from(counts.iter().sum::<u32>()) / began.elapsed().as_secs_f64())
    }
}

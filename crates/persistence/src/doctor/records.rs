//! The records of a database, examined in one snapshot.

use rapport_types::clocks::{ClockState, next_check, next_due};
use rapport_types::records::micros;
use sea_orm::{DatabaseTransaction, QueryResult};

use super::facts::{ChangeLog, Counted, DueTimes, Orphans, RecordFacts, SearchIndex};
use crate::database::Kind;
use crate::error::StoreError;
use crate::shape::{self, Reference};
use crate::sql::Sql;
use crate::values::instant;
use crate::writes::{CHANGE, from_json};

/// Tickets whose clocks are read at a time.
const TICKETS: i64 = 2_000;

/// The tables with human numbers, and the counter of each.
const NUMBERED: [(&str, &str); 2] = [("customers", "customer"), ("tickets", "ticket")];

pub(super) async fn examine(
    db: &DatabaseTransaction,
    kind: Kind,
) -> Result<RecordFacts, StoreError> {
    let snapshot = Snapshot { db, kind };
    if kind == Kind::Postgres {
        let mut sql = Sql::new(kind);
        sql.push("SET LOCAL statement_timeout = 0");
        sql.execute(db).await?;
    }
    let mut facts = RecordFacts {
        is_seeded: snapshot
            .number("SELECT count(*) AS n FROM settings")
            .await?
            > 0,
        changes: snapshot.changes().await?,
        due: snapshot.due_times().await?,
        ..RecordFacts::default()
    };
    for (table, counter) in NUMBERED {
        facts.counters.push(Counted {
            counter: counter.to_owned(),
            value: snapshot.counter(counter).await?,
            greatest: snapshot
                .number(&format!(
                    "SELECT COALESCE(MAX(number), 0) AS n FROM {table}"
                ))
                .await?,
        });
        facts.search.push(snapshot.search(table, counter).await?);
    }
    facts.orphans = snapshot.orphans().await?;
    Ok(facts)
}

struct Snapshot<'t> {
    db: &'t DatabaseTransaction,
    kind: Kind,
}

impl Snapshot<'_> {
    async fn rows(&self, text: &str) -> Result<Vec<QueryResult>, StoreError> {
        let mut sql = Sql::new(self.kind);
        sql.push(text);
        sql.rows(self.db).await
    }

    /// The one number that a statement gives in its column `n`.
    async fn number(&self, text: &str) -> Result<i64, StoreError> {
        Ok(self.maybe_number(text).await?.unwrap_or(0))
    }

    async fn maybe_number(&self, text: &str) -> Result<Option<i64>, StoreError> {
        let rows = self.rows(text).await?;
        let first = rows.first().map(|row| row.try_get::<Option<i64>>("", "n"));
        Ok(first.transpose()?.flatten())
    }

    async fn counter(&self, kind: &str) -> Result<Option<i64>, StoreError> {
        let text = format!("SELECT value AS n FROM counters WHERE kind = '{kind}'");
        self.maybe_number(&text).await
    }

    async fn changes(&self) -> Result<ChangeLog, StoreError> {
        let last = self
            .number("SELECT COALESCE(MAX(seq), 0) AS n FROM changes")
            .await?;
        let latest = format!("SELECT at AS n FROM changes WHERE seq = {last}");
        Ok(ChangeLog {
            count: self.number("SELECT COUNT(*) AS n FROM changes").await?,
            first: self
                .number("SELECT COALESCE(MIN(seq), 0) AS n FROM changes")
                .await?,
            last,
            counter: self.counter(CHANGE).await?,
            latest_at: self.maybe_number(&latest).await?.map(instant),
        })
    }

    async fn search(&self, table: &str, entity: &str) -> Result<SearchIndex, StoreError> {
        // FTS5 keeps one row per document in a table that can be read like any other.
        let (index, number) = match self.kind {
            Kind::Sqlite => (format!("{entity}_search_docsize"), "id"),
            Kind::Postgres => (format!("{entity}_search"), "number"),
        };
        let missing = format!(
            "FROM {table} r WHERE NOT EXISTS (SELECT 1 FROM {index} s WHERE s.{number} = r.number)"
        );
        let left_over = format!(
            "SELECT COUNT(*) AS n FROM {index} s \
             WHERE NOT EXISTS (SELECT 1 FROM {table} r WHERE r.number = s.{number})"
        );
        Ok(SearchIndex {
            table: table.to_owned(),
            records: self
                .number(&format!("SELECT COUNT(*) AS n FROM {table}"))
                .await?,
            missing: self
                .number(&format!("SELECT COUNT(*) AS n {missing}"))
                .await?,
            first_missing: self
                .maybe_number(&format!("SELECT MIN(r.number) AS n {missing}"))
                .await?,
            left_over: self.number(&left_over).await?,
        })
    }

    async fn due_times(&self) -> Result<DueTimes, StoreError> {
        let mut due = DueTimes::default();
        let mut after = 0;
        loop {
            let mut sql = Sql::new(self.kind);
            sql.push("SELECT t.number, t.next_due_at, t.due_order, c.next_check_at, c.state FROM ")
                .push("(SELECT id, number, next_due_at, due_order FROM tickets WHERE number > ")
                .bind(after)
                .push(" ORDER BY number LIMIT ")
                .bind(TICKETS)
                .push(") t LEFT JOIN ticket_clocks c ON c.ticket_id = t.id ORDER BY t.number");
            let tickets = grouped(&sql.rows(self.db).await?)?;
            let Some(last) = tickets.last() else {
                return Ok(due);
            };
            after = last.number;
            for ticket in &tickets {
                due.tickets += 1;
                if !ticket.agrees() {
                    due.wrong += 1;
                    due.first_wrong.get_or_insert(ticket.number);
                }
            }
        }
    }

    async fn orphans(&self) -> Result<Vec<Orphans>, StoreError> {
        let mut orphans = Vec::new();
        for reference in shape::references().await? {
            orphans.extend(self.orphans_of(&reference, "").await?);
        }
        // Not declared as keys: a column that refers to one table or another, and versions that
        // mean nothing without what they are versions of.
        for (table, column, to, only) in [
            (
                "external_ids",
                "record_id",
                "customers",
                " AND c.entity = 'customer'",
            ),
            (
                "external_ids",
                "record_id",
                "tickets",
                " AND c.entity = 'ticket'",
            ),
            ("calendar_versions", "calendar_id", "calendars", ""),
        ] {
            let reference = Reference {
                table: table.to_owned(),
                column: column.to_owned(),
                to_table: to.to_owned(),
                to_column: "id".to_owned(),
            };
            orphans.extend(self.orphans_of(&reference, only).await?);
        }
        Ok(orphans)
    }

    async fn orphans_of(
        &self,
        reference: &Reference,
        only: &str,
    ) -> Result<Option<Orphans>, StoreError> {
        let Reference {
            table,
            column,
            to_table,
            to_column,
        } = reference;
        let count = self
            .number(&format!(
                "SELECT COUNT(*) AS n FROM {table} c WHERE c.{column} IS NOT NULL{only} \
                 AND NOT EXISTS (SELECT 1 FROM {to_table} p WHERE p.{to_column} = c.{column})"
            ))
            .await?;
        Ok((count > 0).then(|| Orphans {
            column: format!("{table}.{column}"),
            to: to_table.clone(),
            count,
        }))
    }
}

/// A ticket with what is stored about its clocks.
#[derive(Debug, Clone)]
struct DueTicket {
    number: i64,
    next_due_at: Option<i64>,
    due_order: i64,
    /// Each clock with the time that is stored beside it; none when it cannot be read.
    runs: Option<Vec<(Option<i64>, ClockState)>>,
}

impl DueTicket {
    /// Whether the times that are stored are those of the clocks.
    fn agrees(&self) -> bool {
        let Some(runs) = &self.runs else { return false };
        let next = next_due(runs.iter().map(|(_, run)| &run.clock));
        let next = next.and_then(|clock| clock.due_at).map(micros);
        self.next_due_at == next
            && self.due_order == next.unwrap_or(i64::MAX)
            && runs
                .iter()
                .all(|(stored, run)| *stored == next_check(run).map(micros))
    }
}

/// Tickets from rows that stand in the order of their numbers.
fn grouped(rows: &[QueryResult]) -> Result<Vec<DueTicket>, StoreError> {
    let mut tickets: Vec<DueTicket> = Vec::new();
    for row in rows {
        let number = row.try_get("", "number")?;
        if tickets.last().is_none_or(|last| last.number != number) {
            tickets.push(DueTicket {
                number,
                next_due_at: row.try_get("", "next_due_at")?,
                due_order: row.try_get("", "due_order")?,
                runs: Some(Vec::new()),
            });
        }
        let state: Option<String> = row.try_get("", "state")?;
        if let (Some(ticket), Some(state)) = (tickets.last_mut(), state) {
            let stored = row.try_get("", "next_check_at")?;
            match (from_json(&state), &mut ticket.runs) {
                (Ok(run), Some(runs)) => runs.push((stored, run)),
                _ => ticket.runs = None,
            }
        }
    }
    Ok(tickets)
}

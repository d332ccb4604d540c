//! The judgement of what the database holds.

use rapport_persistence::database::Kind;
use rapport_persistence::doctor::{
    ChangeLog, Counted, DueTimes, Facts, Orphans, SearchIndex, Shape,
};
use rapport_persistence::migrations::Schema;

use super::{Finding, Level, found, ok};

/// Names of one line; the rest is counted.
const MOST_NAMES: usize = 3;
/// What helps against damage that no statement mends.
const RESTORE: &str = "stop the server, keep the file, and restore the last backup";

pub(super) fn schema(schema: &Schema) -> Finding {
    match schema {
        Schema::Current(last) => ok("schema", format!("the newest, {last}")),
        Schema::Missing => found(
            "schema",
            Level::Warning,
            "there are no tables yet",
            "`rapport serve` makes them",
        ),
        Schema::Older { last, pending } => found(
            "schema",
            Level::Warning,
            format!("{last}, {} behind this program", pending.len()),
            "`rapport serve` or `rapport migrate` brings it forward; the records were not examined",
        ),
        Schema::Newer(unknown) => found(
            "schema",
            Level::Bad,
            format!("a newer program's: {}", some(unknown)),
            "use that program, or restore a backup from before its upgrade",
        ),
    }
}

pub(super) fn integrity(facts: &Facts) -> Finding {
    match &facts.complaints[..] {
        [] => ok("integrity", "the database finds nothing wrong"),
        complaints => {
            let remedy = match facts.kind {
                Kind::Sqlite => RESTORE,
                Kind::Postgres => "REINDEX INDEX makes an index anew",
            };
            found("integrity", Level::Bad, some(complaints), remedy)
        }
    }
}

pub(super) fn tables(shape: &Shape) -> Finding {
    let differences = match shape {
        Shape::Unknown => {
            return found(
                "tables",
                Level::Warning,
                "not compared: the user of the database may not make a schema",
                "let doctor run as the owner of the database",
            );
        }
        Shape::Known(differences) => differences,
    };
    let Some(first) = differences.first() else {
        return ok("tables", "every table and index is as it should be");
    };
    let named: Vec<String> = differences
        .iter()
        .map(|difference| {
            let state = if difference.is_missing {
                "is missing"
            } else {
                "is not as it should be"
            };
            format!("{} {state}", difference.what)
        })
        .collect();
    let remedy = if first.is_missing && first.what.starts_with("index ") {
        format!("make it anew: {}", first.definition)
    } else {
        RESTORE.to_owned()
    };
    found("tables", Level::Bad, some(&named), remedy)
}

pub(super) fn change_numbers(changes: ChangeLog) -> Finding {
    let ChangeLog {
        count,
        first,
        last,
        counter,
        ..
    } = changes;
    let remedy = "clients that follow the changes may have missed some: let them read everything \
                  anew, and tell us";
    let bad = |what| found("change_numbers", Level::Bad, what, remedy);
    if count == 0 && last == 0 && counter.unwrap_or(0) == 0 {
        ok("change_numbers", "there is no change yet")
    } else if first != 1 || count != last {
        let holes = last - count;
        bad(format!("{holes} of 1 to {last} are missing"))
    } else if counter != Some(last) {
        let says = counter.map_or("nothing".to_owned(), |counter| counter.to_string());
        bad(format!("the last is {last}, but the counter says {says}"))
    } else {
        ok("change_numbers", format!("1 to {last} without a gap"))
    }
}

pub(super) fn counters(counters: &[Counted]) -> Finding {
    let behind = counters
        .iter()
        .find(|counted| counted.value.unwrap_or(0) < counted.greatest);
    match behind {
        None => ok("counters", "no number will be given twice"),
        Some(Counted {
            counter, greatest, ..
        }) => found(
            "counters",
            Level::Bad,
            format!("the counter {counter} is behind the greatest number, {greatest}"),
            format!("UPDATE counters SET value = {greatest} WHERE kind = '{counter}'"),
        ),
    }
}

pub(super) fn search(indexes: &[SearchIndex]) -> Finding {
    let faults: Vec<String> = indexes
        .iter()
        .filter_map(|index| {
            let table = &index.table;
            match (index.first_missing, index.left_over) {
                (None, 0) => None,
                (Some(number), _) => Some(format!(
                    "{} of {} {table} are not found, first number {number}",
                    index.missing, index.records
                )),
                (None, left) => Some(format!("{left} entries of {table} belong to nothing")),
            }
        })
        .collect();
    if faults.is_empty() {
        let records: i64 = indexes.iter().map(|index| index.records).sum();
        return ok("search", format!("all {records} records are found"));
    }
    let remedy = "a record is found again once it is changed; or restore the last backup";
    found("search", Level::Bad, faults.join(", "), remedy)
}

pub(super) fn due_times(due: &DueTimes) -> Finding {
    match due.first_wrong {
        None => ok(
            "due_times",
            format!("those of {} tickets agree with their clocks", due.tickets),
        ),
        Some(number) => found(
            "due_times",
            Level::Bad,
            format!(
                "those of {} of {} tickets disagree with their clocks, first number {number}",
                due.wrong, due.tickets
            ),
            "the next change of such a ticket puts them right; lists may sort it wrongly till then",
        ),
    }
}

pub(super) fn references(orphans: &[Orphans]) -> Finding {
    if orphans.is_empty() {
        return ok("references", "every row has what it refers to");
    }
    let named: Vec<String> = orphans
        .iter()
        .map(|orphans| {
            let Orphans { column, to, count } = orphans;
            format!("{count} in {column} without a row in {to}")
        })
        .collect();
    found("references", Level::Bad, some(&named), RESTORE)
}

/// The first few of them.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).map(|name| one_line(name));
    let mut shown = shown.collect::<Vec<_>>().join(", ");
    if names.len() > MOST_NAMES {
        shown.push_str(&format!(" and {} more", names.len() - MOST_NAMES));
    }
    shown
}

/// A text with single spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

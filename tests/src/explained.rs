//! Reading query plans: what a plan scans, and how much it sorts.

use rapport_persistence::database::{Database, Kind};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::databases::backend;

/// Most rows that a plan may sort.
const MOST_SORTED: u64 = 1_000;
/// Most rows that a scan may read before its LIMIT cuts it off: those of a capped total.
const MOST_READ: u64 = 1_001;
/// Tables that grow, each with the most rows that walking one of its indexes may read where the
/// plans are tested: a quarter of what the table holds there. The others are configuration.
const GROWING: [(&str, u64); 4] = [
    ("tickets", 25_000),
    ("customers", 5_000),
    ("ticket_search", 25_000),
    ("customer_search", 5_000),
];

/// A statement with what is wrong about its plan, and the plan.
#[derive(Debug)]
pub struct Explained {
    /// Why the plan is bad; empty when it is good.
    pub faults: Vec<String>,
    /// The plan, for people.
    pub plan: String,
}

/// Explains a statement as it was run.
pub async fn explain(db: &Database, statement: &Statement) -> Explained {
    let asked = match db.kind {
        Kind::Sqlite => format!("EXPLAIN QUERY PLAN {}", statement.sql),
        // The real run tells the real numbers of rows.
        Kind::Postgres => format!(
            "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON) {}",
            statement.sql
        ),
    };
    let values = statement
        .values
        .clone()
        .map(|values| values.0)
        .unwrap_or_default();
    let asked = Statement::from_sql_and_values(backend(db.kind), asked, values);
    let rows = db.reader.query_all_raw(asked).await.unwrap();
    match db.kind {
        Kind::Sqlite => {
            let node = |row: &sea_orm::QueryResult| Node {
                id: row.try_get("", "id").unwrap(),
                parent: row.try_get("", "parent").unwrap(),
                detail: row.try_get("", "detail").unwrap(),
            };
            let nodes: Vec<Node> = rows.iter().map(node).collect();
            let limited = statement.sql.contains(" LIMIT ");
            Explained {
                faults: sqlite_faults(&nodes, limited),
                plan: format!("{nodes:#?}"),
            }
        }
        Kind::Postgres => {
            let plan: Value = rows[0].try_get("", "QUERY PLAN").unwrap();
            let mut faults = Vec::new();
            postgres_faults(&plan[0]["Plan"], &mut faults);
            Explained {
                faults,
                plan: format!("{plan:#}"),
            }
        }
    }
}

/// A line of SQLite's plan (<https://www.sqlite.org/eqp.html>).
#[derive(Debug)]
struct Node {
    id: i64,
    parent: i64,
    detail: String,
}

/// SQLite tells no numbers, so the shape must do. A growing table (`t`, `c`) is searched by an
/// index, or walked in the order of one under a LIMIT; the search index (`s`) answers in order. A
/// sort is good when its outermost loop is over the rows that branches were cut to, or over what
/// one customer has.
fn sqlite_faults(nodes: &[Node], limited: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for node in nodes {
        let detail = node.detail.as_str();
        let scans_table = ["SCAN t", "SCAN c", "SCAN tickets", "SCAN customers"]
            .iter()
            .any(|scan| detail == *scan || detail.starts_with(&format!("{scan} ")));
        if scans_table && !(limited && detail.contains(" INDEX ")) {
            faults.push(detail.to_owned());
        }
        if detail.starts_with("SCAN s ") && !detail.contains(":M") {
            faults.push(detail.to_owned());
        }
        if detail.contains("USE TEMP B-TREE FOR") && detail.contains("ORDER BY") {
            let outermost = nodes
                .iter()
                .find(|other| other.parent == node.parent && is_loop(other));
            let outermost = outermost.map_or("", |loop_| loop_.detail.as_str());
            let is_cut = ["SCAN p", "SCAN f", "SCAN b", "SCAN (subquery", "SCAN found"]
                .iter()
                .any(|cut| outermost.starts_with(cut));
            let is_one_customers = outermost.contains("ix_tickets__customer_id__");
            if !is_cut && !is_one_customers {
                faults.push(format!("{detail} over {outermost} ({})", node.id));
            }
        }
    }
    faults
}

fn is_loop(node: &Node) -> bool {
    node.detail.starts_with("SCAN") || node.detail.starts_with("SEARCH")
}

fn number(plan: &Value, name: &str) -> u64 {
    plan[name].as_f64().unwrap_or(0.0) as u64
}

fn all_rows(plan: &Value) -> u64 {
    number(plan, "Actual Rows") * number(plan, "Actual Loops")
}

fn postgres_faults(plan: &Value, faults: &mut Vec<String>) {
    let kind = plan["Node Type"].as_str().unwrap_or_default();
    let table = plan["Relation Name"].as_str().unwrap_or_default();
    if let Some((_, walk)) = GROWING.iter().find(|(name, _)| *name == table) {
        let dropped =
            number(plan, "Rows Removed by Filter") + number(plan, "Rows Removed by Index Recheck");
        let read = all_rows(plan) + dropped * number(plan, "Actual Loops");
        let most = if kind.contains("Seq Scan") {
            MOST_READ
        } else {
            *walk
        };
        if read > most {
            faults.push(format!("{kind} of {table} reads {read} rows"));
        }
    }
    let children: Vec<&Value> = plan["Plans"].as_array().into_iter().flatten().collect();
    if kind == "Sort" {
        let sorted: u64 = children.iter().map(|child| all_rows(child)).sum();
        if sorted > MOST_SORTED {
            faults.push(format!("{kind} by {} of {sorted} rows", plan["Sort Key"]));
        }
    }
    for child in children {
        postgres_faults(child, faults);
    }
}

//! The real files, when `RAPPORT_REAL_DATA` names their folder, against a script that shares no
//! code with the product. The figures are those of the product's own reports.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono_tz::Tz;
use rapport_api::imports::reader::{Form, Records};
use rapport_persistence::imports::ImportState;
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::importing::{Figures, Importer, Told, data_folder, mapping};
use rapport_types::imports::{ImportNumbers, Source};
use rapport_types::kpis::Dimension;
use serde_json::{Value, json};

/// How the first two columns tell what a file is; the name is that of its mapping.
const FILES: &[([&str; 2], &str)] = &[
    (["number", "incident_state"], "uci_incidents"),
    (["unique_key", "account"], "nyc_complaints"),
    (["Ticket_ID", "Customer_Name"], "rated_tickets"),
];

/// The files of the folder that are known, whatever they are called.
fn known_files(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let known = paths.into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        if !name.ends_with(".csv") && !name.ends_with(".csv.gz") {
            return None;
        }
        let records = Records::open(File::open(&path).unwrap(), Form::utf8(b',')).ok()?;
        let found = FILES
            .iter()
            .find(|(columns, _)| records.header().get(..2).is_some_and(|two| two == columns));
        found.map(|(_, name)| (*name, path))
    });
    known.collect()
}

/// What the script counts in the raw files.
fn counted_by_script(folder: &Path) -> Value {
    let script = data_folder().join("check_real_data.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Compares one thing after the other and says what it compared.
struct Comparison<'a> {
    name: &'a str,
    script: &'a Value,
}

impl Comparison<'_> {
    fn equal(&self, what: &str, product: impl Into<Value>) {
        let product = product.into();
        let script = &self.script[what];
        assert_eq!(&product, script, "{} {what}", self.name);
        let shown = product.to_string();
        let shown = if shown.chars().count() > 90 {
            shown.chars().take(90).chain(['…']).collect()
        } else {
            shown
        };
        say(&format!("  {what} = {shown}"));
    }

    /// Shares and means: the product rounds to six digits.
    fn close(&self, what: &str, product: Option<f64>) {
        let script = self.script[what].as_f64().unwrap();
        let product = product.unwrap();
        assert!(
            (product - script).abs() <= 0.000_000_51,
            "{} {what}: {product} {script}",
            self.name
        );
        say(&format!("  {what} = {product}"));
    }

    /// Counts by the file's values, as the codes that the mapping makes of them.
    fn equal_by_code(&self, what: &str, source: &Source, product: &BTreeMap<String, i64>) {
        let mut script: BTreeMap<String, i64> = BTreeMap::new();
        for (value, count) in self.script[what].as_object().unwrap() {
            *script.entry(source.values[value].clone()).or_default() += count.as_i64().unwrap();
        }
        assert_eq!(product, &script, "{} {what}", self.name);
        say(&format!("  {what} = {}", json!(product)));
    }

    /// Count, mean, median and 90th percentile of a duration.
    async fn equal_spread(&self, what: &str, figures: &Figures<'_>, metric: &str) {
        let counted = figures.tally(&format!("{metric}_mean")).await.base;
        let mut spread = serde_json::Map::from_iter([("count".to_owned(), json!(counted))]);
        for part in ["mean", "median", "p90"] {
            let seconds = figures.value(&format!("{metric}_{part}")).await;
            spread.insert(
                part.to_owned(),
                json!(seconds.map(|seconds| seconds as i64)),
            );
        }
        self.equal(what, spread);
    }
}

#[allow(clippy::print_stdout, reason = "what was compared is the result")]
fn say(line: &str) {
    println!("{line}");
}

async fn change_count(fresh: &Fresh) -> i64 {
    fresh.number("SELECT count(*) AS n FROM changes").await
}

async fn incidents(compare: &Comparison<'_>, fresh: &Fresh, figures: &Figures<'_>, told: &Told) {
    let priority = mapping("uci_incidents").ticket.unwrap().priority.unwrap();
    compare.equal("tickets", figures.tally("created").await.base);
    let by_priority = figures.counts_by("created", Dimension::Priority).await;
    compare.equal_by_code("by_priority", &priority, &by_priority);
    let mut by_team = figures.counts_by("created", Dimension::Team).await;
    if let Some(unknown) = by_team.remove("Rapport") {
        by_team.insert("?".to_owned(), unknown);
    }
    compare.equal("by_team", json!(by_team));
    compare.equal(
        "created_per_month",
        json!(figures.per_month("created").await),
    );
    compare.equal(
        "resolved_per_month",
        json!(figures.per_month("resolved").await),
    );
    compare.equal("reopened", figures.tally("reopen_rate").await.numerator);
    let own = "JOIN external_ids x ON x.record_id = t.id AND x.source = 'uci_incidents'";
    let reopenings =
        format!("SELECT CAST(sum(t.reopened_count) AS BIGINT) AS n FROM tickets t {own}");
    compare.equal("reopenings", fresh.number(&reopenings).await);
    compare.close("share_reopened", figures.value("reopen_rate").await);
    compare
        .equal_spread("resolution_seconds", figures, "resolution_time")
        .await;
    let events = format!(
        "SELECT count(*) AS n FROM ticket_events e JOIN tickets t ON t.id = e.ticket_id {own} WHERE e.kind = 'status'"
    );
    compare.equal("events", fresh.number(&events).await);
    let mut warnings = json!({});
    for code in ["event_before_opened", "resolved_at_differs"] {
        warnings[code] = told.count(code).into();
    }
    compare.equal("warnings", warnings);
}

async fn complaints(compare: &Comparison<'_>, figures: &Figures<'_>) {
    compare.equal("tickets", figures.tally("created").await.base);
    compare.equal("open", figures.tally("backlog").await.base);
    let by_category = figures.counts_by("created", Dimension::Category).await;
    compare.equal("without_category", by_category.get("none").copied());
    compare.equal(
        "by_office",
        json!(figures.counts_by("created", Dimension::Team).await),
    );
    compare.equal(
        "created_per_month",
        json!(figures.per_month("created").await),
    );
    compare.equal(
        "resolved_per_month",
        json!(figures.per_month("resolved").await),
    );
    let durations = figures.tally("resolution_time_mean").await;
    let resolved: i64 = figures.per_month("resolved").await.values().sum();
    assert_eq!(
        (durations.base, durations.excluded),
        (0, resolved),
        "days have no durations"
    );
}

async fn rated_tickets(
    compare: &Comparison<'_>,
    fresh: &Fresh,
    figures: &Figures<'_>,
    told: &Told,
) {
    let ticket = mapping("rated_tickets").ticket.unwrap();
    for (what, source, by) in [
        (
            "by_priority",
            &ticket.priority.unwrap(),
            Dimension::Priority,
        ),
        ("by_channel", &ticket.channel, Dimension::Channel),
        ("by_type", &ticket.kind, Dimension::Type),
    ] {
        compare.equal_by_code(what, source, &figures.counts_by("created", by).await);
    }
    let customers =
        "SELECT count(DISTINCT customer_id) AS n FROM tickets WHERE satisfaction_score IS NOT NULL";
    compare.equal("customers", fresh.number(customers).await);
    compare.equal(
        "addresses_with_another_name",
        told.count("customer_name_differs"),
    );
    assert_eq!(told.count("opened_at_assumed"), 1, "said once");
    compare.close("mean_score", figures.value("satisfaction_mean").await);
    compare.close("share_satisfied", figures.value("satisfaction_share").await);
    compare
        .equal_spread("first_response_seconds", figures, "first_response_time")
        .await;
    compare
        .equal_spread("resolution_seconds", figures, "resolution_time")
        .await;
    let response = figures.tally("first_response_time_mean").await;
    let rows = compare.script["rows"].as_i64().unwrap();
    assert_eq!(
        response.base + response.excluded,
        rows,
        "what contradicts is counted as left out"
    );
}

/// The numbers that the three files are known to come to; a script that counts wrongly along with
/// the product does not hide it.
async fn assert_known_numbers(
    name: &str,
    numbers: ImportNumbers,
    figures: &Figures<'_>,
    told: &Told,
) {
    match name {
        "uci_incidents" => assert_eq!(figures.tally("created").await.base, 890),
        "nyc_complaints" => {
            assert_eq!(numbers.imported + numbers.with_warnings, 34_803);
            assert_eq!(numbers.rejected, 0);
            assert_eq!(figures.tally("backlog").await.base, 6_697);
        }
        _ => {
            let expected = ImportNumbers {
                imported: 1_404,
                with_warnings: 1_365,
                rejected: 0,
            };
            assert_eq!(numbers, expected);
            assert_eq!(told.count("resolved_before_first_response"), 1_365);
        }
    }
    say(&format!("  as known: {numbers:?}"));
}

#[tokio::test]
async fn the_real_files_come_to_what_a_script_counts() {
    let Some(folder) = std::env::var_os("RAPPORT_REAL_DATA").map(PathBuf::from) else {
        say("real data: not given");
        return;
    };
    let script = counted_by_script(&folder);
    let files = known_files(&folder);
    assert_eq!(
        files.len(),
        script.as_object().unwrap().len(),
        "both know the same files: {files:?}"
    );
    on_each_database(async |fresh| {
        for (name, path) in &files {
            say(&format!("{name} on {:?}", fresh.db.kind));
            let compare = Comparison {
                name,
                script: &script[*name],
            };
            let importer = Importer::default();
            let open = {
                let path = path.clone();
                move || File::open(&path).unwrap()
            };
            let (first, told) = importer
                .import(&fresh.db, mapping(name), open.clone())
                .await
                .unwrap();
            assert_eq!(first.state, ImportState::Done);
            compare.equal("rows", first.numbers.rows());
            compare.equal("imported", first.numbers.imported);
            compare.equal("with_warnings", first.numbers.with_warnings);
            compare.equal("rejected", first.numbers.rejected);
            let (zone, days) = match *name {
                "nyc_complaints" => (Tz::America__New_York, ["2022-01-01", "2026-01-01"]),
                "uci_incidents" => (Tz::UTC, ["2015-01-01", "2020-01-01"]),
                _ => (Tz::UTC, ["2023-01-01", "2024-01-01"]),
            };
            let figures = Figures::of(&fresh.db, first.id.unwrap(), zone, days).await;
            assert_known_numbers(name, first.numbers, &figures, &told).await;
            match *name {
                "uci_incidents" => incidents(&compare, fresh, &figures, &told).await,
                "nyc_complaints" => complaints(&compare, &figures).await,
                _ => rated_tickets(&compare, fresh, &figures, &told).await,
            }
            let before = change_count(fresh).await;
            let (second, _) = importer
                .import(&fresh.db, mapping(name), open)
                .await
                .unwrap();
            assert_eq!(second.numbers, first.numbers);
            assert_eq!(
                change_count(fresh).await,
                before,
                "{name}: a second import changes nothing"
            );
            say(&format!(
                "  second import: {} changes",
                change_count(fresh).await - before
            ));
        }
    })
    .await;
}

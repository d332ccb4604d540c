//! Imports on both databases: generated files come to what they were written from.

mod records;
mod refusals;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::Tz;
use rapport_api::imports::ImportError;
use rapport_persistence::imports::ImportState;
use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::import_samples::{Expected, Sample, complaints, incidents, rated_tickets};
use rapport_tests::importing::{Figures, Importer, Told};
use rapport_types::imports::ImportNumbers;
use rapport_types::kpis::Dimension;

/// The header of the complaints.
const COMPLAINTS: &str = "unique_key,account,opendate,closedate,complaint_type,descriptor,zip,borough,city,council_dist,community_board";

/// Every table that an import could write to.
const TABLES: &[&str] = &[
    "changes",
    "tickets",
    "customers",
    "users",
    "teams",
    "categories",
    "ticket_events",
    "ticket_clocks",
    "ticket_spans",
    "ratings",
    "external_ids",
    "customer_values",
    "imports",
    "leases",
];

async fn row_counts(fresh: &Fresh) -> BTreeMap<&'static str, i64> {
    let mut counts = BTreeMap::new();
    for table in TABLES {
        counts.insert(
            *table,
            fresh
                .number(&format!("SELECT count(*) AS n FROM {table}"))
                .await,
        );
    }
    counts
}

/// The same without what tells of runs.
fn without_runs(mut counts: BTreeMap<&'static str, i64>) -> BTreeMap<&'static str, i64> {
    counts.remove("imports");
    counts
}

fn numbers(expected: &Expected) -> ImportNumbers {
    ImportNumbers {
        imported: expected.imported,
        with_warnings: expected.with_warnings,
        rejected: expected.rejected,
    }
}

fn assert_told(told: &Told, sample: &Sample) {
    let mut wanted: Vec<(u64, String, &str)> = sample
        .expected
        .faults
        .iter()
        .map(|(line, column, code)| (*line, (*column).to_owned(), *code))
        .collect();
    wanted.sort();
    assert_eq!(told.of_rows(), wanted, "{}", sample.name);
    assert_eq!(told.notices(), sample.expected.notices, "{}", sample.name);
}

/// Compares the figures of the product's reports with what the file was written from.
async fn assert_figures(figures: &Figures<'_>, sample: &Sample) {
    let (name, expected) = (sample.name, &sample.expected);
    let count = |number: u64| i64::try_from(number).unwrap();
    let counts = |map: BTreeMap<String, u64>| -> BTreeMap<String, i64> {
        map.into_iter()
            .map(|(key, number)| (key, count(number)))
            .collect()
    };
    assert_eq!(
        figures.tally("created").await.base,
        count(expected.tickets),
        "{name}"
    );
    assert_eq!(
        figures.tally("backlog").await.base,
        count(expected.unresolved),
        "{name}"
    );
    let reopened = figures.tally("reopen_rate").await;
    assert_eq!(reopened.numerator, count(expected.reopened), "{name}");
    let by_priority = expected
        .by_priority
        .iter()
        .map(|(code, number)| ((*code).to_owned(), *number))
        .collect();
    assert_eq!(
        figures.counts_by("created", Dimension::Priority).await,
        counts(by_priority),
        "{name}"
    );
    let without = figures
        .counts_by("created", Dimension::Category)
        .await
        .remove("none")
        .unwrap_or(0);
    assert_eq!(without, count(expected.without_category), "{name}");
    assert_eq!(
        figures.per_month("created").await,
        counts(expected.created_per_month.clone()),
        "{name}"
    );
    assert_eq!(
        figures.per_month("resolved").await,
        counts(expected.resolved_per_month.clone()),
        "{name}"
    );
    for (metric, tenths) in [("resolution_time_median", 5), ("resolution_time_p90", 9)] {
        let wanted = expected
            .resolution_percentile(tenths, 10)
            .map(|seconds| seconds as f64);
        assert_eq!(figures.value(metric).await, wanted, "{name} {metric}");
    }
    let durations = figures.tally("resolution_time_mean").await;
    let resolved: u64 = expected.resolved_per_month.values().sum();
    assert_eq!(
        durations.base as usize,
        expected.resolution_seconds.len(),
        "{name}"
    );
    assert_eq!(
        durations.base + durations.excluded,
        count(resolved),
        "{name}"
    );
    // Without messages nobody knows what was answered at the first touch.
    assert_eq!(figures.tally("one_touch_rate").await.base, 0, "{name}");
}

#[tokio::test]
async fn generated_files_come_to_what_they_were_written_from_and_a_second_import_changes_nothing() {
    on_each_database(async |fresh| {
        let importer = Importer {
            batch: 100,
            ..Importer::default()
        };
        for (sample, zone, days) in [
            (incidents(200), Tz::UTC, ["2016-01-01", "2018-01-01"]),
            (
                complaints(500),
                Tz::America__New_York,
                ["2022-01-01", "2026-01-01"],
            ),
            (rated_tickets(300), Tz::UTC, ["2023-01-01", "2024-01-01"]),
        ] {
            let name = sample.name;
            let (first, told) = importer
                .import_text(&fresh.db, name, &sample.csv)
                .await
                .unwrap();
            assert_eq!((first.state, first.known), (ImportState::Done, 0), "{name}");
            assert_eq!(first.numbers, numbers(&sample.expected), "{name}");
            assert_told(&told, &sample);
            let figures = Figures::of(&fresh.db, first.id.unwrap(), zone, days).await;
            assert_figures(&figures, &sample).await;

            let before = row_counts(fresh).await;
            importer.clock.advance(TimeDelta::days(1));
            let (second, told) = importer
                .import_text(&fresh.db, name, &sample.csv)
                .await
                .unwrap();
            assert_eq!(
                (second.state, second.known),
                (ImportState::Done, sample.expected.tickets),
                "{name}"
            );
            assert_eq!(second.numbers, first.numbers, "{name}");
            assert_told(&told, &sample);
            let after = row_counts(fresh).await;
            assert_eq!(after["imports"], before["imports"] + 1);
            assert_eq!(without_runs(after), without_runs(before), "{name}");
        }
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    on_each_database(async |fresh| {
        let before = row_counts(fresh).await;
        let importer = Importer {
            is_dry_run: true,
            batch: 50,
            ..Importer::default()
        };
        for sample in [incidents(60), rated_tickets(60)] {
            let (finished, told) = importer
                .import_text(&fresh.db, sample.name, &sample.csv)
                .await
                .unwrap();
            assert_eq!(
                (finished.id, finished.numbers),
                (None, numbers(&sample.expected))
            );
            assert_told(&told, &sample);
        }
        assert_eq!(row_counts(fresh).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_import_goes_on_where_it_stopped() {
    on_each_database(async |fresh| {
        let sample = incidents(150);
        let importer = Importer {
            batch: 20,
            stop_after: Some(3),
            ..Importer::default()
        };
        let (stopped, _) = importer
            .import_text(&fresh.db, sample.name, &sample.csv)
            .await
            .unwrap();
        assert_eq!(stopped.state, ImportState::Cancelled);
        assert_eq!(fresh.number("SELECT count(*) AS n FROM tickets").await, 60);
        assert_eq!(
            fresh
                .number("SELECT count(*) AS n FROM imports WHERE state = 'cancelled'")
                .await,
            1
        );

        let importer = Importer {
            batch: 33,
            ..Importer::default()
        };
        let (finished, told) = importer
            .import_text(&fresh.db, sample.name, &sample.csv)
            .await
            .unwrap();
        assert_eq!(
            (finished.id, finished.state),
            (stopped.id, ImportState::Done)
        );
        assert_eq!(
            (finished.resumed_after, finished.known),
            (stopped.numbers.rows(), 0)
        );
        assert_eq!(
            finished.numbers,
            numbers(&sample.expected),
            "each row is counted once"
        );
        assert_told(&told, &sample);
        let days = ["2016-01-01", "2018-01-01"];
        let figures = Figures::of(&fresh.db, finished.id.unwrap(), Tz::UTC, days).await;
        assert_figures(&figures, &sample).await;
        assert_eq!(
            fresh
                .number("SELECT count(*) AS n FROM imports WHERE state = 'done'")
                .await,
            1
        );
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_killed_import_goes_on_once_its_lease_has_run_out() {
    on_each_database(async |fresh| {
        let sample = rated_tickets(200);
        let importer = Importer { batch: 10, ..Importer::default() };
        {
            // Dropping the import in the middle of a write is what a crash does to it.
            let mut dying = Box::pin(importer.import_text(&fresh.db, sample.name, &sample.csv));
            loop {
                tokio::select! {
                    done = &mut dying => panic!("nobody killed it: {:?}", done.map(|(finished, _)| finished)),
                    tickets = fresh.number("SELECT count(*) AS n FROM tickets") => if tickets >= 20 { break },
                }
            }
        }
        assert_eq!(fresh.number("SELECT count(*) AS n FROM imports WHERE state = 'running'").await, 1);
        let refused = importer.import_text(&fresh.db, sample.name, &sample.csv).await;
        assert!(matches!(refused, Err(ImportError::AlreadyRunning)), "its lease still runs");

        importer.clock.advance(TimeDelta::seconds(31));
        let (finished, told) = importer.import_text(&fresh.db, sample.name, &sample.csv).await.unwrap();
        assert!(finished.resumed_after >= 20, "{finished:?}");
        assert_eq!((finished.state, finished.numbers), (ImportState::Done, numbers(&sample.expected)));
        assert_told(&told, &sample);
        assert_eq!(fresh.number("SELECT count(*) AS n FROM tickets").await as u64, sample.expected.tickets);
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

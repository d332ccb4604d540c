//! Imports on both databases: generated files come to what they were written from.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::Tz;
use rapport_api::imports::ImportError;
use rapport_persistence::configuration;
use rapport_persistence::imports::ImportState;
use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::databases::{Fresh, on_each_database, sqlite};
use rapport_tests::import_samples::{Expected, Sample, complaints, incidents, rated_tickets};
use rapport_tests::importing::{Figures, Importer, Told, mapping};
use rapport_types::imports::ImportNumbers;
use rapport_types::kpis::Dimension;
use rapport_types::records::micros;

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
fn records(mut counts: BTreeMap<&'static str, i64>) -> BTreeMap<&'static str, i64> {
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
            assert_eq!(records(after), records(before), "{name}");
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

const COMPLAINTS: &str = "unique_key,account,opendate,closedate,complaint_type,descriptor,zip,borough,city,council_dist,community_board";

#[tokio::test]
async fn a_wrong_date_leaves_its_row_out_and_is_told_with_its_place() {
    on_each_database(async |fresh| {
        let text =
            format!("{COMPLAINTS}\n1,A,2023-02-28,,Parks,,,,,,\n2,A,2023-02-29,,Parks,,,,,,\n");
        let (finished, told) = Importer::default()
            .import_text(&fresh.db, "nyc_complaints", text)
            .await
            .unwrap();
        assert_eq!(
            finished.numbers,
            ImportNumbers {
                imported: 1,
                with_warnings: 0,
                rejected: 1
            }
        );
        assert_eq!(told.of_rows(), [(3, "opendate".to_owned(), "bad_date")]);
        assert_eq!(fresh.number("SELECT count(*) AS n FROM tickets").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_to_its_end_changes_nothing() {
    let fresh = sqlite().await;
    let before = row_counts(&fresh).await;
    let mut chinese = format!("{COMPLAINTS}\n1,A,2023-02-28,,Parks,,,,,,\n2,").into_bytes();
    // 王芳 in GB18030.
    chinese.extend(b"\xcd\xf5\xb7\xbc,2023-02-28,,Parks,,,,,,\n");
    for (bytes, code, line) in [
        (chinese, "not_utf8", Some(3)),
        (Vec::new(), "empty_file", None),
        (b"\xef\xbb\xbf\n\n".to_vec(), "empty_file", None),
        (b"\x1f\x8b\x08\x00".to_vec(), "broken_gzip", None),
        (
            b"unique_key,account\n1,A\n".to_vec(),
            "column_missing",
            None,
        ),
        (
            format!("{COMPLAINTS},mood\n").into_bytes(),
            "column_not_mapped",
            None,
        ),
    ] {
        let refused = Importer::default()
            .import_text(&fresh.db, "nyc_complaints", bytes)
            .await;
        let Err(ImportError::Refused(faults)) = refused else {
            panic!("{code}: {refused:?}")
        };
        assert!(
            faults
                .iter()
                .any(|fault| (fault.code.code(), fault.line) == (code, line)),
            "{faults:?}"
        );
    }
    assert_eq!(row_counts(&fresh).await, before);
}

#[tokio::test]
async fn a_mapping_must_name_types_channels_and_rows_that_exist() {
    let fresh = sqlite().await;
    let text = format!(
        "{COMPLAINTS}\n1,complaint,2023-02-28,,Parks,,,,,,\n2,moaning,2023-02-28,,Parks,,,,,,\n"
    );
    let open = move || std::io::Cursor::new(text.clone());
    let mut unknown = mapping("nyc_complaints");
    unknown.ticket.kind.default = Some("moaning".to_owned());
    let refused = Importer::default()
        .import(&fresh.db, unknown, open.clone())
        .await;
    let Err(ImportError::Refused(faults)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(faults[0].code.code(), "bad_constant");

    let mut from_file = mapping("nyc_complaints");
    from_file.team = None;
    from_file.ticket.kind.column = Some("account".to_owned());
    let (finished, told) = Importer::default()
        .import(&fresh.db, from_file, open)
        .await
        .unwrap();
    assert_eq!(
        finished.numbers,
        ImportNumbers {
            imported: 1,
            with_warnings: 0,
            rejected: 1
        }
    );
    assert_eq!(told.of_rows(), [(3, String::new(), "unknown_value")]);
}

#[tokio::test]
async fn names_are_found_without_regard_to_case_and_made_once() {
    on_each_database(async |fresh| {
        let text = format!(
            "{COMPLAINTS}\n1,Office A,2023-02-28,,Parks,Tree,,,,,\n2,OFFICE a,2023-02-28,,PARKS,tree,,,,,\n\
             3,Office B,2023-02-28,,Roads,Tree,,,,,\n4,,2023-02-28,,,Tree,,,,,\n"
        );
        let (finished, _) =
            Importer::default().import_text(&fresh.db, "nyc_complaints", text).await.unwrap();
        let figures = Figures::of(&fresh.db, finished.id.unwrap(), Tz::UTC, ["2023-01-01", "2024-01-01"]).await;
        let expected = [("Office A", 2), ("Office B", 1), ("Rapport", 1)];
        let by_team = figures.counts_by("created", Dimension::Team).await;
        assert_eq!(by_team, expected.map(|(name, count)| (name.to_owned(), count)).into());
        let made = figures.configuration.categories.values().filter(|category| category.code.is_none());
        assert_eq!(made.count(), 4, "Parks and Roads, each with its own Tree");
        let by_category = figures.counts_by("created", Dimension::Category).await;
        assert_eq!(by_category, [("Tree".to_owned(), 3), ("none".to_owned(), 1)].into());
    })
    .await;
}

#[tokio::test]
async fn agents_are_made_once_and_cannot_sign_in() {
    on_each_database(async |fresh| {
        let importer = Importer::default();
        for sample in [incidents(10), incidents(30)] {
            importer
                .import_text(&fresh.db, sample.name, &sample.csv)
                .await
                .unwrap();
        }
        let configuration = configuration::load(&fresh.db).await.unwrap();
        let made: Vec<_> = configuration
            .users
            .values()
            .filter(|user| user.username.as_str() != "admin")
            .collect();
        assert_eq!(made.len(), 11, "as many as the file has resolvers");
        assert!(
            made.iter()
                .any(|user| user.username.as_str() == "resolver-5")
        );
        for user in &made {
            assert!(!user.active, "{user:?}");
            assert_eq!(
                user.roles
                    .iter()
                    .map(|role| role.as_str())
                    .collect::<Vec<_>>(),
                ["agent"]
            );
            let team = &configuration.teams[&user.team_id];
            assert_eq!(
                team.parent_id,
                configuration.root_team().map(|root| root.id)
            );
        }
        let customers = fresh
            .number("SELECT count(*) AS n FROM customers WHERE import_id IS NOT NULL")
            .await;
        assert_eq!(
            customers,
            fresh.number("SELECT count(*) AS n FROM customers").await
        );
        assert_eq!(
            customers, 30,
            "callers 0 to 29; those of the planted rows are among them"
        );
    })
    .await;
}

#[tokio::test]
async fn an_import_notices_what_is_long_past_and_tells_nobody() {
    on_each_database(async |fresh| {
        let importer = Importer::default();
        let now = micros(importer.clock.now());
        for sample in [incidents(100), complaints(100), rated_tickets(100)] {
            importer.import_text(&fresh.db, sample.name, &sample.csv).await.unwrap();
        }
        let told = "SELECT count(*) AS n FROM ticket_events WHERE kind IN ('clock_warning', 'clock_breach')";
        assert_eq!(fresh.number(told).await, 0);
        assert_eq!(fresh.number("SELECT count(*) AS n FROM ticket_clocks WHERE next_check_at IS NOT NULL").await, 0);
        // Days and contradictions decide nothing, nor does a response that nobody wrote down.
        let judged = |more: &str| {
            format!(
                "SELECT count(*) AS n FROM ticket_clocks k JOIN tickets t ON t.id = k.ticket_id \
                 WHERE k.met IS NOT NULL AND ({more})"
            )
        };
        for unknown in [
            "t.precision = 'day'",
            "k.code = 'first_response' AND t.first_responded_at IS NULL",
            "t.resolved_at IS NOT NULL AND t.resolution_seconds IS NULL",
        ] {
            assert_eq!(fresh.number(&judged(unknown)).await, 0, "{unknown}");
        }
        assert!(fresh.number(&judged("k.code = 'resolution'")).await > 100);

        // What was opened a moment ago is still to come.
        let header = incidents(0).csv.lines().next().unwrap().to_owned();
        let row = "INC1,Active,TRUE,0,0,0,TRUE,C,O,31-05-2026 07:00,?,?,U,31-05-2026 07:10,Phone,L,C,S,?,?,\
                   2 - Medium,2 - Medium,4 - Low,Group 1,Resolver 1,TRUE,FALSE,N,?,?,?,?,c,r,?,?";
        importer.import_text(&fresh.db, "uci_incidents", format!("{header}\n{row}\n")).await.unwrap();
        let coming = format!("SELECT count(*) AS n FROM ticket_clocks WHERE next_check_at > {now}");
        assert_eq!(fresh.number(&coming).await, 2, "both clocks of the one open ticket");
        let shown = "SELECT count(*) AS n FROM tickets \
                     WHERE next_due_at > opened_at AND number = (SELECT max(number) FROM tickets)";
        assert_eq!(fresh.number(shown).await, 1);
    })
    .await;
}

//! Every finding, by tables of what was found out.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::database::Kind;
use rapport_persistence::doctor::{
    ChangeLog, Counted, Difference, DueTimes, Facts, Orphans, RecordFacts, SearchIndex, Shape,
};
use rapport_persistence::migrations::Schema;

use super::{Around, Finding, Level, findings};
use crate::config::Config;

fn now() -> DateTime<Utc> {
    "2026-05-31T08:00:00Z".parse().unwrap()
}

fn config(settings: &[(&str, &str)]) -> Config {
    let given = |key: &str| {
        let found = settings.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| (*value).to_owned())
    };
    Config::read(given).unwrap()
}

fn healthy() -> Facts {
    Facts {
        kind: Kind::Sqlite,
        schema: Schema::Current("m1".to_owned()),
        complaints: Vec::new(),
        bytes: 10 << 20,
        shape: Some(Shape::Known(Vec::new())),
        records: Some(RecordFacts {
            is_seeded: true,
            changes: ChangeLog {
                count: 9,
                first: 1,
                last: 9,
                counter: Some(9),
                latest_at: Some(now()),
            },
            counters: vec![Counted {
                counter: "ticket".to_owned(),
                value: Some(4),
                greatest: 3,
            }],
            search: vec![SearchIndex {
                table: "tickets".to_owned(),
                records: 3,
                missing: 0,
                first_missing: None,
                left_over: 0,
            }],
            due: DueTimes {
                tickets: 3,
                wrong: 0,
                first_wrong: None,
            },
            orphans: Vec::new(),
        }),
    }
}

fn around(config: &Config) -> Around<'_> {
    Around {
        config,
        now: now(),
        drift: None,
        ran_until: Some(now()),
        free_bytes: Some(1 << 30),
        shows_secrets: false,
    }
}

/// What is not ok.
fn troubles(facts: &Facts, around: &Around<'_>) -> Vec<(&'static str, Level)> {
    let told = |finding: Finding| {
        let is_ok = finding.level == Level::Ok;
        assert_eq!(finding.remedy.is_none(), is_ok, "{finding}");
        assert!(!finding.to_string().contains('\n'), "{finding}");
        (!is_ok).then_some((finding.check, finding.level))
    };
    findings(facts, around)
        .into_iter()
        .filter_map(told)
        .collect()
}

#[test]
fn a_healthy_database_has_a_line_for_every_check() {
    let config = config(&[]);
    let all = findings(&healthy(), &around(&config));
    let checks: Vec<_> = all.iter().map(|finding| finding.check).collect();
    assert_eq!(
        checks,
        [
            "schema",
            "integrity",
            "tables",
            "change_numbers",
            "counters",
            "search",
            "due_times",
            "references",
            "clock",
            "jobs",
            "settings",
            "disk"
        ]
    );
    assert_eq!(troubles(&healthy(), &around(&config)), []);
}

#[test]
fn each_fault_of_the_records_is_found() {
    let config = config(&[]);
    type Fault = fn(&mut RecordFacts);
    let faults: [(&str, Fault); 10] = [
        ("change_numbers", |facts| facts.changes.count = 8),
        ("change_numbers", |facts| {
            facts.changes.first = 2;
            facts.changes.count = 8;
        }),
        ("change_numbers", |facts| facts.changes.counter = Some(10)),
        ("change_numbers", |facts| facts.changes.counter = None),
        ("counters", |facts| facts.counters[0].value = Some(2)),
        ("counters", |facts| facts.counters[0].value = None),
        ("search", |facts| {
            facts.search[0].missing = 1;
            facts.search[0].first_missing = Some(2);
        }),
        ("search", |facts| facts.search[0].left_over = 1),
        ("due_times", |facts| {
            facts.due.wrong = 1;
            facts.due.first_wrong = Some(3);
        }),
        ("references", |facts| {
            facts.orphans.push(Orphans {
                column: "messages.ticket_id".to_owned(),
                to: "tickets".to_owned(),
                count: 1,
            });
        }),
    ];
    for (check, plant) in faults {
        let mut facts = healthy();
        plant(facts.records.as_mut().unwrap());
        assert_eq!(troubles(&facts, &around(&config)), [(check, Level::Bad)]);
    }
    let mut facts = healthy();
    facts.records.as_mut().unwrap().changes = ChangeLog {
        counter: Some(0),
        ..ChangeLog::default()
    };
    assert_eq!(troubles(&facts, &around(&config)), [], "nothing yet");
}

#[test]
fn each_fault_of_the_tables_is_found_and_what_rests_on_it_is_left_out() {
    let config = config(&[]);
    let older = Schema::Older {
        last: "m0".to_owned(),
        pending: vec!["m1".to_owned()],
    };
    for (schema, level) in [
        (Schema::Missing, Level::Warning),
        (older, Level::Warning),
        (Schema::Newer(vec!["m2".to_owned()]), Level::Bad),
    ] {
        let facts = Facts {
            schema,
            shape: None,
            records: None,
            ..healthy()
        };
        assert_eq!(troubles(&facts, &around(&config)), [("schema", level)]);
    }
    for (kind, remedy) in [(Kind::Sqlite, "restore"), (Kind::Postgres, "REINDEX")] {
        let facts = Facts {
            kind,
            complaints: vec!["row 1 missing from index x".to_owned(); 5],
            ..healthy()
        };
        let all = findings(&facts, &around(&config));
        assert_eq!(all[1].level, Level::Bad);
        assert!(all[1].what.ends_with(" and 2 more"), "{}", all[1]);
        assert!(all[1].to_string().contains(remedy), "{}", all[1]);
    }
    let index = Difference {
        what: "index ix_a".to_owned(),
        definition: "CREATE INDEX ix_a ON a (b)".to_owned(),
        is_missing: true,
    };
    let table = Difference {
        what: "table a".to_owned(),
        definition: String::new(),
        is_missing: false,
    };
    for (difference, told) in [
        (
            index,
            "index ix_a is missing; make it anew: CREATE INDEX ix_a ON a (b)",
        ),
        (table, "table a is not as it should be; stop the server"),
    ] {
        let facts = Facts {
            shape: Some(Shape::Known(vec![difference])),
            ..healthy()
        };
        assert_eq!(troubles(&facts, &around(&config)), [("tables", Level::Bad)]);
        let line = findings(&facts, &around(&config))[2].to_string();
        assert!(line.contains(told), "{line}");
    }
    let facts = Facts {
        shape: Some(Shape::Unknown),
        ..healthy()
    };
    assert_eq!(
        troubles(&facts, &around(&config)),
        [("tables", Level::Warning)]
    );
}

#[test]
fn clocks_jobs_and_the_disk_are_watched() {
    let config = config(&[]);
    let seconds = TimeDelta::seconds;
    for (drift, expected) in [
        (0, None),
        (2, None),
        (-3, Some(Level::Warning)),
        (61, Some(Level::Bad)),
    ] {
        let drifting = Around {
            drift: Some(seconds(drift)),
            ..around(&config)
        };
        let expected: Vec<_> = expected.map(|level| ("clock", level)).into_iter().collect();
        assert_eq!(troubles(&healthy(), &drifting), expected, "{drift}");
        let mut facts = healthy();
        facts.records.as_mut().unwrap().changes.latest_at = Some(now() + seconds(drift.abs()));
        assert_eq!(troubles(&facts, &around(&config)), expected, "{drift}");
    }
    for (ran, expected) in [
        (Some(300), &[][..]),
        (Some(301), &["jobs"]),
        (None, &["jobs"]),
    ] {
        let silent = Around {
            ran_until: ran.map(|ago| now() - seconds(ago)),
            ..around(&config)
        };
        let found: Vec<_> = troubles(&healthy(), &silent)
            .into_iter()
            .map(|(check, level)| {
                assert_eq!(level, Level::Warning);
                check
            })
            .collect();
        assert_eq!(found, expected, "{ran:?}");
    }
    for (free, expected) in [
        (Some(1 << 30), None),
        (Some(99 << 20), Some(Level::Bad)),
        (None, Some(Level::Warning)),
    ] {
        let disk = Around {
            free_bytes: free,
            ..around(&config)
        };
        let expected: Vec<_> = expected.map(|level| ("disk", level)).into_iter().collect();
        assert_eq!(troubles(&healthy(), &disk), expected, "{free:?}");
    }
    let large = Facts {
        bytes: 600 << 20,
        ..healthy()
    };
    assert_eq!(
        troubles(&large, &around(&config)),
        [("disk", Level::Warning)]
    );
}

#[test]
fn unsafe_settings_are_found() {
    let key = "0123456789abcdef0123456789abcdef";
    let open = ("RAPPORT_LISTEN", "0.0.0.0:8080");
    for (settings, expected) in [
        (&[("RAPPORT_SIGNING_KEY", key)][..], &[][..]),
        (&[("RAPPORT_PUBLIC_URL", "http://desk.example")], &[]),
        (&[("RAPPORT_TRUST_PROXY", "on")], &[]),
        (&[open, ("RAPPORT_PUBLIC_URL", "https://desk.example")], &[]),
        (&[open], &[("public_url", Level::Warning)]),
        (
            &[open, ("RAPPORT_PUBLIC_URL", "http://desk.example")],
            &[("public_url", Level::Bad)],
        ),
        (
            &[
                open,
                ("RAPPORT_PUBLIC_URL", "https://desk.example"),
                ("RAPPORT_TRUST_PROXY", "on"),
            ],
            &[("trust_proxy", Level::Warning)],
        ),
        (
            &[("RAPPORT_SIGNING_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabcd")],
            &[("signing_key", Level::Bad)],
        ),
    ] {
        let config = config(settings);
        assert_eq!(
            troubles(&healthy(), &around(&config)),
            expected,
            "{settings:?}"
        );
    }
    let config = config(&[]);
    let readable = Around {
        shows_secrets: true,
        ..around(&config)
    };
    assert_eq!(
        troubles(&healthy(), &readable),
        [("settings_file", Level::Bad)]
    );
}

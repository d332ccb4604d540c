use serde_json::{Value, json};

use super::*;
use crate::tickets::{Precision, Priority, Status};

const HEADER: [&str; 8] = [
    "id", "opened", "answered", "done", "state", "mail", "name", "score",
];

/// Whole tickets: two opened-like columns, a status, a customer, a rating.
fn ticket_mapping() -> Value {
    json!({
        "source": "desk", "row_per": "ticket", "zone": "UTC", "key": "id",
        "date_formats": ["%Y-%m-%d %H:%M", "%Y-%m-%d"], "null_markers": ["-"],
        "ticket": {
            "opened_at": {"column": "opened"},
            "first_responded_at": {"column": "answered"},
            "resolved_at": {"column": "done"},
            "status": {"column": "state", "values": {"a": "open", "h": "on_hold", "r": "resolved", "c": "closed"}},
            "type": {"default": "request"}, "channel": {"default": "email"},
            "subject": {"default": "A ticket"}, "rating": "score",
        },
        "customer": {"by": "email", "key": "mail", "name": "name"},
    })
}

/// Events: the same columns but the rating, the state after each of them.
fn event_mapping() -> Value {
    json!({
        "source": "log", "row_per": "event", "zone": "UTC", "key": "id",
        "date_formats": ["%Y-%m-%d %H:%M"],
        "ticket": {
            "opened_at": {"column": "opened"}, "resolved_at": {"column": "done"},
            "type": {"default": "request"}, "channel": {"default": "email"},
            "subject": {"default": "A ticket"},
        },
        "event": {
            "at": {"column": "answered"},
            "status": {"column": "state", "values":
                {"n": "new", "a": "open", "w": "on_hold", "v": "on_hold", "r": "resolved", "c": "closed"}},
        },
        "agent": {"by": "name", "key": "name"},
        "ignore": ["mail", "score"],
    })
}

fn may_move(from: Status, to: Status) -> bool {
    to != Status::New && (from, to) != (Status::Closed, Status::Resolved)
}

fn fit(mapping: &Value, header: &[&str]) -> Result<Plan, Vec<ImportFault>> {
    let mapping = Mapping::parse(mapping.to_string().as_bytes()).map_err(|fault| vec![fault])?;
    Plan::new(&mapping, header, may_move)
}

/// All outcomes of rows like `"1|2023-01-01 10:00|…"`; the first stands on line 2.
fn read(mapping: &Value, rows: &[&str]) -> Vec<Outcome> {
    let plan = fit(mapping, &HEADER).unwrap();
    let mut state = FileState::default();
    let mut outcomes = Vec::new();
    for (line, row) in (2..).zip(rows) {
        let record: Vec<&str> = row.split('|').collect();
        outcomes.extend(plan.push(&mut state, line, &record));
    }
    outcomes.extend(plan.finish(&mut state));
    let rows_counted: u64 = outcomes.iter().map(|outcome| outcome.numbers.rows()).sum();
    assert_eq!(rows_counted, rows.len() as u64, "each row counts once");
    assert_eq!(
        outcomes.last().map(|outcome| outcome.position.records),
        Some(rows_counted)
    );
    outcomes
}

fn codes(outcome: &Outcome) -> Vec<(Option<u64>, &'static str)> {
    outcome
        .faults
        .iter()
        .map(|fault| (fault.line, fault.code.code()))
        .collect()
}

fn numbers(outcomes: &[Outcome]) -> (u64, u64, u64) {
    let mut all = ImportNumbers::default();
    for outcome in outcomes {
        all += outcome.numbers;
    }
    (all.imported, all.with_warnings, all.rejected)
}

#[test]
fn a_file_that_the_mapping_does_not_cover_is_refused_with_all_reasons() {
    let mut mapping = ticket_mapping();
    mapping["zone"] = json!("Mars/Olympus");
    mapping["date_formats"] = json!(["%Y-%m-%d", "%H:%M"]);
    mapping["ticket"]["priority"] = json!({"column": "weight", "values": {"1": "gigantic"}});
    mapping["ignore"] = json!(["name", "gone"]);
    let header = [
        "id", "opened", "answered", "done", "state", "mail", "name", "score", "extra", "id",
    ];
    let faults = fit(&mapping, &header).unwrap_err();
    let mut said: Vec<&str> = faults.iter().map(|fault| fault.code.code()).collect();
    said.sort_unstable();
    said.dedup();
    let expected = [
        "bad_constant",
        "bad_date_format",
        "column_ignored_and_mapped",
        "column_missing",
        "column_not_mapped",
        "column_twice",
        "unknown_zone",
    ];
    assert_eq!(said, expected);
    assert!(
        faults
            .iter()
            .any(|fault| fault.column.as_deref() == Some("extra"))
    );
}

#[test]
fn a_mapping_with_unknown_or_missing_members_is_refused() {
    let mut unknown = ticket_mapping();
    unknown["ticket"]["colour"] = json!("red");
    let mut two_bytes = ticket_mapping();
    two_bytes["delimiter"] = json!("，");
    for (mapping, code) in [
        (unknown, "bad_mapping"),
        (two_bytes, "bad_mapping"),
        (json!({"source": "x"}), "bad_mapping"),
    ] {
        assert_eq!(fit(&mapping, &HEADER).unwrap_err()[0].code.code(), code);
    }
    let mut no_events = event_mapping();
    no_events.as_object_mut().unwrap().remove("event");
    assert!(
        fit(&no_events, &HEADER)
            .unwrap_err()
            .iter()
            .any(|fault| fault.code == ImportCode::FieldMissing)
    );
    let mut with_status = event_mapping();
    with_status["ticket"]["status"] = json!({"default": "open"});
    assert_eq!(
        fit(&with_status, &HEADER).unwrap_err()[0].code,
        ImportCode::FieldNotPossible
    );
}

#[test]
fn the_mappings_of_the_public_files_are_valid() {
    for text in [
        include_str!("../../../../tests/data/mappings/uci_incidents.json"),
        include_str!("../../../../tests/data/mappings/nyc_complaints.json"),
        include_str!("../../../../tests/data/mappings/rated_tickets.json"),
    ] {
        let mapping = Mapping::parse(text.as_bytes()).unwrap();
        let again = serde_json::to_vec(&mapping).unwrap();
        assert_eq!(Mapping::parse(&again).unwrap(), mapping);
    }
}

#[test]
fn a_row_becomes_a_ticket_with_its_life() {
    let outcomes = read(
        &ticket_mapping(),
        &[
            "1|2023-01-01 10:00|2023-01-01 10:05|2023-01-01 12:00|r|W@Example.com|王芳|5",
            "2|2023-01-01 10:00|-||h|||",
            "3|2023-01-01|2023-01-01 09:00|2023-01-03|c|||",
        ],
    );
    assert_eq!(numbers(&outcomes), (3, 0, 0));
    let [first, second, third] = &outcomes[..] else {
        panic!("three tickets")
    };
    let first = first.ticket().unwrap();
    let customer = first.customer.as_ref().unwrap();
    assert_eq!(
        (customer.key.as_str(), customer.name.as_str()),
        ("w@example.com", "王芳")
    );
    assert_eq!(
        (first.first_response_seconds, first.resolution_seconds),
        (Some(300), Some(7_200))
    );
    assert_eq!(
        (first.status, first.priority),
        (Status::Resolved, Priority::Normal)
    );
    assert_eq!(
        first
            .rating
            .map(|rating| (rating.score, Some(rating.rated_at))),
        Some((5, first.resolved_at))
    );
    assert_eq!(
        (first.events.len(), first.events[0].to),
        (1, Status::Resolved)
    );

    let second = second.ticket().unwrap();
    assert_eq!(
        (second.status, &second.customer, second.resolved_at),
        (Status::OnHold, &None, None)
    );
    assert_eq!(
        (second.events[0].at, second.events[0].to),
        (second.opened_at, Status::OnHold)
    );

    let third = third.ticket().unwrap();
    assert_eq!(
        (
            third.precision,
            third.first_response_seconds,
            third.resolution_seconds
        ),
        (Precision::Day, None, None)
    );
}

#[test]
fn contradictions_are_said_and_leave_no_durations() {
    let table = [
        (
            "10:00|10:30|10:20|r||",
            "resolved_before_first_response",
            None,
            None,
        ),
        (
            "10:00|09:50|10:20|r||",
            "responded_before_opened",
            None,
            Some(1_200),
        ),
        (
            "10:00|10:10|10:10|a||",
            "status_contradicts_dates",
            Some(600),
            None,
        ),
        ("10:00|10:10||r||", "resolution_missing", Some(600), None),
        ("10:00|10:10||a||4", "rating_left_out", Some(600), None),
        ("10:00||09:00|c||", "resolved_before_opened", None, None),
    ];
    for (times, code, response, resolution) in table {
        let cells: Vec<String> = times
            .split('|')
            .map(|cell| {
                if cell.contains(':') {
                    format!("2023-01-01 {cell}")
                } else {
                    cell.to_owned()
                }
            })
            .collect();
        let row = format!(
            "1|{}|{}|{}|{}|||{}",
            cells[0], cells[1], cells[2], cells[3], cells[5]
        );
        let outcomes = read(&ticket_mapping(), &[&row]);
        assert_eq!(codes(&outcomes[0]), [(Some(2), code)], "{row}");
        assert_eq!(numbers(&outcomes), (0, 1, 0), "{row}");
        let ticket = outcomes[0].ticket().unwrap();
        assert_eq!(
            (ticket.first_response_seconds, ticket.resolution_seconds),
            (response, resolution),
            "{row}"
        );
    }
}

#[test]
fn a_bad_row_is_rejected_with_line_column_and_every_reason() {
    let outcomes = read(
        &ticket_mapping(),
        &[
            "1|2023-01-01 10:00|||a|||",
            "1|2023-01-01 10:00|||a|||",
            "2|2023-13-01|||z|not an address||9",
            "|2023-01-01|||a|||",
            "3|||||||",
            "4|2023-01-01",
            "5|2023-01-01 10:00|||a|q@b.cn|\0x|",
        ],
    );
    assert_eq!(numbers(&outcomes), (1, 0, 6));
    let said: Vec<(u64, &str, &str)> = outcomes
        .iter()
        .flat_map(|outcome| &outcome.faults)
        .map(|fault| {
            (
                fault.line.unwrap(),
                fault.column.as_deref().unwrap_or(""),
                fault.code.code(),
            )
        })
        .collect();
    let expected = [
        (3, "id", "duplicate_key"),
        (4, "opened", "bad_date"),
        (4, "score", "bad_rating"),
        (4, "mail", "bad_email"),
        (4, "state", "unknown_value"),
        (5, "id", "value_missing"),
        (6, "opened", "value_missing"),
        (7, "", "wrong_field_count"),
        (8, "name", "invalid_text"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn notices_are_said_once_per_file() {
    let mut mapping = ticket_mapping();
    mapping["ticket"]["opened_at"]["default"] = json!("2023-01-01T00:00:00Z");
    mapping["ticket"]["status"]["otherwise"] = json!("open");
    let outcomes = read(
        &mapping,
        &[
            "1||||x|a@b.cn|Ann|",
            "2||||y|A@B.cn|Anna|",
            "3||||y|a@b.cn|Anne|",
            "4||||a|c@b.cn|Cy|",
        ],
    );
    assert_eq!(numbers(&outcomes), (4, 0, 0));
    let said: Vec<_> = outcomes.iter().flat_map(codes).collect();
    let expected = [
        (Some(2), "value_replaced"),
        (Some(2), "opened_at_assumed"),
        (Some(3), "customer_name_differs"),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        outcomes[0].ticket().unwrap().opened_at.to_rfc3339(),
        "2023-01-01T00:00:00+00:00"
    );
}

#[test]
fn the_events_of_a_ticket_tell_its_life() {
    let outcomes = read(
        &event_mapping(),
        &[
            "1|2023-01-01 10:00|2023-01-01 10:00||n|||",
            "1|2023-01-01 10:00|2023-01-01 10:10||w||Li|",
            "1|2023-01-01 10:00|2023-01-01 10:20||v||Li|",
            "1|2023-01-01 10:00|2023-01-01 11:00||r||Li|",
            "1|2023-01-01 10:00|2023-01-01 12:00||c||Wu|",
            "1|2023-01-01 10:00|2023-01-01 13:00||a|||",
            "1|2023-01-01 10:00|2023-01-01 14:00|2023-01-01 14:00|r||Wu|",
            "2|2023-01-01 10:00|2023-01-01 11:00||r|||",
            "2|2023-01-01 10:00|2023-01-01 12:00||a|||",
        ],
    );
    assert_eq!(numbers(&outcomes), (9, 0, 0));
    let first = outcomes[0].ticket().unwrap();
    let steps: Vec<(Status, Status)> = first
        .events
        .iter()
        .map(|event| (event.from, event.to))
        .collect();
    use Status::{Closed, New, OnHold, Open, Resolved};
    assert_eq!(
        steps,
        [
            (New, OnHold),
            (OnHold, Resolved),
            (Resolved, Closed),
            (Closed, Open),
            (Open, Resolved)
        ]
    );
    assert_eq!(
        (first.reopened_count, first.resolution_seconds),
        (1, Some(4 * 3_600))
    );
    assert_eq!(
        (
            first.closed_at,
            first.first_resolved_at.unwrap().to_rfc3339().as_str()
        ),
        (None, "2023-01-01T11:00:00+00:00")
    );
    assert_eq!(first.resolver.as_ref().unwrap().name.as_str(), "Wu");
    let second = outcomes[1].ticket().unwrap();
    assert_eq!(
        (second.status, second.resolved_at, second.reopened_count),
        (Open, None, 1)
    );
    assert!(second.first_resolved_at.is_some());
}

#[test]
fn what_is_odd_in_a_history_is_a_warning_on_its_row() {
    let outcomes = read(
        &event_mapping(),
        &[
            "1|2023-01-01 10:00|2023-01-01 09:00||a|||",
            "1|2023-01-01 10:01|2023-01-01 12:00||c|||",
            "1|2023-01-01 10:00|2023-01-01 11:00|2023-01-01 11:30|r|||",
        ],
    );
    let expected = [
        (Some(2), "event_before_opened"),
        (Some(3), "opened_at_differs"),
        (Some(3), "resolved_at_differs"),
        (Some(4), "transition_not_allowed"),
        (Some(4), "event_out_of_order"),
    ];
    assert_eq!(codes(&outcomes[0]), expected);
    assert_eq!(numbers(&outcomes), (0, 3, 0));
}

#[test]
fn one_rejected_row_rejects_its_ticket_and_no_other() {
    let outcomes = read(
        &event_mapping(),
        &[
            "1|2023-01-01 10:00|2023-01-01 10:00||n|||",
            "1|2023-01-01 10:00|never||r|||",
            "1|2023-01-01 10:00|2023-01-01 11:00||c|||",
            "2|2023-01-01 10:00|2023-01-01 10:00||r|||",
            "1|2023-01-01 10:00|2023-01-01 12:00||a|||",
        ],
    );
    let expected = [
        (Some(2), "other_row_rejected"),
        (Some(3), "bad_date"),
        (Some(4), "other_row_rejected"),
    ];
    assert_eq!(codes(&outcomes[0]), expected);
    assert!(outcomes[0].ticket().is_none() && outcomes[1].ticket().is_some());
    assert_eq!(codes(&outcomes[2]), [(Some(6), "key_not_together")]);
    assert_eq!(numbers(&outcomes), (1, 0, 4));
}

#[test]
fn a_column_can_order_the_events() {
    let rows = [
        "1|2023-01-01 10:00|2023-01-01 12:00||c|||10",
        "1|2023-01-01 10:00|2023-01-01 10:00||a|||9",
        "1|2023-01-01 10:00|2023-01-01 11:00||r|||9",
    ];
    for column in ["score", "answered"] {
        let mut mapping = event_mapping();
        mapping["order"] = json!({"column": column});
        if column == "score" {
            mapping["ignore"] = json!(["mail"]);
        }
        let outcomes = read(&mapping, &rows);
        assert_eq!(numbers(&outcomes), (3, 0, 0));
        let ticket = outcomes[0].ticket().unwrap();
        assert_eq!(
            (ticket.status, ticket.resolution_seconds),
            (Status::Closed, Some(3_600)),
            "{column}"
        );
    }
    let mut mapping = event_mapping();
    mapping["order"] = json!({"column": "name"});
    let outcomes = read(&mapping, &["1|2023-01-01 10:00|2023-01-01 12:00||c||ten|"]);
    assert_eq!(codes(&outcomes[0]), [(Some(2), "bad_order")]);
}

#[test]
fn a_ticket_with_too_many_rows_is_rejected_and_memory_stays_bounded() {
    let row = "1|2023-01-01 10:00|2023-01-01 10:00||a|||";
    let outcomes = read(&event_mapping(), &[row; 10_001]);
    assert_eq!(numbers(&outcomes), (0, 0, 10_001));
    assert_eq!(outcomes[0].faults[0].code, ImportCode::TooManyRows);
    assert_eq!(outcomes[1].faults[0].code, ImportCode::KeyNotTogether);
}

#[test]
fn a_second_run_gives_the_same_outcomes_at_the_same_positions() {
    let rows = [
        "1|2023-01-01 10:00|2023-01-01 10:00||n|||",
        "2|2023-01-01 10:00|2023-01-01 10:00||r|||",
        "2|2023-01-01 10:00|2023-01-01 11:00||c|||",
        "3|2023-01-01 10:00|2023-01-01 11:00||c|||",
    ];
    let first = read(&event_mapping(), &rows);
    assert_eq!(first, read(&event_mapping(), &rows));
    let positions: Vec<u64> = first
        .iter()
        .map(|outcome| outcome.position.records)
        .collect();
    assert_eq!(positions, [1, 3, 4]);
}

//! CSV: the same rows and numbers as the JSON.

use rapport_persistence::customers;
use rapport_persistence::writes::{Writer, write};
use rapport_tests::builders::{at, context, customer};
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Server, server};
use rapport_types::customers::Customer;
use serde_json::{Value, json};

/// The lines of a CSV answer, each split into its cells.
fn table(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    text.lines().map(cells).collect()
}

/// Splits one line (RFC 4180); none of the values here holds a line break.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

/// A number as the CSV writes it.
fn written(value: &Value) -> String {
    if value.is_null() {
        String::new()
    } else {
        value.as_f64().unwrap().to_string()
    }
}

#[actix_web::test]
async fn lists_as_csv_hold_the_rows_of_the_list_and_no_formula() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    for name in ["=HYPERLINK(1)", "+1", "-1", "@x", "王芳, \"小王\""] {
        let customer = admin.add_customer(json!({"name": name})).await;
        admin
            .open_ticket(json!({"subject": name, "customer_id": customer}))
            .await;
    }
    for (path, column) in [("/customers", "name"), ("/tickets", "subject")] {
        let rows = admin.get(&format!("{path}?total=none"), 200).await.json();
        let lines = table(&admin.get(&format!("{path}?format=csv"), 200).await);
        let place = |name: &str| lines[0].iter().position(|known| known == name).unwrap();
        let rows = rows["data"].as_array().unwrap();
        assert_eq!(lines.len(), rows.len() + 1);
        for (line, row) in lines[1..].iter().zip(rows) {
            assert_eq!(line[place("id")], row["id"].as_str().unwrap());
            let text = row[column].as_str().unwrap();
            let safe = if text.starts_with(['=', '+', '-', '@']) {
                format!("'{text}")
            } else {
                text.to_owned()
            };
            assert_eq!(line[place(column)], safe);
        }
    }
    let one = table(&admin.get("/customers?format=csv&q=xiaowang", 200).await);
    assert_eq!(one.len(), 2, "filters hold for CSV too");
    let page = admin.get("/customers?limit=1", 200).await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("/customers?format=csv&cursor={cursor}");
    let refused = admin.get(&path, 422).await;
    let fault = ("cursor".to_owned(), "invalid_value".to_owned());
    assert_eq!(refused.faults(), [fault], "a file has no pages");
}

#[actix_web::test]
async fn an_overview_as_csv_shows_the_numbers_of_the_page() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    for score in [2, 5, 5] {
        let ticket = admin
            .open_ticket(json!({"subject": "x", "assignee_id": admin.id}))
            .await;
        admin
            .step(&ticket, "status", json!({"status": "resolved"}))
            .await;
        admin
            .step(
                &ticket,
                "satisfaction",
                json!({"score": score, "source": "agent"}),
            )
            .await;
    }
    for filter in ["", "&exclude_agent_ratings=true", "&priority=high"] {
        let path = format!("/reports/overview?from=2026-01-01&to=2026-02-01{filter}");
        let report = admin.get(&path, 200).await.json();
        let lines = table(&admin.get(&format!("{path}&format=csv"), 200).await);
        let place = |name: &str| lines[0].iter().position(|known| known == name).unwrap();
        let figures = report["figures"].as_array().unwrap();
        assert_eq!(lines.len(), figures.len() + 1);
        for (line, figure) in lines[1..].iter().zip(figures) {
            let (current, previous) = (&figure["current"], &figure["previous"]);
            assert_eq!(line[place("metric")], current["metric"].as_str().unwrap());
            for member in ["value", "numerator", "denominator", "excluded"] {
                assert_eq!(line[place(member)], written(&current[member]), "{line:?}");
                assert_eq!(
                    line[place(&format!("previous_{member}"))],
                    written(&previous[member]),
                    "{line:?}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_breakdown_and_a_trend_as_csv_show_the_numbers_of_the_page() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    for team in ["north", "south"] {
        admin
            .open_ticket(json!({"subject": "x", "team_id": server.company.team(team)}))
            .await;
    }
    let period = "from=2026-01-01&to=2026-01-15&metrics=created,backlog";
    for (path, rows) in [
        ("/reports/breakdown?by=team&", "rows"),
        ("/reports/trend?interval=week&", "points"),
    ] {
        let report = admin.get(&format!("{path}{period}"), 200).await.json();
        let lines = table(&admin.get(&format!("{path}{period}&format=csv"), 200).await);
        let place = |name: &str| lines[0].iter().position(|known| known == name).unwrap();
        let rows = report[rows].as_array().unwrap();
        assert!(lines.len() > rows.len());
        for (line, row) in lines[1..].iter().zip(rows) {
            for figure in row["figures"].as_array().unwrap() {
                let metric = figure["metric"].as_str().unwrap();
                assert_eq!(
                    line[place(metric)],
                    written(&figure["value"]),
                    "{path} {line:?}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_file_of_several_pages_holds_every_row_once_in_the_order_of_numbers() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let team = server.company.team("north");
        let rows: Vec<Customer> = (1..=1_203)
            .map(|number: i64| {
                // The later the number, the earlier the name and the change.
                let (name, id) = (format!("王芳 {:04}", 2_000 - number), number.unsigned_abs());
                Customer {
                    updated_at: at(5_000 - number),
                    ..customer(u128::from(id), number, &name, team)
                }
            })
            .collect();
        write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
            customers::insert_all(writer, &rows).await
        })
        .await
        .unwrap();
        let admin = server.admin();
        for (sort, expected) in [
            ("name", (1..=1_203).collect::<Vec<i64>>()),
            ("-updated_at", (1..=1_203).rev().collect()),
        ] {
            let path = format!("/customers?format=csv&sort={sort}");
            let lines = table(&admin.get(&path, 200).await);
            let numbers: Vec<i64> = lines[1..]
                .iter()
                .map(|line| line[0].parse().unwrap())
                .collect();
            assert_eq!(numbers, expected, "{sort}");
        }
    })
    .await;
}

#[actix_web::test]
async fn too_many_rows_are_refused_before_the_first_byte() {
    let (server, fresh) = server().await;
    let team = server.company.team("north");
    let rows: Vec<Customer> = (1..=10_001)
        .map(|number: i64| customer(u128::from(number.unsigned_abs()), number, "王芳", team))
        .collect();
    write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
        customers::insert_all(writer, &rows).await
    })
    .await
    .unwrap();
    let refused = server.admin().get("/customers?format=csv", 422).await;
    assert_eq!(refused.code(), "use_export");
}

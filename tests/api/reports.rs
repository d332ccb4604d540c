//! Reports over HTTP: page, CSV and rows show the same numbers.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rapport_tests::server::{Client, Server, server};
use serde_json::{Value, json};

const PERIOD: &str = "from=2026-01-01&to=2026-02-01";

/// The current figure of each metric of the overview.
async fn figures(client: &Client<'_>) -> BTreeMap<String, Value> {
    let report = client
        .get(&format!("/reports/overview?{PERIOD}"), 200)
        .await
        .json();
    let compared = report["figures"].as_array().unwrap();
    compared
        .iter()
        .map(|figure| {
            (
                figure["current"]["metric"].as_str().unwrap().to_owned(),
                figure["current"].clone(),
            )
        })
        .collect()
}

/// A ticket that is answered after `minutes`, resolved after twice as many, and rated.
async fn lived(server: &Server, client: &Client<'_>, minutes: i64, score: i64) -> String {
    let ticket = client
        .open_ticket(json!({"subject": "空调不制冷", "assignee_id": client.id}))
        .await;
    server.clock.advance(TimeDelta::minutes(minutes));
    let said = json!({"visibility": "public", "body": "您好"});
    client
        .post(&format!("/tickets/{ticket}/messages"), said, 201)
        .await;
    server.clock.advance(TimeDelta::minutes(minutes));
    client
        .step(&ticket, "status", json!({"status": "resolved"}))
        .await;
    client
        .step(
            &ticket,
            "satisfaction",
            json!({"score": score, "source": "customer"}),
        )
        .await;
    ticket
}

#[actix_web::test]
async fn the_figures_change_by_exactly_one_tickets_life() {
    let (server, _fresh) = server().await;
    let manager = server.client("manager");
    let anna = server.hire("anna", "agent", "north").await;
    lived(&server, &anna, 10, 2).await;
    let before = figures(&manager).await;
    let ticket = lived(&server, &anna, 30, 5).await;
    let after = figures(&manager).await;
    for (metric, value, numerator) in [
        ("created", 2.0, 2),
        ("resolved", 2.0, 2),
        ("backlog", 0.0, 0),
        ("first_response_time_mean", 1_200.0, 2),
        ("first_response_time_median", 1_200.0, 2),
        ("resolution_time_mean", 2_400.0, 2),
        ("first_response_attainment", 1.0, 2),
        ("resolution_attainment", 1.0, 2),
        ("reopen_rate", 0.0, 0),
        ("one_touch_rate", 1.0, 2),
        ("satisfaction_mean", 3.5, 2),
        ("satisfaction_share", 0.5, 1),
        ("tickets_per_agent", 2.0, 2),
    ] {
        let (was, is) = (&before[metric], &after[metric]);
        assert_eq!(is["value"], json!(value), "{metric}: {is}");
        assert_eq!(is["numerator"], numerator, "{metric}: {is}");
        assert_eq!(is["excluded"], 0, "{metric}: {is}");
        let more = is["numerator"].as_i64().unwrap() - was["numerator"].as_i64().unwrap();
        assert!((0..=1).contains(&more), "{metric} rose by {more}");
    }
    // Reopened, it is no longer resolved and waits again.
    anna.step(&ticket, "status", json!({"status": "open"}))
        .await;
    let reopened = figures(&manager).await;
    assert_eq!(reopened["resolved"]["value"], 1.0);
    assert_eq!(reopened["backlog"]["value"], 1.0);
    assert_eq!(reopened["reopen_rate"]["value"], 0.5);
    // Another team sees nothing of it.
    let southern = server.hire("southern_lead", "manager", "south").await;
    for (metric, figure) in figures(&southern).await {
        assert!(
            figure["value"].is_null() || figure["value"] == 0.0,
            "{metric}: {figure}"
        );
        assert_eq!(figure["numerator"], 0, "{metric}: {figure}");
    }
}

#[actix_web::test]
async fn the_rows_behind_a_figure_are_exactly_those_that_it_counts() {
    let (server, _fresh) = server().await;
    let manager = server.client("manager");
    let (anna, bert) = (
        server.hire("anna", "agent", "north").await,
        server.hire("bert", "agent", "south").await,
    );
    for (client, minutes, score) in [(&anna, 5, 5), (&anna, 2_000, 1), (&bert, 20, 4)] {
        lived(&server, client, minutes, score).await;
    }
    let waiting = bert.open_ticket(json!({"subject": "waiting"})).await;
    for (metric, figure) in figures(&manager).await {
        let url = figure["rows_url"].as_str().unwrap();
        let rows = manager.get(&format!("{url}&total=exact"), 200).await.json();
        let counted = match (&*metric, figure["denominator"].as_i64()) {
            // The rows of a count per person are those of its numerator.
            ("tickets_per_agent", _) | (_, None) => figure["numerator"].as_i64(),
            (name, _)
                if name.ends_with("_attainment")
                    || name.ends_with("_rate")
                    || name.ends_with("_share") =>
            {
                figure["numerator"].as_i64()
            }
            (_, denominator) => denominator,
        };
        assert_eq!(
            rows["total"]["count"].as_i64(),
            counted,
            "{metric}: {figure}"
        );
    }
    let url = figures(&manager).await["backlog"]["rows_url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(manager.get(&url, 200).await.ids(), [waiting]);
    for by in ["team", "agent", "type", "category", "priority", "channel"] {
        let report = manager
            .get(
                &format!("/reports/breakdown?by={by}&metrics=created&{PERIOD}"),
                200,
            )
            .await
            .json();
        let mut sum = 0;
        for row in report["rows"].as_array().unwrap() {
            let figure = &row["figures"][0];
            let url = figure["rows_url"].as_str().unwrap();
            let rows = manager.get(&format!("{url}&total=exact"), 200).await.json();
            assert_eq!(
                rows["total"]["count"], figure["numerator"],
                "{by} {}",
                row["key"]
            );
            sum += figure["numerator"].as_i64().unwrap();
        }
        assert_eq!(sum, 4, "the rows by {by} add up");
    }
}

#[actix_web::test]
async fn a_team_that_is_left_out_does_not_become_the_one_that_is_broken_down() {
    let (server, _fresh) = server().await;
    let manager = server.client("manager");
    for (name, team) in [("anna", "north"), ("bert", "south"), ("cleo", "south")] {
        let agent = server.hire(name, "agent", team).await;
        agent.open_ticket(json!({"subject": name})).await;
    }
    let (north, south) = (server.company.team("north"), server.company.team("south"));
    let path = format!("/reports/breakdown?by=team&metrics=created&team_not={north}&{PERIOD}");
    let report = manager.get(&path, 200).await.json();
    let counted: Vec<(&str, i64)> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let count = row["figures"][0]["numerator"].as_i64().unwrap();
            (row["key"].as_str().unwrap(), count)
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(counted, [(&*south.to_string(), 2)]);
    let rows = format!(
        "/tickets?metric=created&by=team&key={south}&team_not={north}&total=exact&{PERIOD}"
    );
    let rows = manager.get(&rows, 200).await.json();
    assert_eq!(rows["total"]["count"], 2);
}

#[actix_web::test]
async fn the_points_of_a_trend_add_up_to_the_overview() {
    let (server, _fresh) = server().await;
    let manager = server.client("manager");
    let anna = server.hire("anna", "agent", "north").await;
    for minutes in [5, 1_500, 6_000] {
        lived(&server, &anna, minutes, 5).await;
    }
    for (interval, points) in [("day", 31), ("week", 5), ("month", 1)] {
        let path = format!("/reports/trend?interval={interval}&metrics=created,resolved&{PERIOD}");
        let report = manager.get(&path, 200).await.json();
        assert_eq!(
            report["points"].as_array().unwrap().len(),
            points,
            "{interval}"
        );
        for metric in 0..2 {
            let all = report["points"].as_array().unwrap().iter();
            let sum: i64 = all
                .map(|point| point["figures"][metric]["numerator"].as_i64().unwrap())
                .sum();
            assert_eq!(sum, 3, "{interval}");
        }
    }
    let refused = manager
        .get(
            "/reports/trend?interval=day&from=2020-01-01&to=2026-01-01",
            422,
        )
        .await;
    assert_eq!(
        refused.faults(),
        [("interval".to_owned(), "invalid_period".to_owned())]
    );
}

#[actix_web::test]
async fn a_period_is_checked_and_echoed() {
    let (server, _fresh) = server().await;
    let manager = server.client("manager");
    let path = "/reports/overview?from=2026-01-01&to=2026-02-01&time_zone=Asia/Shanghai";
    let report = manager.get(path, 200).await.json();
    assert_eq!(report["time_zone"], "Asia/Shanghai");
    assert_eq!(
        report["period"],
        json!({"from": "2025-12-31T16:00:00Z", "to": "2026-01-31T16:00:00Z"})
    );
    assert_eq!(
        report["previous_period"],
        json!({"from": "2025-11-30T16:00:00Z", "to": "2025-12-31T16:00:00Z"})
    );
    for (query, parameter, code) in [
        ("from=2026-02-01&to=2026-01-01", "to", "invalid_period"),
        ("from=soon", "from", "invalid_instant"),
        ("time_zone=Moon/Base", "time_zone", "invalid_time_zone"),
        ("metrics=happiness", "metrics", "unknown_code"),
        ("status=asleep", "status", "unknown_code"),
    ] {
        let refused = manager
            .get(&format!("/reports/overview?{query}"), 422)
            .await;
        assert_eq!(
            refused.faults(),
            [(parameter.to_owned(), code.to_owned())],
            "{query}"
        );
    }
    assert_eq!(
        manager.get("/reports/breakdown", 422).await.faults(),
        [("by".to_owned(), "required".to_owned())]
    );
}

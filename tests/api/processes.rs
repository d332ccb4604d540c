//! Two processes over one database, mostly of the real binary over one PostgreSQL: they share work and
//! follow each other.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rapport_api::jobs::JOBS;
use rapport_persistence::database::Kind;
use rapport_tests::builders::ROOT;
use rapport_tests::databases::{Fresh, on_each_database, options};
use rapport_tests::http::{metric, send};
use rapport_tests::program::Program;
use rapport_tests::server::{Call, PASSWORD, Server, id};
use serde_json::{Value, json};

/// How long one process may take to see what another one changed.
const LAG: Duration = Duration::from_secs(5);
/// What a request on a busy machine takes beside that.
const SLACK: Duration = Duration::from_secs(2);

/// Two processes, with somebody who may do everything and an agent.
async fn two(fresh: &Fresh) -> [Program; 2] {
    let server = Server::over(fresh).await;
    server.hire("boss", "admin", ROOT).await;
    server.hire("anna", "agent", "north").await;
    [Program::serve(fresh.url()), Program::serve(fresh.url())]
}

/// Tells the story where there can be two processes.
async fn over_one_postgres(story: impl AsyncFn(&[Program; 2])) {
    on_each_database(async |fresh| {
        if fresh.db.kind == Kind::Postgres {
            story(&two(fresh).await).await;
        }
    })
    .await;
}

fn sign_in(program: &Program, username: &str) -> String {
    let given = json!({"username": username, "password": PASSWORD});
    let answer = ask(program, "POST", "/auth/sign-in", None, Some(&given), 200);
    answer["access_token"].as_str().unwrap().to_owned()
}

fn ask(
    program: &Program,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
    status: u16,
) -> Value {
    let path = format!("/api/v1{path}");
    let (got, answer) = send(&program.address, method, &path, token, body).unwrap();
    assert_eq!(got, status, "{method} {path}: {answer}");
    answer
}

/// Asks again and again until it is so; how long that took.
async fn until(limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    while !is_so() {
        assert!(began.elapsed() < limit, "{what}: not within {limit:?}");
        ticks.tick().await;
    }
    began.elapsed()
}

#[actix_web::test]
async fn every_job_runs_once_per_period_over_both() {
    over_one_postgres(async |both| {
        let looks = |job: &str, outcome: &str| -> f64 {
            let line = format!("rapport_job_looks_total{{job=\"{job}\",outcome=\"{outcome}\"}}");
            let told = both.iter().map(|one| metric(&one.address, &line).unwrap());
            told.map(Option::unwrap_or_default).sum()
        };
        // Each looks when it starts and again after the shortest period of a job.
        for periods in 1..=2 {
            for job in JOBS {
                until(Duration::from_secs(60), job.name, || {
                    looks(job.name, "succeeded") + looks(job.name, "not_due")
                        >= f64::from(2 * periods)
                })
                .await;
                let due = if job.every.num_seconds() <= 20 {
                    periods
                } else {
                    1
                };
                assert_eq!(looks(job.name, "succeeded"), f64::from(due), "{}", job.name);
                assert_eq!(looks(job.name, "failed"), 0.0, "{}", job.name);
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn who_is_deactivated_in_one_is_out_of_the_other_within_seconds() {
    over_one_postgres(async |[here, there]| {
        let boss = sign_in(here, "boss");
        let anna = sign_in(here, "anna");
        let me = ask(there, "GET", "/me", Some(&anna), None, 200);
        let path = format!("/users/{}", me["id"].as_str().unwrap());
        let address = here.address.strip_prefix("http://").unwrap();
        patch(
            address,
            &format!("/api/v1{path}"),
            &boss,
            1,
            &json!({"active": false}),
        );
        until(LAG + SLACK, "the other refuses", || {
            let asked = send(&there.address, "GET", "/api/v1/me", Some(&anna), None);
            asked.unwrap().0 == 401
        })
        .await;
        let again = json!({"username": "anna", "password": PASSWORD});
        ask(there, "POST", "/auth/sign-in", None, Some(&again), 401);
    })
    .await;
}

#[actix_web::test]
async fn configuration_that_one_changes_holds_in_the_other_within_seconds() {
    over_one_postgres(async |[here, there]| {
        let boss = sign_in(here, "boss");
        let ticket = json!({"subject": "空调不制冷", "channel": "fax"});
        // The other one keeps a picture without it.
        ask(there, "POST", "/tickets", Some(&boss), Some(&ticket), 422);
        let channel = json!({"names": {"en": "Fax", "zh-CN": "传真"}, "active": true});
        ask(
            here,
            "PUT",
            "/channels/fax",
            Some(&boss),
            Some(&channel),
            201,
        );
        ask(here, "POST", "/tickets", Some(&boss), Some(&ticket), 201);
        until(LAG + SLACK, "the other knows it", || {
            let asked = send(
                &there.address,
                "POST",
                "/api/v1/tickets",
                Some(&boss),
                Some(&ticket),
            );
            asked.unwrap().0 == 201
        })
        .await;
    })
    .await;
}

/// Two servers with memories and clocks of their own, as two processes have them.
#[actix_web::test]
async fn a_revoked_key_is_refused_here_at_once_and_there_within_five_seconds() {
    on_each_database(async |fresh| {
        let here = Server::over(fresh).await;
        let db = fresh.connect(&options()).await;
        let there = Server::of(db, here.company.clone(), &[]).await;
        let admin = here.admin();
        let new = json!({"kind": "service", "username": "crm", "name": "CRM", "roles": ["agent"],
            "team_id": here.company.team("north")});
        let service = id(&admin.post("/users", new, 201).await);
        let new = json!({"name": "crm", "scopes": ["view_tickets"]});
        let keys = format!("/users/{service}/api-keys");
        let key = admin.post(&keys, new, 201).await;
        let secret = key.json()["secret"].as_str().unwrap().to_owned();
        let me = async |server: &Server, status: u16| {
            server
                .expect(Call::get("/me").token(&secret), status)
                .await
                .code()
        };
        me(&here, 200).await;
        me(&there, 200).await;

        admin
            .delete(&format!("/api-keys/{}", id(&key)), 1, 204)
            .await;
        assert_eq!(me(&here, 401).await, "invalid_api_key");
        me(&there, 200).await;
        there
            .clock
            .advance(TimeDelta::seconds(LAG.as_secs().cast_signed()));
        assert_eq!(me(&there, 401).await, "invalid_api_key");
    })
    .await;
}

/// Changes the given version of a record.
fn patch(host: &str, path: &str, token: &str, version: i64, body: &Value) {
    use std::io::{Read, Write};
    let body = body.to_string();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nIf-Match: \"{version}\"\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

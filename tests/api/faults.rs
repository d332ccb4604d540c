//! A database that is full, and one that goes away and comes back: problems, not hangs, and no
//! restart.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rapport_persistence::database::{Database, Kind};
use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::cluster::Cluster;
use rapport_tests::databases::{Fresh, on_each_database, options};
use rapport_tests::http::{metric, send};
use rapport_tests::program::Program;
use rapport_tests::server::{Call, PASSWORD, Server};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// No answer takes longer, whatever the database does.
const BOUND: Duration = Duration::from_secs(9);
const CLIENTS: usize = 4;
/// Longer than the whole story takes.
const STORY: Duration = Duration::from_secs(120);

/// Lets the database be full from now on: SQLite by its own limit of pages; PostgreSQL, whose disk
/// no test can fill, by the error that it would raise.
async fn fill(fresh: &Fresh) {
    let sql = match fresh.db.kind {
        Kind::Sqlite => {
            let pages = fresh
                .number("SELECT page_count AS n FROM pragma_page_count")
                .await;
            format!("PRAGMA max_page_count = {pages}")
        }
        Kind::Postgres => "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ \
            BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; \
            CREATE TRIGGER disk_full BEFORE INSERT ON tickets FOR EACH ROW \
            EXECUTE FUNCTION disk_full()"
            .to_owned(),
    };
    fresh.db.writer.execute_unprepared(&sql).await.unwrap();
}

async fn make_room(fresh: &Fresh) {
    let sql = match fresh.db.kind {
        Kind::Sqlite => "PRAGMA max_page_count = 4294967294",
        Kind::Postgres => "DROP TRIGGER disk_full ON tickets",
    };
    fresh.db.writer.execute_unprepared(sql).await.unwrap();
}

#[actix_web::test]
async fn a_full_disk_is_told_reading_goes_on_and_so_does_writing_when_there_is_room() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let ticket = || json!({"subject": "空调不制冷", "description": "不制冷".repeat(5_000)});
        let first = admin.open_ticket(ticket()).await;
        fill(fresh).await;
        let mut written = 1;
        let refused = loop {
            let answer = admin.send(Call::post("/tickets", ticket())).await;
            if answer.status != 201 {
                break answer;
            }
            written += 1;
            assert!(written < 1_000, "there is no end of room");
        };
        assert_eq!(
            (refused.status, refused.code()),
            (503, "storage_full".to_owned())
        );
        assert_eq!(refused.header("content-type"), "application/problem+json");
        admin.get(&format!("/tickets/{first}"), 200).await;
        server.expect(Call::get("/readyz"), 200).await;
        make_room(fresh).await;
        admin.open_ticket(ticket()).await;
        let many = fresh.number("SELECT COUNT(*) AS n FROM tickets").await;
        assert_eq!(many, written + 1, "what was refused was not written");
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

/// Asks and sees to it that the answer is one of these statuses and does not take for ever.
fn ask(
    address: &str,
    (method, path): (&str, &str),
    token: Option<&str>,
    body: Option<&Value>,
    statuses: &[u16],
) -> (u16, Value) {
    let began = Instant::now();
    let (status, answer) = send(address, method, path, token, body).unwrap();
    assert!(
        statuses.contains(&status),
        "{method} {path}: {status} {answer}"
    );
    assert!(
        began.elapsed() < BOUND,
        "{method} {path}: {:?}",
        began.elapsed()
    );
    if status == 503 {
        let code = answer["code"].as_str().unwrap();
        assert!(["unavailable", "overloaded"].contains(&code), "{answer}");
    }
    (status, answer)
}

#[actix_web::test]
async fn a_postgres_that_stops_and_starts_needs_no_restart_of_the_server() {
    let Some(mut cluster) = Cluster::start_new() else {
        return;
    };
    let settings = [("RAPPORT_ADMIN_PASSWORD", PASSWORD)];
    let program = Program::serve_with(&cluster.url(), &settings);
    let address = program.address.as_str();
    let given = json!({"username": "admin", "password": PASSWORD});
    let sign_in = ("POST", "/api/v1/auth/sign-in");
    let (_, answer) = ask(address, sign_in, None, Some(&given), &[200]);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let token = Some(token.as_str());
    let (tickets, ready) = ("/api/v1/tickets", ("GET", "/readyz"));
    let ticket = json!({"subject": "空调不制冷"});
    let (is_over, end) = (AtomicBool::new(false), Instant::now() + STORY);
    let acknowledged: Vec<String> = thread::scope(|scope| {
        // They write all the time: before, during and after.
        let writers: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let mut made = Vec::new();
                    while !is_over.load(Ordering::Relaxed) && Instant::now() < end {
                        let (status, answer) = ask(
                            address,
                            ("POST", tickets),
                            token,
                            Some(&ticket),
                            &[201, 503],
                        );
                        if status == 201 {
                            made.push(answer["id"].as_str().unwrap().to_owned());
                        }
                    }
                    made
                })
            })
            .collect();
        ask(address, ("POST", tickets), token, Some(&ticket), &[201]);
        cluster.stop();
        for _ in 0..2 {
            let began = Instant::now();
            ask(address, ready, None, None, &[503]);
            assert!(
                began.elapsed() < Duration::from_secs(3),
                "{:?}",
                began.elapsed()
            );
            ask(address, ("GET", "/healthz"), None, None, &[200]);
            ask(address, ("GET", tickets), token, None, &[503]);
            ask(address, sign_in, None, Some(&given), &[503]);
        }
        let is_up = metric(address, "rapport_database_up").unwrap();
        assert_eq!(is_up, Some(0.0));
        let gone = "rapport_http_requests_refused_total{reason=\"database_gone\"}";
        let refused = metric(address, gone).unwrap().unwrap();
        assert!(refused > 0.0, "everybody waited in vain for the database");
        cluster.start();
        let deadline = Instant::now() + Duration::from_secs(30);
        while ask(address, ready, None, None, &[200, 503]).0 != 200 {
            assert!(Instant::now() < deadline, "it does not come back");
        }
        while ask(
            address,
            ("POST", tickets),
            token,
            Some(&ticket),
            &[201, 503],
        )
        .0 != 201
        {
            assert!(Instant::now() < deadline, "it does not write again");
        }
        is_over.store(true, Ordering::Relaxed);
        let made = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap());
        made.collect()
    });
    ask(address, sign_in, None, Some(&given), &[200]);
    assert!(!acknowledged.is_empty());
    for id in &acknowledged {
        ask(
            address,
            ("GET", &format!("{tickets}/{id}")),
            token,
            None,
            &[200],
        );
    }
    let db = Database::connect(&cluster.url(), &options()).await.unwrap();
    assert!(change_numbers_are_dense(&db).await.unwrap());
    db.close().await;
}

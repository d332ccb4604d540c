//! `kill -9` of the real binary while several clients write: what was acknowledged is there after
//! the restart, the change numbers have no gap, and what got no answer and is sent again by its key
//! is done once.
//!
//! `RAPPORT_CRASH_ROUNDS` says how often; without it the rounds are few.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rapport_persistence::database::{Database, Kind};
use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::databases::{Fresh, backend, on_each_database, options};
use rapport_tests::http::{post_by_key, send};
use rapport_tests::program::{Program, binary};
use rapport_tests::server::{PASSWORD, Server};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const CLIENTS: usize = 4;
/// Acknowledged writes after which the process dies.
const ENOUGH: usize = 24;

fn rounds(kind: Kind) -> usize {
    let set = std::env::var("RAPPORT_CRASH_ROUNDS").ok();
    set.map_or(
        match kind {
            Kind::Sqlite => 20,
            Kind::Postgres => 10,
        },
        |rounds| rounds.parse().expect("RAPPORT_CRASH_ROUNDS is a number"),
    )
}

fn sign_in(address: &str) -> String {
    let given = json!({"username": "anna", "password": PASSWORD});
    let (status, answer) =
        send(address, "POST", "/api/v1/auth/sign-in", None, Some(&given)).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

/// A request by a key.
struct Request {
    path: &'static str,
    key: String,
    body: Value,
}

impl Request {
    /// The request of this number, which nobody else makes.
    fn new(round: usize, client: usize, number: usize) -> Self {
        let key = format!("round-{round}-client-{client}-number-{number}");
        let (path, member) = if number.is_multiple_of(2) {
            ("/api/v1/tickets", "subject")
        } else {
            ("/api/v1/customers", "name")
        };
        let body = json!({ member: key });
        Self { path, key, body }
    }

    /// Sends it; the path of what it made, or nothing when the process died before the answer.
    fn send(&self, address: &str, token: &str) -> Option<String> {
        let answered = post_by_key(address, self.path, token, &self.key, &self.body);
        let (status, answer) = answered.ok()?;
        assert_eq!(status, 201, "{answer}");
        Some(format!("{}/{}", self.path, answer["id"].as_str().unwrap()))
    }
}

/// What became of the requests of a process that died.
#[derive(Default)]
struct Written {
    /// The paths of what it acknowledged.
    acknowledged: Vec<String>,
    /// What it may or may not have done.
    unanswered: Vec<Request>,
}

/// Writes until the process is gone.
fn write_until_killed(program: Program, token: &str, round: usize) -> Written {
    let written = Mutex::new(Written::default());
    let count = AtomicUsize::new(0);
    let address = program.address.clone();
    let doomed = Mutex::new(Some(program));
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (written, count, doomed, address) = (&written, &count, &doomed, &address);
            scope.spawn(move || {
                for number in 0.. {
                    let request = Request::new(round, client, number);
                    let made = request.send(address, token);
                    let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
                    // The connection breaks when the process dies.
                    let Some(made) = made else {
                        written.unanswered.push(request);
                        return;
                    };
                    written.acknowledged.push(made);
                    drop(written);
                    // Each round dies at another moment of its writes.
                    if count.fetch_add(1, Ordering::SeqCst) + 1 == ENOUGH + round % CLIENTS {
                        // Dropping it is `kill -9`; the others are in the middle of their writes.
                        drop(doomed.lock().unwrap_or_else(PoisonError::into_inner).take());
                    }
                }
            });
        }
    });
    written.into_inner().unwrap_or_else(PoisonError::into_inner)
}

async fn number(db: &Database, sql: &str) -> i64 {
    let statement = Statement::from_string(backend(db.kind), sql);
    let row = db.reader.query_one_raw(statement).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

/// What must hold of a database after each crash, whatever was under way.
async fn is_sound(fresh: &Fresh, round: usize) {
    let db = fresh.connect(&options()).await;
    let are_dense = change_numbers_are_dense(&db).await.unwrap();
    assert!(are_dense, "before round {round}");
    for (table, name) in [("tickets", "subject"), ("customers", "name")] {
        let sql = format!("SELECT COUNT(*) - COUNT(DISTINCT {name}) AS n FROM {table}");
        let again = number(&db, &sql).await;
        assert_eq!(again, 0, "{table} made twice before round {round}");
    }
    db.close().await;
}

#[actix_web::test]
async fn what_was_acknowledged_survives_kill_nine() {
    let binary = binary();
    assert!(
        binary.exists(),
        "{}: `cargo build -p rapport-api` makes it",
        binary.display()
    );
    on_each_database(async |fresh| {
        let rounds = rounds(fresh.db.kind);
        Server::over(fresh)
            .await
            .hire("anna", "manager", "north")
            .await;
        // From here on the dying process is alone with SQLite's file: nobody keeps its log alive.
        fresh.db.clone().close().await;
        let mut written = Written::default();
        let (mut survived, mut sent_again) = (0, 0);
        for round in 0..=rounds {
            let program = Program::serve(fresh.url());
            let token = sign_in(&program.address);
            for request in &written.unanswered {
                let made = request.send(&program.address, &token).unwrap();
                let again = request.send(&program.address, &token).unwrap();
                assert_eq!(made, again, "one key made two records");
                written.acknowledged.push(made);
                sent_again += 1;
            }
            for path in written.acknowledged.drain(..) {
                let (status, answer) =
                    send(&program.address, "GET", &path, Some(&token), None).unwrap();
                assert_eq!(
                    status, 200,
                    "acknowledged before the crash of round {round}: {path} {answer}"
                );
                survived += 1;
            }
            is_sound(fresh, round).await;
            if round < rounds {
                written = write_until_killed(program, &token, round);
                let count = written.acknowledged.len();
                assert!(count >= ENOUGH, "round {round} wrote {count}");
            }
        }
        assert!(survived >= rounds * ENOUGH);
        assert!(sent_again >= rounds, "only {sent_again} were sent again");
        let doctor = Command::new(&binary)
            .arg("doctor")
            .env("RAPPORT_DATABASE_URL", fresh.url())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&doctor.stdout);
        assert!(doctor.status.success(), "{told}");
    })
    .await;
}

//! `kill -9` of the real binary while several clients write: what was acknowledged is there after
//! the restart, and the change numbers have no gap.
//!
//! `RAPPORT_CRASH_ROUNDS` says how often; without it the rounds are few.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rapport_persistence::database::Kind;
use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::databases::{Fresh, on_each_database, options};
use rapport_tests::http::send;
use rapport_tests::program::{Program, binary};
use rapport_tests::server::{PASSWORD, Server};
use serde_json::json;

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

/// Writes until the process is gone; the paths of what it acknowledged.
fn write_until_killed(program: Program, token: &str, round: usize) -> Vec<String> {
    let acknowledged = Mutex::new(Vec::new());
    let count = AtomicUsize::new(0);
    let address = program.address.clone();
    let doomed = Mutex::new(Some(program));
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (acknowledged, count, doomed, address) = (&acknowledged, &count, &doomed, &address);
            scope.spawn(move || {
                for number in 0.. {
                    let (path, body) = if number % 2 == 0 {
                        (
                            "/api/v1/tickets",
                            json!({"subject": format!("round {round} client {client}")}),
                        )
                    } else {
                        (
                            "/api/v1/customers",
                            json!({"name": format!("round {round} client {client}")}),
                        )
                    };
                    // The connection breaks when the process dies.
                    let Ok((status, answer)) =
                        send(address, "POST", path, Some(token), Some(&body))
                    else {
                        return;
                    };
                    assert_eq!(status, 201, "{answer}");
                    let made = format!("{path}/{}", answer["id"].as_str().unwrap());
                    acknowledged
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(made);
                    // Each round dies at another moment of its writes.
                    if count.fetch_add(1, Ordering::SeqCst) + 1 == ENOUGH + round % CLIENTS {
                        // Dropping it is `kill -9`; the others are in the middle of their writes.
                        drop(doomed.lock().unwrap_or_else(PoisonError::into_inner).take());
                    }
                }
            });
        }
    });
    acknowledged
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// What must hold of a database after each crash, whatever was under way.
async fn is_sound(fresh: &Fresh, round: usize) {
    let db = fresh.connect(&options()).await;
    let are_dense = change_numbers_are_dense(&db).await.unwrap();
    assert!(are_dense, "before round {round}");
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
        let mut expected: Vec<String> = Vec::new();
        let mut survived = 0;
        for round in 0..=rounds {
            let program = Program::serve(fresh.url());
            let token = sign_in(&program.address);
            for path in expected.drain(..) {
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
                expected = write_until_killed(program, &token, round);
                assert!(
                    expected.len() >= ENOUGH,
                    "round {round} wrote {}",
                    expected.len()
                );
            }
        }
        assert!(survived >= rounds * ENOUGH);
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

//! `kill -9` of the real binary in the middle of a bulk change.

use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::databases::on_each_database;
use rapport_tests::http::send;
use rapport_tests::program::Program;
use rapport_tests::server::{PASSWORD, Server};
use serde_json::{Value, json};

use super::{drafted, numbers, path, start, tickets};

const MANY: usize = 3_000;

fn sign_in(address: &str) -> String {
    let given = json!({"username": "anna", "password": PASSWORD});
    let (status, answer) =
        send(address, "POST", "/api/v1/auth/sign-in", None, Some(&given)).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Looks at the bulk change until `is_enough`; what it was then.
fn watch(program: &Program, path: &str, is_enough: impl Fn(&Value) -> bool) -> Value {
    let token = sign_in(&program.address);
    for _ in 0..20_000 {
        let (status, bulk) = send(&program.address, "GET", path, Some(&token), None).unwrap();
        assert_eq!(status, 200, "{bulk}");
        if is_enough(&bulk) {
            return bulk;
        }
    }
    panic!("{path} does not come on");
}

#[actix_web::test]
async fn a_killed_bulk_change_goes_on_at_once_and_changes_each_record_once() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "manager", "north").await;
        for _ in 0..MANY / 1_000 {
            tickets(&anna, 1_000, "low").await;
        }
        let closed = anna.get("/tickets?limit=1", 200).await.ids().remove(0);
        for status in ["resolved", "closed"] {
            anna.step(&closed, "status", json!({"status": status}))
                .await;
        }
        let change = json!({"priority": "high", "status": "open"});
        let low = json!({"priority": ["low"]});
        let bulk = drafted(&anna, "tickets", low, change).await;
        let path = format!("/api/v1{}", path(&bulk));
        anna.expect(start(&bulk), 200).await;

        let first = Program::serve(fresh.url());
        let seen = watch(&first, &path, |bulk| bulk["done"].as_u64().unwrap() >= 300);
        assert_eq!(seen["state"], "running");
        // Dropping it is `kill -9`.
        drop(first);
        let second = Program::serve(fresh.url());
        let done = watch(&second, &path, |bulk| bulk["state"] != "running");
        drop(second);
        assert_eq!(done["state"], "done", "{done}");
        let many = MANY as u64;
        assert_eq!(done["numbers"], numbers(many - 1, 0, 0, 1));
        let count = async |of: &str| {
            let sql = format!("SELECT COUNT(*) AS n FROM {of}");
            fresh.number(&sql).await.unsigned_abs()
        };
        let changed = "tickets WHERE priority = 'high' AND status = 'open'";
        assert_eq!(count(changed).await, many - 1);
        // The server notices clocks meanwhile, so that versions tell nothing; the history does.
        let once = "(SELECT ticket_id FROM ticket_events WHERE kind = 'edited' GROUP BY ticket_id \
            HAVING COUNT(*) = 1) AS edited";
        assert_eq!(count(once).await, many - 1);
        assert_eq!(count("ticket_events WHERE kind = 'edited'").await, many - 1);
        assert_eq!(count("bulk_change_faults").await, 1);
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

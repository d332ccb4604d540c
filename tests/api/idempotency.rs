//! Requests that are sent again: one effect, one answer.

use std::pin::pin;

use actix_web::http::Method;
use futures_util::future::{Either, join_all, select};
use rapport_persistence::database::Kind;
use rapport_persistence::writes::replies::{KEPT, purge};
use rapport_tests::builders::{Company, at};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::server::{Answer, Call, Server};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::imports::{form, small, upload};
use crate::operations::{Ground, described};

const KEY: &str = "2f1c9e0a-5d0e-4f3b-9a57-7f5f3a0f6f6b";
/// They write no record: previews only read, and an uploaded file that nobody uses expires.
pub(crate) const WRITE_NO_RECORD: &[&str] = &[
    "create_import_file",
    "preview_clock_policies",
    "preview_import",
];

fn keyed(call: Call, key: &str) -> Call {
    call.header("idempotency-key", key)
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == "true"
}

async fn changes(fresh: &Fresh) -> i64 {
    fresh.number("SELECT COUNT(*) AS n FROM changes").await
}

/// The body as it may be stored: a secret is shown once.
fn without_secret(answer: &Answer) -> Value {
    let mut body = answer.json();
    if let Some(members) = body.as_object_mut() {
        members.remove("secret");
    }
    body
}

#[actix_web::test]
async fn every_post_that_writes_has_one_effect_and_one_answer_per_key() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let ground = Ground::of(&server);
        let admin = server.admin();
        let mut checked = 0;
        for operation in described() {
            let (id, takes_key) = (&*operation.id, operation.has_parameter("Idempotency-Key"));
            let is_post = operation.method == "POST" && operation.path.starts_with("/api/v1/");
            let signs_in = operation.path.starts_with("/api/v1/auth/");
            assert_eq!(takes_key, is_post && !signs_in, "{id}");
            if !takes_key || WRITE_NO_RECORD.contains(&id) {
                continue;
            }
            let call = ground.valid(id, "admin", None).await.unwrap();
            let call = keyed(call, KEY);
            let before = changes(fresh).await;
            let first = admin.send(call.clone()).await;
            assert!((200..300).contains(&first.status), "{id}: {}", first.text());
            assert!(!is_replay(&first), "{id}");
            let after = changes(fresh).await;
            // A job is no record: what it writes is.
            let is_job = ["_import", "_bulk_change"]
                .iter()
                .any(|kind| id.ends_with(kind));
            assert!(after > before || is_job, "{id}");

            let again = admin.send(call.clone()).await;
            assert_eq!(
                (again.status, again.json()),
                (first.status, without_secret(&first)),
                "{id}"
            );
            for header in ["etag", "location", "content-type"] {
                assert_eq!(again.header(header), first.header(header), "{id}: {header}");
            }
            assert!(is_replay(&again), "{id}");
            assert_eq!(changes(fresh).await, after, "{id} did it twice");

            let other = admin.send(call.bytes("{ }")).await;
            assert_eq!(
                (other.status, &*other.code()),
                (422, "idempotency_key_reused"),
                "{id}"
            );
            checked += 1;
        }
        assert!(checked >= 9, "only {checked} operations write by POST");
    })
    .await;
}

#[actix_web::test]
async fn a_key_is_its_callers_own_and_a_refused_request_is_judged_anew() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, other) = (server.admin(), server.hire("lin", "agent", "north").await);
        let call = keyed(Call::post("/customers", json!({"name": "王芳"})), KEY);
        let first = admin.expect(call.clone(), 201).await;
        let theirs = other.expect(call.clone(), 201).await;
        assert!(!is_replay(&theirs));
        assert_ne!(first.json()["id"], theirs.json()["id"]);
        let elsewhere = keyed(
            Call::post("/tickets", json!({"subject": "空调不制冷"})),
            KEY,
        );
        assert!(!is_replay(&admin.expect(elsewhere, 201).await));

        let keys = json!([{"source": "crm", "id": "7"}]);
        let taken = json!({"name": "李雷", "external_ids": keys});
        let holder = admin
            .expect(Call::post("/customers", taken.clone()), 201)
            .await;
        let call = keyed(Call::post("/customers", taken), "another");
        assert_eq!(admin.expect(call.clone(), 409).await.code(), "taken");
        let path = format!("/customers/{}", holder.json()["id"].as_str().unwrap());
        admin.expect(Call::delete(&path).version(1), 204).await;
        assert!(!is_replay(&admin.expect(call.clone(), 201).await));
        assert!(is_replay(&admin.expect(call, 201).await));

        let blank = keyed(Call::post("/customers", json!({"name": "王芳"})), "a key");
        let refused = admin.expect(blank, 422).await;
        let fault = ("Idempotency-Key".to_owned(), "invalid_value".to_owned());
        assert_eq!(refused.faults(), [fault]);
    })
    .await;
}

/// What was true of the first request need not be true any more when it is sent again.
#[actix_web::test]
async fn the_answer_is_given_again_although_the_request_would_be_refused_by_now() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let made = Call::post("/categories", json!({"names": {"en": "Warranty"}}));
        let category = admin.expect(made, 201).await.json()["id"].clone();
        let ticket = json!({"subject": "空调不制冷", "category_id": category});
        let call = keyed(Call::post("/tickets", ticket), KEY);
        let first = admin.expect(call.clone(), 201).await;
        let path = format!("/categories/{}", category.as_str().unwrap());
        let out_of_use = Call::patch(&path, json!({"active": false})).version(1);
        admin.expect(out_of_use, 200).await;
        let again = admin.expect(call.clone(), 201).await;
        assert_eq!(again.text(), first.text());
        let new = admin.expect(keyed(call, "another"), 422).await;
        assert_eq!(new.faults()[0].1, "inactive");
    })
    .await;
}

#[actix_web::test]
async fn two_hundred_at_once_make_one_record_and_get_one_answer() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let patient = [("RAPPORT_REQUESTS_WAITING", "1000")];
        let server = Server::of(fresh.db.clone(), company, &patient).await;
        let admin = server.admin();
        let call = keyed(
            Call::post("/tickets", json!({"subject": "空调不制冷"})),
            KEY,
        );
        let answers = join_all((0..200).map(|_| admin.send(call.clone()))).await;
        let first = &answers[0];
        assert_eq!(first.status, 201, "{}", first.text());
        for answer in &answers {
            assert_eq!((answer.status, answer.text()), (201, first.text()));
            assert_eq!(answer.header("etag"), first.header("etag"));
        }
        let fresh_ones = answers.iter().filter(|answer| !is_replay(answer)).count();
        assert_eq!(fresh_ones, 1, "one of them had an effect");
        assert_eq!(fresh.number("SELECT COUNT(*) AS n FROM tickets").await, 1);
    })
    .await;
}

/// Writers that meet share a transaction on SQLite: what one of them is refused is its own.
#[actix_web::test]
async fn of_requests_at_once_the_refused_are_judged_anew_and_the_others_replayed() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let named =
            |id: &str| json!({"name": "王芳", "external_ids": [{"source": "crm", "id": id}]});
        admin.post("/customers", named("taken"), 201).await;
        let calls: Vec<Call> = (0..24)
            .map(|number| {
                let id = match number % 3 {
                    0 => "taken".to_owned(),
                    _ => number.to_string(),
                };
                keyed(Call::post("/customers", named(&id)), &number.to_string())
            })
            .collect();
        let first = join_all(calls.iter().map(|call| admin.send(call.clone()))).await;
        let again = join_all(calls.iter().map(|call| admin.send(call.clone()))).await;
        for (number, (first, again)) in first.iter().zip(&again).enumerate() {
            let status = if number % 3 == 0 { 409 } else { 201 };
            assert_eq!((first.status, again.status), (status, status), "{number}");
            assert_eq!(is_replay(again), status == 201, "{number}");
        }
        assert_eq!(
            fresh.number("SELECT COUNT(*) AS n FROM customers").await,
            17
        );
    })
    .await;
}

#[actix_web::test]
async fn a_form_and_a_call_without_json_go_by_their_key_too() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let bytes = small(1);
        let file = admin.expect(upload("a.csv", &bytes), 201).await.json();
        let mut mapping = file["mappings"]["tickets"].clone();
        mapping["date_formats"] = json!(["%Y-%m-%d %H:%M"]);
        let mapping = mapping.to_string();
        let parts = [
            ("mapping", None, mapping.as_bytes()),
            ("file", Some("a.csv"), &*bytes),
        ];
        let import = keyed(form("/imports", &parts), KEY);
        let first = admin.expect(import.clone(), 201).await;
        let files = "SELECT COUNT(*) AS n FROM import_files";
        let kept = fresh.number(files).await;
        let again = admin.expect(import, 201).await;
        assert!(is_replay(&again));
        assert_eq!(again.text(), first.text());
        assert_eq!(fresh.number(files).await, kept, "no file is kept twice");
        let bytes = small(2);
        let other = [parts[0], ("file", Some("a.csv"), &*bytes)];
        let other = keyed(form("/imports", &other), KEY);
        let code = admin.expect(other, 422).await.code();
        assert_eq!(code, "idempotency_key_reused");

        let path = format!("/imports/{}/cancel", first.json()["id"].as_str().unwrap());
        let cancel = keyed(Call::new(Method::POST, &path), KEY)
            .header("content-type", "application/x-www-form-urlencoded");
        assert!(!is_replay(&admin.expect(cancel.clone(), 200).await));
        assert!(is_replay(&admin.expect(cancel, 200).await));
    })
    .await;
}

/// Only PostgreSQL lets two writers meet: on SQLite the turn to write comes first.
#[actix_web::test]
async fn a_request_whose_first_is_under_way_for_long_is_told_so() {
    on_each_database(async |fresh| {
        if fresh.db.kind == Kind::Sqlite {
            return;
        }
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let call = keyed(
            Call::post("/categories", json!({"names": {"en": "Warranty"}})),
            KEY,
        );
        let holds_up = fresh.db.begin().await.unwrap();
        let lock = "SELECT value FROM counters FOR UPDATE";
        holds_up.execute_unprepared(lock).await.unwrap();
        let one = pin!(admin.send(call.clone()));
        let other = pin!(admin.send(call.clone()));
        let (refused, under_way) = match select(one, other).await {
            Either::Left((refused, other)) => (refused, Either::Left(other)),
            Either::Right((refused, one)) => (refused, Either::Right(one)),
        };
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert_eq!(refused.code(), "request_in_progress");
        holds_up.rollback().await.unwrap();
        let done = under_way.await;
        assert_eq!(done.status, 201, "{}", done.text());
        assert!(is_replay(&admin.expect(call, 201).await));
    })
    .await;
}

#[actix_web::test]
async fn replies_are_kept_for_two_days_and_then_removed() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let call = keyed(Call::post("/customers", json!({"name": "王芳"})), KEY);
        server.admin().expect(call, 201).await;
        let kept = KEPT.num_minutes();
        assert_eq!(purge(&fresh.db, at(kept)).await, Ok(0));
        assert_eq!(purge(&fresh.db, at(kept + 1)).await, Ok(1));
    })
    .await;
}

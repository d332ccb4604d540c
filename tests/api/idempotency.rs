//! Requests that are sent again: one effect, one answer.

use futures_util::future::join_all;
use rapport_persistence::writes::replies::{KEPT, purge};
use rapport_tests::builders::{Company, at};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::server::{Answer, Call, Server};
use serde_json::json;

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
            // An import is no record: what it makes is.
            assert!(after > before || id.ends_with("_import"), "{id}");

            let again = admin.send(call.clone()).await;
            assert_eq!(
                (again.status, again.text()),
                (first.status, first.text()),
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

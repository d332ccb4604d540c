//! `kill -9` of the real binary in the middle of an import.

use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::databases::sqlite;
use rapport_tests::http::send;
use rapport_tests::program::Program;
use rapport_tests::server::{PASSWORD, Server};
use serde_json::{Value, json};

use super::uploaded;

/// Looks at the import until `is_enough`; what it was then.
fn watch(address: &str, token: &str, path: &str, is_enough: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..20_000 {
        let (status, import) = send(address, "GET", path, Some(token), None).unwrap();
        assert_eq!(status, 200, "{import}");
        if is_enough(&import) {
            return import;
        }
    }
    panic!("{path} does not come on");
}

fn sign_in(address: &str) -> String {
    let given = json!({"username": "anna", "password": PASSWORD});
    let (status, answer) =
        send(address, "POST", "/api/v1/auth/sign-in", None, Some(&given)).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_killed_import_goes_on_at_once_when_the_server_is_back() {
    let fresh = sqlite().await;
    let file = fresh.file();
    let data = file.parent().unwrap().join("rapport-data");
    let settings = [("RAPPORT_DATA_DIR", data.to_str().unwrap())];
    let company = rapport_tests::builders::Company::found(&fresh.db).await;
    let server = Server::of(fresh.db.clone(), company, &settings).await;
    let anna = server.hire("anna", "manager", "north").await;
    let mut text = "id,opened,title\n".to_owned();
    for number in 0..5_000 {
        let day = if number % 10 == 0 {
            "soon"
        } else {
            "2026-05-01 10:00"
        };
        text.push_str(&format!("K{number},{day},x\n"));
    }
    let about = uploaded(&anna, "many.csv", text).await;
    let mapping = json!({
        "source": "many", "row_per": "ticket", "zone": "UTC", "key": "id",
        "date_formats": ["%Y-%m-%d %H:%M"],
        "ticket": {"opened_at": {"column": "opened"}, "type": {"default": "enquiry"},
            "channel": {"default": "phone"}, "subject": {"columns": ["title"], "default": "x"}},
    });
    let body = json!({"file_id": about["id"], "mapping": mapping});
    let import = anna.post("/imports", body, 201).await.json();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    let url = format!("sqlite://{}", file.display());

    let first = Program::serve(&url);
    let token = sign_in(&first.address);
    let seen = watch(&first.address, &token, &path, |import| {
        import["rows_done"].as_u64().unwrap() >= 300
    });
    assert_eq!(seen["state"], "running");
    // Dropping it is `kill -9`.
    drop(first);
    let second = Program::serve(&url);
    let token = sign_in(&second.address);
    let done = watch(&second.address, &token, &path, |import| {
        import["state"] != "running"
    });
    drop(second);
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(
        done["numbers"],
        json!({"imported": 4_500, "with_warnings": 0, "rejected": 500})
    );
    assert_eq!(done["known_count"], 0, "each row was stored once");
    assert_eq!(done["fault_counts"][0]["count"], 500);
    let kept = fresh
        .number("SELECT count(*) AS n FROM import_faults")
        .await;
    assert_eq!(kept, 500);
    assert_eq!(
        fresh.number("SELECT count(*) AS n FROM tickets").await,
        4_500
    );
    assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
}

//! What is refused, who sees what, and stopping.

use std::io::Write;

use actix_web::http::Method;
use chrono::TimeDelta;
use rapport_api::imports::queue;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, Server, server};
use serde_json::json;

use super::{count, form, imported, small, upload, uploaded};

#[actix_web::test]
async fn a_file_that_is_none_is_refused_with_its_reason() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    for (bytes, code) in [
        (&b""[..], "empty_file"),
        (b"PK\x03\x04workbook", "not_csv"),
        (b"\x1f\x8b\x08\x00", "broken_gzip"),
        (b"id,name\n1,Zo\xeb Brown\n", "unknown_encoding"),
    ] {
        let refused = admin.expect(upload("file.csv", bytes), 422).await;
        assert_eq!(refused.code(), "invalid_file");
        assert_eq!(refused.faults(), [("/file".to_owned(), code.to_owned())]);
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&small(0)).unwrap();
    let file = uploaded(&admin, "small.csv.gz", packed.finish().unwrap()).await;
    assert_eq!(file["records"], 1);

    for (call, status, faults) in [
        (form("/import-files", &[]), 422, vec![("/file", "required")]),
        (
            form(
                "/import-files",
                &[
                    ("file", Some("a"), b"a\n1\n"),
                    ("file", Some("a"), b"a\n1\n"),
                ],
            ),
            422,
            vec![("/file", "duplicate")],
        ),
        (
            form("/import-files", &[("colour", None, b"red")]),
            422,
            vec![("/colour", "unknown_field")],
        ),
        (
            form("/imports", &[("file", Some("a"), b"a\n1\n")]),
            422,
            vec![("/mapping", "required")],
        ),
        (
            form(
                "/imports",
                &[
                    ("file", Some("a"), b"a\n1\n"),
                    ("mapping", None, b"{"),
                    ("dry_run", None, b"true"),
                ],
            ),
            422,
            vec![("/mapping", "wrong_type")],
        ),
    ] {
        let refused = admin.expect(call, status).await;
        let expected: Vec<(String, String)> = faults
            .iter()
            .map(|(place, code)| ((*place).to_owned(), (*code).to_owned()))
            .collect();
        assert_eq!(refused.faults(), expected);
    }
    let no_form = Call::post("/import-files", json!({}));
    assert_eq!(
        admin.expect(no_form, 415).await.code(),
        "unsupported_media_type"
    );
    let cut = upload("file.csv", b"a,b\n1,2\n").bytes("------rapport-tests\r\nContent-Dis");
    assert_eq!(admin.expect(cut, 400).await.code(), "bad_request");
}

#[actix_web::test]
async fn files_and_their_folder_are_bounded() {
    let fresh = rapport_tests::databases::sqlite().await;
    let company = rapport_tests::builders::Company::found(&fresh.db).await;
    let settings = [
        ("RAPPORT_UPLOAD_MEGABYTES", "1"),
        ("RAPPORT_UPLOADS_MEGABYTES", "2"),
    ];
    let server = Server::of(fresh.db.clone(), company, &settings).await;
    let admin = server.admin();
    let text = |kilobytes: usize| format!("id,text\n1,{}\n", "x".repeat(kilobytes * 1_000));
    let refused = admin
        .expect(upload("large.csv", text(1_001).as_bytes()), 413)
        .await;
    assert_eq!(refused.code(), "too_large");
    for _ in 0..2 {
        uploaded(&admin, "fits.csv", text(800)).await;
    }
    let refused = admin
        .expect(upload("fits.csv", text(800).as_bytes()), 503)
        .await;
    assert_eq!(refused.code(), "uploads_full");

    server.clock.advance(TimeDelta::days(8));
    queue::clean(&server.state, server.now()).await.unwrap();
    let file = uploaded(&admin, "fits.csv", text(800)).await;
    let path = format!("/import-files/{}", file["id"].as_str().unwrap());
    server.clock.advance(TimeDelta::days(8));
    assert_eq!(admin.get(&path, 404).await.code(), "not_found");
}

#[actix_web::test]
async fn a_filter_by_a_code_that_does_not_exist_is_refused_and_finds_not_just_nothing() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let list = admin.get("/imports?state=done&entity=tickets", 200).await;
    assert_eq!(list.json()["data"], json!([]));
    for (query, parameter) in [
        ("state=gone", "state"),
        ("state_not=gone", "state_not"),
        ("entity=teams", "entity"),
    ] {
        let refused = admin.get(&format!("/imports?{query}"), 422).await;
        let fault = &refused.json()["errors"][0];
        assert_eq!(fault["parameter"], parameter);
        assert_eq!(fault["code"], "unknown_code");
    }
}

#[actix_web::test]
async fn a_mapping_that_does_not_fit_is_told_with_its_places() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let file = uploaded(&admin, "small.csv", small(1)).await;
    let mut mapping = file["mappings"]["tickets"].clone();
    mapping["ticket"]["opened_at"]["column"] = json!("when");
    mapping["ticket"]["type"] = json!({"default": "moaning"});
    let body = json!({"file_id": file["id"], "mapping": mapping});
    let refused = admin.post("/imports", body.clone(), 422).await;
    assert_eq!(refused.code(), "mapping_does_not_fit");
    let mut faults = refused.faults();
    faults.sort();
    let expected = [
        ("/mapping/ignore", "column_not_mapped"),
        ("/mapping/ticket/opened_at/column", "column_missing"),
    ];
    assert_eq!(
        faults,
        expected.map(|(place, code)| (place.to_owned(), code.to_owned()))
    );
    let preview = Call::post("/imports/preview", body).header("accept-language", "zh-CN");
    let preview = admin.expect(preview, 200).await.json();
    assert_eq!(preview["rows"], json!([]));
    let told = preview["faults"].as_array().unwrap();
    assert!(
        told.iter()
            .any(|fault| fault["column"] == "when" && fault["code"] == "column_missing")
    );
    assert!(told[0]["message"].as_str().unwrap().contains('列'));

    let mut unknown = file["mappings"]["tickets"].clone();
    unknown["ticket"]["type"] = json!({"default": "moaning"});
    let body = json!({"file_id": file["id"], "mapping": unknown});
    let refused = admin.post("/imports", body, 422).await;
    assert_eq!(
        refused.faults(),
        [(
            "/mapping/ticket/type/default".to_owned(),
            "bad_constant".to_owned()
        )]
    );
    let mapping = &file["mappings"]["tickets"];
    let gone = json!({"file_id": "import_file_01h455vb4pex5vsknk084sn02q", "mapping": mapping});
    for path in ["/imports", "/imports/preview"] {
        let refused = admin.post(path, gone.clone(), 422).await;
        assert_eq!(
            refused.faults(),
            [("/file_id".to_owned(), "unknown_record".to_owned())]
        );
    }
    let mut odd = mapping.clone();
    odd["delimiter"] = json!("\"");
    let refused = admin
        .post(
            "/imports",
            json!({"file_id": file["id"], "mapping": odd}),
            422,
        )
        .await;
    assert_eq!(
        refused.faults(),
        [("/mapping/delimiter".to_owned(), "invalid_value".to_owned())]
    );
    assert_eq!(count(&fresh, "imports").await, 0);
}

#[actix_web::test]
async fn files_and_imports_are_seen_by_their_owner_and_administrators_above() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let owner = server.hire("owner", "manager", "north").await;
        let file = uploaded(&owner, "small.csv", small(1)).await;
        let mapping = &file["mappings"]["tickets"];
        let body = json!({"file_id": file["id"], "mapping": mapping});
        let import = imported(&server, &owner, body.clone()).await;
        let file_path = format!("/import-files/{}", file["id"].as_str().unwrap());
        let import_path = format!("/imports/{}", import["id"].as_str().unwrap());
        let above = server.admin();
        for path in [&file_path, &import_path, &format!("{import_path}/faults")] {
            above.get(path, 200).await;
        }
        assert_eq!(above.get("/imports", 200).await.ids().len(), 1);
        let colleague = server.hire("colleague", "manager", "north").await;
        let elsewhere = server.hire("elsewhere", "admin", "south").await;
        for other in [&colleague, &elsewhere] {
            for path in [&file_path, &import_path, &format!("{import_path}/faults")] {
                assert_eq!(other.get(path, 404).await.code(), "not_found");
            }
            let cancel = Call::new(Method::POST, &format!("{import_path}/cancel"));
            other.expect(cancel, 404).await;
            other.post("/imports", body.clone(), 422).await;
            assert!(other.get("/imports", 200).await.ids().is_empty());
        }
        let agent = server.hire("novice", "agent", "north").await;
        assert_eq!(agent.get("/imports", 403).await.code(), "not_allowed");
        agent.expect(upload("small.csv", &small(2)), 403).await;

        let south = server.company.team("south");
        let outside = json!({"file_id": file["id"], "mapping": mapping, "team_id": south});
        let refused = owner.post("/imports", outside, 422).await;
        assert_eq!(
            refused.faults(),
            [("/team_id".to_owned(), "outside_scope".to_owned())]
        );
    })
    .await;
}

#[actix_web::test]
async fn an_import_is_cancelled_once_and_a_file_imported_by_one_at_a_time() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let mut text = "id,opened,title\n".to_owned();
        for number in 0..1_000 {
            text.push_str(&format!("K{number},2026-05-01 10:00,x\n"));
        }
        let file = uploaded(&admin, "many.csv", text).await;
        let body = json!({"file_id": file["id"], "mapping": file["mappings"]["tickets"]});
        let waiting = admin.post("/imports", body.clone(), 201).await.json();
        let path = format!("/imports/{}", waiting["id"].as_str().unwrap());
        let refused = admin.post("/imports", body.clone(), 409).await;
        assert_eq!(refused.code(), "import_running");
        let cancel = Call::new(Method::POST, &format!("{path}/cancel"));
        let cancelled = admin.expect(cancel.clone(), 200).await.json();
        assert_eq!(cancelled["state"], "cancelled");
        assert_eq!(admin.expect(cancel, 409).await.code(), "import_over");
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(count(fresh, "tickets").await, 0);

        // Another process asks while this one is in the middle of it.
        let running = admin.post("/imports", body.clone(), 201).await.json();
        let path = format!("/imports/{}", running["id"].as_str().unwrap());
        let stop = async {
            loop {
                let now = admin.get(&path, 200).await.json();
                if now["rows_done"].as_u64().unwrap() > 0 {
                    break;
                }
                tokio::task::yield_now().await;
            }
            let cancel = Call::new(Method::POST, &format!("{path}/cancel"));
            let asked = admin.expect(cancel, 200).await.json();
            assert_eq!(
                (&asked["state"], &asked["is_cancelling"]),
                (&json!("running"), &json!(true))
            );
        };
        let (ran, ()) = tokio::join!(queue::run_once(&server.state), stop);
        ran.unwrap();
        let stopped = admin.get(&path, 200).await.json();
        assert_eq!(
            (&stopped["state"], &stopped["is_cancelling"]),
            (&json!("cancelled"), &json!(false))
        );
        let stored = count(fresh, "tickets").await;
        assert!(stored > 0 && stored < 1_000, "{stored}");
        assert_eq!(stopped["rows_done"], stored);

        let done = imported(&server, &admin, body).await;
        assert_eq!(
            (&done["state"], &done["known_count"]),
            (&json!("done"), &json!(stored))
        );
        assert_eq!(count(fresh, "tickets").await, 1_000);
    })
    .await;
}

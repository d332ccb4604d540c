//! Imports over HTTP: from the file to the records, and everything that can go wrong on the way.

mod killed;
mod refused;

use rapport_api::imports::queue;
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::import_samples::complaints;
use rapport_tests::server::{Call, Client, Server};
use serde_json::{Value, json};

const BOUNDARY: &str = "----rapport-tests";

/// A form with these parts: name, name of the file where it is one, bytes.
pub(crate) fn form(path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Call {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file
            .map(|file| format!("; filename=\"{file}\"\r\nContent-Type: text/csv"))
            .unwrap_or_default();
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
    Call::new(actix_web::http::Method::POST, path)
        .header("content-type", &media_type)
        .bytes(body)
}

/// The upload of a file.
pub(crate) fn upload(name: &str, bytes: &[u8]) -> Call {
    form("/import-files", &[("file", Some(name), bytes)])
}

/// A file of one ticket that no other has.
pub(crate) fn small(number: usize) -> Vec<u8> {
    format!("id,opened,title\nS{number},2026-05-01 10:00,空调不制冷\n").into_bytes()
}

/// Uploads a file.
async fn uploaded(client: &Client<'_>, name: &str, bytes: impl AsRef<[u8]>) -> Value {
    client
        .expect(upload(name, bytes.as_ref()), 201)
        .await
        .json()
}

/// Starts an import of an uploaded file and lets it run to its end; the import after that.
async fn imported(server: &Server, client: &Client<'_>, body: Value) -> Value {
    let started = client.post("/imports", body, 201).await;
    let import = started.json();
    assert_eq!(import["state"], "queued");
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    assert_eq!(started.header("location"), format!("/api/v1{path}"));
    queue::run_once(&server.state).await.unwrap();
    client.get(&path, 200).await.json()
}

async fn count(fresh: &Fresh, table: &str) -> i64 {
    fresh
        .number(&format!("SELECT count(*) AS n FROM {table}"))
        .await
}

/// All that an import said, as line, column and code.
async fn said(client: &Client<'_>, import: &Value) -> Vec<(u64, String, String)> {
    let path = format!(
        "/imports/{}/faults?limit=500",
        import["id"].as_str().unwrap()
    );
    let page = client.get(&path, 200).await.json();
    let faults = page["data"].as_array().unwrap();
    assert_eq!(page["total"]["count"], faults.len());
    faults
        .iter()
        .map(|fault| {
            (
                fault["line"].as_u64().unwrap_or_default(),
                fault["column"].as_str().unwrap_or_default().to_owned(),
                fault["code"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[actix_web::test]
async fn complaints_go_from_the_file_to_tickets_with_the_proposed_mapping() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let manager = server.hire("mei", "manager", "north").await;
        let sample = complaints(300);
        let file = uploaded(&manager, "投诉 complaints 2023.csv", &sample.csv).await;
        assert_eq!(
            (&file["entity"], &file["encoding"]),
            (&json!("tickets"), &json!("utf-8"))
        );
        assert_eq!(file["columns"].as_array().unwrap().len(), 11);
        assert_eq!(file["rows"].as_array().unwrap().len(), 10);
        let id = file["id"].as_str().unwrap();
        let again = manager
            .get(&format!("/import-files/{id}"), 200)
            .await
            .json();
        assert_eq!(again, file);

        let mapping = file["mappings"]["tickets"].clone();
        let wanted = json!({"file_id": id, "mapping": mapping});
        let preview = manager.post("/imports/preview", wanted, 200).await.json();
        assert_eq!(preview["faults"], json!([]));
        assert_eq!(preview["rows"].as_array().unwrap().len(), 10);
        assert_eq!(preview["rows"][0]["line"], 2);
        let fields = preview["rows"][0]["fields"].as_array().unwrap();
        assert!(
            fields.contains(&json!({"name": "external_id", "value": "NYCC00000000"})),
            "{fields:?}"
        );

        let before = count(fresh, "tickets").await;
        let dry = json!({"file_id": id, "mapping": mapping, "dry_run": true});
        let judged = imported(&server, &manager, dry).await;
        assert_eq!(
            (&judged["state"], &judged["dry_run"]),
            (&json!("done"), &json!(true))
        );
        assert_eq!(
            count(fresh, "tickets").await,
            before,
            "a dry run writes no record"
        );

        let real = json!({"file_id": id, "mapping": mapping});
        let done = imported(&server, &manager, real.clone()).await;
        assert_eq!(done["state"], "done", "{done}");
        assert_eq!(done["numbers"], judged["numbers"]);
        // The changes name the import in place of a request.
        let named = format!(
            "SELECT COUNT(*) AS n FROM changes WHERE entity = 'ticket' AND request_id = '{}'",
            done["id"].as_str().unwrap()
        );
        let made = count(fresh, "tickets").await - before;
        assert_eq!(fresh.number(&named).await, made);
        assert_eq!(
            done["numbers"],
            json!({
                "imported": sample.expected.imported,
                "with_warnings": sample.expected.with_warnings,
                "rejected": sample.expected.rejected,
            })
        );
        assert_eq!(
            (&done["rows"], &done["rows_done"]),
            (&file["records"], &file["records"])
        );
        assert_eq!(done["started_by"]["name"], "mei");
        assert_eq!(done["team"]["id"], json!(server.company.team("north")));
        let tickets = count(fresh, "tickets").await;
        assert_eq!(tickets - before, sample.expected.tickets.cast_signed());

        let mut told = said(&manager, &done).await;
        told.retain(|(_, _, code)| code != "value_replaced" && code != "opened_at_assumed");
        let mut expected: Vec<(u64, String, String)> = sample
            .expected
            .faults
            .iter()
            .map(|(line, column, code)| (*line, (*column).to_owned(), (*code).to_owned()))
            .collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected);
        let counted: u64 = done["fault_counts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|said| said["count"].as_u64().unwrap())
            .sum();
        assert_eq!(counted, said(&manager, &done).await.len() as u64);
        assert_eq!(said(&manager, &judged).await, said(&manager, &done).await);

        let second = imported(&server, &manager, real).await;
        assert_eq!(
            (&second["state"], &second["numbers"]),
            (&json!("done"), &done["numbers"])
        );
        assert_eq!(second["known_count"], json!(sample.expected.tickets));
        assert_eq!(
            count(fresh, "tickets").await,
            tickets,
            "a second import changes nothing"
        );

        let list = manager
            .get("/imports?dry_run=false&sort=created_at", 200)
            .await;
        assert_eq!(
            list.ids(),
            [done["id"].as_str().unwrap(), second["id"].as_str().unwrap()]
        );
        let own = format!(
            "/tickets?import={}&limit=1&total=exact",
            done["id"].as_str().unwrap()
        );
        let own = manager.get(&own, 200).await.json();
        assert_eq!(own["total"]["count"], sample.expected.tickets);
    })
    .await;
}

#[actix_web::test]
async fn customers_in_gb18030_come_with_all_their_values_in_one_go() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let text = "客户编号;客户名称;客户类型;手机;邮箱;省份;客户经理;部门;备注\n\
                    C1;上海宏远物流有限公司;企业;13800138000、021-55550100;a@example.com;上海;李雷;华东;大客户\n\
                    C2;王芳;个人;13900139000;;江苏;李雷;华东;\n\
                    C3;张伟;个人;打不通;;江苏;;;\n";
        let (bytes, ..) = encoding_rs::GB18030.encode(text);
        let file = uploaded(&admin, "客户.csv", &bytes).await;
        assert_eq!((&file["encoding"], &file["delimiter"]), (&json!("gb18030"), &json!(";")));
        assert_eq!(file["entity"], "customers");
        let mut mapping = file["mappings"]["customers"].clone();
        // The column holds a text, so that it was not taken for one of numbers.
        mapping["profile"]["phones"] = json!(["手机"]);
        let note = mapping["profile"]["note"]["columns"].as_array_mut().unwrap();
        note.retain(|column| column != "手机");
        let north = server.company.team("north").to_string();
        let whole = form("/imports", &[
            ("mapping", None, mapping.to_string().as_bytes()),
            ("team_id", None, north.as_bytes()),
            ("file", Some("客户.csv"), &bytes),
        ]);
        let started = admin.expect(whole, 201).await.json();
        queue::run_once(&server.state).await.unwrap();
        let path = format!("/imports/{}", started["id"].as_str().unwrap());
        let done = admin.get(&path, 200).await.json();
        assert_eq!((&done["state"], &done["entity"]), (&json!("done"), &json!("customers")));
        assert_eq!(done["numbers"], json!({"imported": 2, "with_warnings": 0, "rejected": 1}));

        let found = admin.get("/customers?phone=%2B862155550100", 200).await.ids();
        let customer = admin.get(&format!("/customers/{}", found[0]), 200).await.json();
        assert_eq!(customer["kind"], "organisation");
        assert_eq!(customer["phones"], json!(["+8613800138000", "+862155550100"]));
        assert_eq!((&customer["region"], &customer["note"]), (&json!("上海"), &json!("备注: 大客户")));
        assert_eq!(customer["external_ids"][0]["id"], "C1");
        assert_eq!(customer["import_id"], started["id"]);
        let owner = admin.get(&format!("/users/{}", customer["owner_id"].as_str().unwrap()), 200).await.json();
        assert_eq!((&owner["name"], &owner["active"]), (&json!("李雷"), &json!(false)));
        let team = admin.get(&format!("/teams/{}", customer["team_id"].as_str().unwrap()), 200).await.json();
        assert_eq!((&team["names"]["en"], &team["parent_id"]), (&json!("华东"), &json!(north)));

        let error_file = Call::get(&format!("{path}/faults?format=csv")).header("accept-language", "zh-CN");
        let error_file = admin.expect(error_file, 200).await;
        assert!(error_file.header("content-type").starts_with("text/csv"));
        let error_file = error_file.text();
        let lines: Vec<&str> = error_file.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "line,column,severity,code,message");
        assert_eq!(lines[1], "4,手机,rejection,bad_phone,“打不通”不是有效的电话号码。");
        assert_eq!(lines.len(), 2);

        let again = json!({"file_id": file["id"], "mapping": mapping});
        let second = imported(&server, &admin, again).await;
        assert_eq!((&second["known_count"], &second["numbers"]), (&json!(2), &done["numbers"]));
        assert_eq!(count(fresh, "customers").await, 2);
    })
    .await;
}

#[actix_web::test]
async fn faults_come_in_pages_and_by_severity() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let mut text = "id,opened,title\n".to_owned();
        for number in 0..700 {
            let day = if number % 7 == 0 {
                "soon"
            } else {
                "2026-05-01 10:00"
            };
            text.push_str(&format!("F{number},{day},x\n"));
        }
        let file = uploaded(&admin, "faults.csv", text).await;
        let mut mapping = file["mappings"]["tickets"].clone();
        mapping["date_formats"] = json!(["%Y-%m-%d %H:%M"]);
        mapping["ticket"]["opened_at"] = json!({"column": "opened"});
        let others = mapping["ticket"]["description"]["columns"]
            .as_array()
            .cloned();
        let others: Vec<Value> = others
            .unwrap_or_default()
            .into_iter()
            .filter(|c| c != "opened")
            .collect();
        mapping["ticket"]["description"] = json!({"columns": others});
        let done = imported(
            &server,
            &admin,
            json!({"file_id": file["id"], "mapping": mapping}),
        )
        .await;
        assert_eq!(
            (&done["numbers"]["rejected"], &done["state"]),
            (&json!(100), &json!("done")),
            "{done}"
        );
        let path = format!("/imports/{}/faults", done["id"].as_str().unwrap());
        let (mut next, mut lines) = (format!("{path}?limit=33&severity=rejection"), Vec::new());
        loop {
            let page = admin.get(&next, 200).await.json();
            lines.extend(
                page["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|fault| fault["line"].as_u64().unwrap()),
            );
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            next = format!("{path}?limit=33&severity=rejection&cursor={cursor}");
        }
        assert_eq!(
            lines,
            (0..700)
                .step_by(7)
                .map(|number| number + 2)
                .collect::<Vec<u64>>()
        );
        let none = admin
            .get(&format!("{path}?severity=warning"), 200)
            .await
            .json();
        assert_eq!(none["data"], json!([]));
        let all = admin.get(&format!("{path}?format=csv"), 200).await.text();
        assert_eq!(all.lines().count(), 101);
    })
    .await;
}

#[actix_web::test]
async fn the_real_files_are_judged_with_the_proposed_mappings() {
    let Some(folder) = std::env::var_os("RAPPORT_REAL_DATA") else {
        return;
    };
    let (server, _fresh) = rapport_tests::server::server().await;
    let admin = server.admin();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(known) = ["complaints", "tickets", "incident"]
            .iter()
            .find(|part| name.contains(**part))
        else {
            continue;
        };
        let file = uploaded(&admin, &name, std::fs::read(&path).unwrap()).await;
        assert_eq!(file["entity"], "tickets", "{name}");
        let mapping = file["mappings"]["tickets"].clone();
        let row_per = if *known == "incident" {
            "event"
        } else {
            "ticket"
        };
        assert_eq!(mapping["row_per"], row_per, "{name}");
        let body = json!({"file_id": file["id"], "mapping": mapping, "dry_run": true});
        let judged = imported(&server, &admin, body).await;
        assert_eq!(judged["state"], "done", "{name}: {judged}");
        assert_eq!(judged["rows_done"], file["records"], "{name}");
        assert_eq!(
            judged["numbers"]["rejected"], 0,
            "{name}: {}",
            judged["fault_counts"]
        );
    }
}

//! Bad input and bad luck: forged tokens, other languages, request ids, a database that is locked
//! or gone.

use std::time::Duration;

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rapport_api::auth::tokens::Tokens;
use rapport_persistence::database::Options;
use rapport_tests::builders::{Company, at, session_of};
use rapport_tests::databases::{on_each_database, options, sqlite};
use rapport_tests::server::{Call, SIGNING_KEY, Server, server};
use rapport_types::locale::Locale;
use rapport_types::problem::{ErrorCode, FieldCode};
use serde_json::{Value, json};
use uuid::Uuid;

#[actix_web::test]
async fn expired_and_forged_tokens_are_refused() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let good = admin.token();
    server.expect(Call::get("/me").token(&good), 200).await;
    let payload = good.split('.').nth(1).unwrap();
    let owner = session_of(admin.id);
    let claims = |aud: &str, iss: &str| {
        json!({"sub": owner.user, "sid": owner.session, "jti": Uuid::nil(), "iss": iss, "aud": aud,
            "iat": server.now().timestamp(), "exp": server.now().timestamp() + 600})
    };
    let signed = |algorithm, claims: &Value, key: &str| {
        encode(
            &Header::new(algorithm),
            claims,
            &EncodingKey::from_secret(key.as_bytes()),
        )
        .unwrap()
    };
    let right = claims("rapport", "rapport");
    server
        .expect(
            Call::get("/me").token(&signed(Algorithm::HS256, &right, SIGNING_KEY)),
            200,
        )
        .await;
    let mut without_end = right.clone();
    without_end.as_object_mut().unwrap().remove("exp");
    let other_key = Tokens::new(&[7; 32])
        .issue(owner, Uuid::nil(), server.now())
        .unwrap();
    for (what, token) in [
        // {"alg":"none","typ":"JWT"}
        (
            "no algorithm",
            format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."),
        ),
        ("another key", other_key),
        (
            "another audience",
            signed(
                Algorithm::HS256,
                &claims("elsewhere", "rapport"),
                SIGNING_KEY,
            ),
        ),
        (
            "another issuer",
            signed(
                Algorithm::HS256,
                &claims("rapport", "elsewhere"),
                SIGNING_KEY,
            ),
        ),
        (
            "another algorithm",
            signed(Algorithm::HS384, &right, SIGNING_KEY),
        ),
        (
            "without an end",
            signed(Algorithm::HS256, &without_end, SIGNING_KEY),
        ),
        (
            "without a signature",
            good.rsplit_once('.').unwrap().0.to_owned(),
        ),
        ("no token at all", "x".to_owned()),
        ("nothing", String::new()),
    ] {
        let refused = server.expect(Call::get("/me").token(&token), 401).await;
        assert_eq!(refused.code(), "not_signed_in", "{what}");
        assert!(
            token.len() < 2 || !refused.text().contains(&token),
            "{what}: the token is not echoed"
        );
    }
    server.clock.advance(TimeDelta::minutes(10));
    assert_eq!(
        server
            .expect(Call::get("/me").token(&good), 401)
            .await
            .code(),
        "session_expired"
    );
}

#[actix_web::test]
async fn problems_speak_the_readers_language() {
    let (server, _fresh) = server().await;
    let refused = Call::post("/customers", json!({"name": "", "colour": 1}));
    for (accepted, locale) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", Locale::ZhCn),
        ("zh", Locale::ZhCn),
        ("en-GB", Locale::En),
        ("fr", Locale::En),
    ] {
        let answer = server
            .admin()
            .expect(refused.clone().header("accept-language", accepted), 422)
            .await;
        let problem = answer.json();
        assert_eq!(
            problem["title"],
            ErrorCode::Invalid.title(locale),
            "{accepted}"
        );
        for error in problem["errors"].as_array().unwrap() {
            let code = FieldCode::from_code(error["code"].as_str().unwrap());
            assert_eq!(error["message"], code.message(locale), "{accepted}");
        }
        let missing = server
            .expect(Call::get("/me").header("accept-language", accepted), 401)
            .await;
        assert_eq!(
            missing.json()["title"],
            ErrorCode::NotSignedIn.title(locale),
            "{accepted}"
        );
    }
}

#[actix_web::test]
async fn all_faults_of_a_body_are_told_at_once() {
    let (server, _fresh) = server().await;
    let body = json!({"name": "", "emails": ["nobody"], "phones": ["x"], "birthday_on": "yesterday",
        "lifecycle": "asleep", "team_id": "user_1", "colour": "red"});
    let refused = server.admin().post("/customers", body, 422).await;
    let mut pointers: Vec<_> = refused
        .faults()
        .into_iter()
        .map(|(pointer, _)| pointer)
        .collect();
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/birthday_on",
            "/colour",
            "/emails/0",
            "/lifecycle",
            "/name",
            "/phones/0",
            "/team_id"
        ]
    );
    let many: serde_json::Map<String, Value> =
        (0..50).map(|n| (format!("x{n}"), json!(1))).collect();
    let refused = server.admin().post("/customers", many.into(), 422).await;
    assert_eq!(refused.faults().len(), 20, "at most 20 are told");
}

#[actix_web::test]
async fn a_request_id_comes_back_and_stands_in_every_change() {
    let (server, fresh) = server().await;
    let add = Call::post("/customers", json!({"name": "王芳"})).header("x-request-id", "call-7");
    let answer = server.admin().expect(add, 201).await;
    assert_eq!(answer.header("x-request-id"), "call-7");
    assert_eq!(
        fresh
            .number("SELECT COUNT(*) AS n FROM changes WHERE request_id = 'call-7'")
            .await,
        1
    );
    let refused = server
        .expect(Call::get("/me").header("x-request-id", "call-8"), 401)
        .await;
    assert_eq!(
        (
            refused.header("x-request-id"),
            refused.json()["request_id"].as_str()
        ),
        ("call-8", Some("call-8"))
    );
    // One that could break a log line is replaced.
    let strange = server
        .expect(
            Call::get("/healthz").header("x-request-id", &"x".repeat(5_000)),
            200,
        )
        .await;
    assert!((1..=200).contains(&strange.header("x-request-id").len()));
}

#[actix_web::test]
async fn a_method_that_an_address_does_not_know_is_405_with_the_ones_it_knows() {
    let (server, _fresh) = server().await;
    let refused = server.admin().expect(Call::delete("/tickets"), 405).await;
    assert_eq!(refused.code(), "method_not_allowed");
    let allowed = refused.header("allow").to_owned();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
    assert_eq!(
        server.admin().get("/colours", 404).await.code(),
        "no_such_route"
    );
}

#[actix_web::test]
async fn a_path_that_is_written_out_is_never_taken_for_one_with_an_id() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let answer = admin.expect(Call::get("/imports/preview"), 405).await;
    assert_eq!(answer.code(), "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
    let answer = admin.expect(Call::get("/imports/nothing"), 404).await;
    assert_eq!(answer.code(), "not_found");
}

#[actix_web::test]
async fn a_locked_database_is_503_and_works_again_when_it_is_free() {
    let fresh = sqlite().await;
    let company = Company::found(&fresh.db).await;
    let impatient = fresh
        .connect(&Options {
            patience: Duration::from_millis(100),
            ..options()
        })
        .await;
    let server = Server::of(impatient, company, &[]).await;
    let admin = server.admin();
    let customer = admin.add_customer(json!({"name": "王芳"})).await;
    let lock = fresh.db.begin().await.unwrap();
    let refused = admin.post("/customers", json!({"name": "李雷"}), 503).await;
    assert_eq!(refused.code(), "unavailable");
    assert!(
        !refused.text().to_lowercase().contains("sqlite"),
        "{}",
        refused.text()
    );
    admin
        .patch(
            &format!("/customers/{customer}"),
            1,
            json!({"note": "x"}),
            503,
        )
        .await;
    // Who reads does not wait for who writes.
    admin.get(&format!("/customers/{customer}"), 200).await;
    lock.rollback().await.unwrap();
    admin
        .patch(
            &format!("/customers/{customer}"),
            1,
            json!({"note": "x"}),
            200,
        )
        .await;
    let rows = admin.get("/customers?total=exact", 200).await;
    assert_eq!(
        rows.json()["total"]["count"],
        1,
        "what was refused left nothing"
    );
}

#[actix_web::test]
async fn a_database_that_is_gone_makes_the_server_unready_until_it_is_back() {
    let (server, fresh) = server().await;
    let file: String = fresh.rows("PRAGMA database_list").await[0]
        .try_get("", "file")
        .unwrap();
    let aside = format!("{file}.aside");
    server.expect(Call::get("/readyz"), 200).await;
    std::fs::rename(&file, &aside).unwrap();
    assert_eq!(
        server.expect(Call::get("/readyz"), 503).await.code(),
        "unavailable"
    );
    server.expect(Call::get("/healthz"), 200).await;
    std::fs::rename(&aside, &file).unwrap();
    server.expect(Call::get("/readyz"), 200).await;
    server.state.stop();
    server.expect(Call::get("/readyz"), 503).await;
}

#[actix_web::test]
async fn days_and_instants_keep_to_the_years_of_a_service_desk() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    for (path, parameter) in [
        (
            "/reports/overview?from=-262143-01-02&to=-262143-03-02",
            "from",
        ),
        ("/reports/trend?from=9999-01-02&to=9999-03-02", "from"),
        (
            "/reports/breakdown?by=team&from=2026-01-01&to=%2B262142-12-31",
            "to",
        ),
        (
            "/reports/overview?from=2026-01-01&to=2200-01-01T00:00:00Z",
            "to",
        ),
        ("/tickets?opened_from=-262143-01-01", "opened_from"),
        (
            "/tickets?metric=created&from=1899-12-31&to=1900-02-01",
            "from",
        ),
        (
            "/customers?created_before=1850-01-01T00:00:00Z",
            "created_before",
        ),
    ] {
        let refused = admin.get(path, 422).await;
        let expected = (parameter.to_owned(), "out_of_range".to_owned());
        assert!(refused.faults().contains(&expected), "{path}: {refused:?}");
    }
    for (year, is_good) in [("-262143", false), ("1899", false), ("1900", true)] {
        let at = format!("{year}-03-01T00:00:00Z");
        let status = if is_good { 201 } else { 422 };
        let new = json!({"subject": "x", "opened_at": at});
        let ticket = admin.post("/tickets", new, status).await;
        let born = json!({"name": "x", "birthday_on": format!("{year}-03-01")});
        let customer = admin.post("/customers", born, status).await;
        if !is_good {
            let fault = |member: &str| vec![(member.to_owned(), "out_of_range".to_owned())];
            assert_eq!(ticket.faults(), fault("/opened_at"), "{year}");
            assert_eq!(customer.faults(), fault("/birthday_on"), "{year}");
        }
    }
    let customer = admin.add_customer(json!({"name": "y"})).await;
    let path = format!("/customers/{customer}");
    let born = json!({"birthday_on": "0026-03-01"});
    let refused = admin.patch(&path, 1, born, 422).await;
    assert_eq!(refused.faults()[0].1, "out_of_range");
    let id = admin.open_ticket(json!({"subject": "x"})).await;
    admin
        .step(&id, "status", json!({"status": "resolved"}))
        .await;
    let rating = json!({"score": 5, "source": "customer", "rated_at": "0026-03-01T00:00:00Z"});
    let path = format!("/tickets/{id}/satisfaction");
    let refused = admin.put(&path, 2, rating, 422).await;
    assert_eq!(
        refused.faults(),
        [("/rated_at".to_owned(), "out_of_range".to_owned())]
    );
}

#[actix_web::test]
async fn an_instant_is_kept_to_the_microsecond_everywhere() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let new = json!({"subject": "x", "opened_at": "2026-01-05T07:30:00.123456789Z"});
    let opened = admin.post("/tickets", new, 201).await;
    let id = rapport_tests::server::id(&opened);
    let path = format!("/tickets/{id}");
    assert_eq!(opened.json()["opened_at"], "2026-01-05T07:30:00.123456Z");
    let read = admin.get(&path, 200).await;
    assert_eq!(
        (read.json(), read.header("etag")),
        (opened.json(), opened.header("etag")),
        "one version, one representation"
    );
    admin
        .step(&id, "status", json!({"status": "resolved"}))
        .await;
    let rating =
        json!({"score": 5, "source": "customer", "rated_at": "2026-01-05T07:40:00.123456789Z"});
    admin.step(&id, "satisfaction", rating).await;
    let told = "SELECT count(*) AS n FROM changes WHERE after LIKE '%123456789%'";
    assert_eq!(fresh.number(told).await, 0);
}

#[actix_web::test]
async fn an_instant_may_have_any_offset_and_comes_back_in_utc() {
    let (server, _fresh) = server().await;
    let new = json!({"subject": "x", "opened_at": "2026-01-05T15:30:00+08:00"});
    let ticket = server.admin().post("/tickets", new, 201).await.json();
    assert_eq!(ticket["opened_at"], "2026-01-05T07:30:00Z");
    let later = (at(0) + TimeDelta::seconds(1)).to_rfc3339();
    let refused = server
        .admin()
        .post("/tickets", json!({"subject": "x", "opened_at": later}), 422)
        .await;
    assert_eq!(
        refused.faults(),
        [("/opened_at".to_owned(), "in_future".to_owned())]
    );
}

#[actix_web::test]
async fn nothing_is_written_into_a_file_that_is_gone_and_it_goes_on_when_the_file_is_back() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let (file, aside) = (fresh.file(), fresh.file().with_extension("aside"));
    let ticket = json!({"subject": "空调不制冷"});
    let numbers = async || {
        let page = admin.get("/tickets?sort=opened_at", 200).await.json();
        page["data"].as_array().unwrap().len()
    };
    admin.post("/tickets", ticket.clone(), 201).await;
    std::fs::rename(&file, &aside).unwrap();
    for replaced in [false, true] {
        if replaced {
            std::fs::copy(&aside, &file).unwrap();
        }
        let refused = admin.post("/tickets", ticket.clone(), 503).await;
        assert_eq!(refused.code(), "unavailable", "replaced: {replaced}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        server.expect(Call::get("/readyz"), 503).await;
    }
    std::fs::rename(&aside, &file).unwrap();
    admin.post("/tickets", ticket, 201).await;
    server.expect(Call::get("/readyz"), 200).await;
    assert_eq!(numbers().await, 2, "what was refused was not written");
}

#[actix_web::test]
async fn a_text_that_no_database_can_keep_is_refused_wherever_it_stands() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        for (path, parameter) in [
            ("/tickets?q=%00", "q"),
            ("/customers?q=a%00b", "q"),
            ("/search?q=a%00b", "q"),
            ("/tickets?type=%00", "type"),
            ("/tickets?status=open,%00", "status"),
            ("/customers?tag=a%00", "tag"),
            ("/customers?email=a%00@example.com", "email"),
            ("/customers?region=%00", "region"),
        ] {
            let refused = admin.get(path, 422).await;
            let faults = refused.faults();
            assert!(
                faults.iter().any(|(name, _)| name == parameter),
                "{path}: {faults:?}"
            );
        }
        for path in ["/roles/%00", "/channels/a%00", "/ticket-types/%00"] {
            admin.get(path, 404).await;
        }
        let nul = "a\0b";
        for (path, body) in [
            ("/tickets", json!({"subject": nul})),
            ("/tickets", json!({"subject": "x", "description": nul})),
            (
                "/tickets",
                json!({"subject": "x", "external_ids": [{"source": nul, "id": "1"}]}),
            ),
            (
                "/tickets",
                json!({"subject": "x", "external_ids": [{"source": "erp", "id": nul}]}),
            ),
            ("/customers", json!({"name": nul})),
            ("/customers", json!({"name": "x", "note": nul})),
            ("/customers", json!({"name": "x", "tags": [nul]})),
            ("/categories", json!({"names": {"en": nul}})),
        ] {
            admin.post(path, body, 422).await;
        }
        let given = json!({"username": nul, "password": nul});
        let answer = server.send(Call::post("/auth/sign-in", given)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.text());
    })
    .await;
}

#[actix_web::test]
async fn the_key_of_a_breakdowns_row_is_one_that_the_breakdown_can_have() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let (user, team) = (
            admin.id.to_string(),
            server.company.team("north").to_string(),
        );
        for (by, good, bad) in [
            ("team", &team, &user),
            ("agent", &user, &team),
            ("type", &"repair".to_owned(), &"Repair!".to_owned()),
            ("channel", &"phone".to_owned(), &"%E7%94%B5".to_owned()),
            ("priority", &"high".to_owned(), &"highest".to_owned()),
            ("category", &"none".to_owned(), &"own".to_owned()),
        ] {
            let path = |key: &str| format!("/tickets?metric=created&by={by}&key={key}");
            admin.get(&path(good), 200).await;
            admin.get(&path("none"), 200).await;
            for key in [bad.as_str(), "%00", ""] {
                let refused = admin.get(&path(key), 422).await;
                let fault = ("key".to_owned(), "invalid_value".to_owned());
                assert_eq!(refused.faults(), [fault], "{by} {key:?}");
            }
        }
        for key in ["own", "elsewhere"] {
            admin
                .get(&format!("/tickets?metric=created&by=team&key={key}"), 200)
                .await;
        }
    })
    .await;
}

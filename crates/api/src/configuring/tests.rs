//! The configuration over the real routes and a real file.

use std::pin::Pin;
use std::rc::Rc;

use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web;
use rapport_persistence::configuration::{FirstStart, seed};
use rapport_persistence::writes::WriteContext;
use rapport_types::text::Username;
use serde_json::{Value, json};

use super::*;

const PASSWORD: &str = "correct horse battery";

async fn started() -> (web::Data<AppState>, tempfile::TempDir) {
    let (state, folder) = crate::tests::state(&[]).await;
    let hash = state.passwords.hash(PASSWORD).await.unwrap();
    let start = FirstStart::new(Username::try_from("admin".to_owned()).unwrap(), hash).unwrap();
    let context = WriteContext::system("first-start", state.clock.now());
    assert!(
        seed(&state.db, context, &start, || state.ids.next())
            .await
            .unwrap()
    );
    (state, folder)
}

/// What came back: status, `ETag` and body.
struct Reply {
    status: u16,
    etag: String,
    body: Value,
}

impl Reply {
    /// `code` of the problem and, of its faults, where each lies and its code.
    fn problem(&self) -> (&str, Vec<(&str, &str)>) {
        let faults = self.body["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let pairs = faults.iter().map(|fault| {
            let place = fault["pointer"]
                .as_str()
                .or(fault["parameter"].as_str())
                .unwrap();
            (place, fault["code"].as_str().unwrap())
        });
        (
            self.body["code"].as_str().unwrap_or_default(),
            pairs.collect(),
        )
    }
}

/// The server: a request goes in, a reply comes out.
type Server = Rc<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Reply>>>>;

async fn serve(state: web::Data<AppState>) -> Server {
    let app = Rc::new(init_service(crate::app(state)).await);
    Rc::new(move |request| {
        let app = app.clone();
        Box::pin(async move {
            let response = call_service(&*app, request.to_request()).await;
            let etag = response
                .headers()
                .get(header::ETAG)
                .map(|tag| tag.to_str().unwrap().to_owned());
            let status = response.status().as_u16();
            let bytes = read_body(response).await;
            let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
            let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| text());
            Reply {
                status,
                etag: etag.unwrap_or_default(),
                body,
            }
        })
    })
}

/// A client that is signed in.
struct Client {
    server: Server,
    token: String,
}

impl Client {
    async fn sign_in(server: &Server, username: &str) -> Self {
        let given = json!({"username": username, "password": PASSWORD});
        let reply = server(
            TestRequest::post()
                .uri("/api/v1/auth/sign-in")
                .set_json(given),
        )
        .await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        Self {
            server: server.clone(),
            token: reply.body["access_token"].as_str().unwrap().to_owned(),
        }
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        etag: Option<&str>,
        body: Option<Value>,
    ) -> Reply {
        let mut request = TestRequest::with_uri(&format!("/api/v1{path}"))
            .method(method)
            .insert_header((header::AUTHORIZATION, format!("Bearer {}", self.token)));
        if let Some(etag) = etag {
            request = request.insert_header((header::IF_MATCH, etag));
        }
        if let Some(body) = body {
            request = request.set_json(body);
        }
        (self.server)(request).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, None, Some(body)).await
    }

    async fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        self.call(Method::PATCH, path, Some(etag), Some(body)).await
    }

    async fn put(&self, path: &str, etag: Option<&str>, body: Value) -> Reply {
        self.call(Method::PUT, path, etag, Some(body)).await
    }

    /// The id of the first row of a list.
    async fn first(&self, path: &str) -> String {
        self.get(path).await.body["data"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[test]
fn replacing_needs_the_version_that_was_seen_and_making_needs_none() {
    let code = |existing, seen| {
        check_replacement(existing, seen)
            .err()
            .map(|error| error.code())
    };
    assert_eq!(code(None, None), None);
    assert_eq!(code(Some(3), Some(3)), None);
    assert_eq!(code(Some(3), Some(2)), Some(ErrorCode::Stale));
    assert_eq!(code(Some(3), None), Some(ErrorCode::IfMatchRequired));
    assert_eq!(code(None, Some(1)), Some(ErrorCode::Stale));
}

#[actix_web::test]
async fn a_team_is_made_changed_and_listed() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let root = admin.first("/teams").await;
    let made = admin
        .post(
            "/teams",
            json!({"names": {"en": "Repairs", "zh-CN": "维修"}, "parent_id": root}),
        )
        .await;
    assert_eq!(
        (made.status, made.etag.as_str()),
        (201, "\"1\""),
        "{}",
        made.body
    );
    let path = format!("/teams/{}", made.body["id"].as_str().unwrap());
    let zone = json!({"time_zone": "Asia/Shanghai"});
    assert_eq!(
        admin
            .call(Method::PATCH, &path, None, Some(zone.clone()))
            .await
            .status,
        428
    );
    let changed = admin.patch(&path, "\"1\"", zone.clone()).await;
    assert_eq!((changed.status, changed.etag.as_str()), (200, "\"2\""));
    let stale = admin.patch(&path, "\"1\"", zone).await;
    assert_eq!(
        (stale.status, stale.body["current_version"].as_i64()),
        (412, Some(2))
    );
    assert_eq!(admin.get(&path).await.body, changed.body);
    let list = admin.get("/teams?sort=-name&limit=1").await;
    assert_eq!(list.body["data"][0], changed.body);
    assert_eq!(
        (&list.body["has_more"], &list.body["total"]["count"]),
        (&json!(true), &json!(2))
    );
    let cursor = list.body["next_cursor"].as_str().unwrap();
    let rest = admin
        .get(&format!("/teams?sort=-name&limit=1&cursor={cursor}"))
        .await;
    assert_eq!(rest.body["data"][0]["id"], json!(root));
    assert_eq!(
        admin
            .get(&format!("/teams?sort=name&cursor={cursor}"))
            .await
            .problem()
            .0,
        "invalid_cursor"
    );
    let csv = admin.get("/teams?format=csv").await;
    assert!(
        csv.body.as_str().unwrap().contains("Repairs,维修,"),
        "{}",
        csv.body
    );
}

#[actix_web::test]
async fn what_a_team_refers_to_must_be_there_and_the_teams_stay_a_tree() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let root = admin.first("/teams").await;
    let unknown = "team_01h455vb4pex5vsknk084sn02q";
    let bad = json!({"names": {"en": "x"}, "parent_id": unknown, "time_zone": "Mars/Olympus",
        "calendar_id": "calendar_01h455vb4pex5vsknk084sn02q"});
    let refused = admin.post("/teams", bad).await;
    let expected = vec![
        ("/parent_id", "unknown_record"),
        ("/time_zone", "invalid_time_zone"),
        ("/calendar_id", "unknown_record"),
    ];
    assert_eq!(refused.problem(), ("invalid", expected));
    let team = admin
        .post("/teams", json!({"names": {"en": "x"}, "parent_id": root}))
        .await;
    let below = team.body["id"].as_str().unwrap();
    let moved = admin
        .patch(
            &format!("/teams/{root}"),
            "\"1\"",
            json!({"parent_id": below}),
        )
        .await;
    assert_eq!(
        moved.problem(),
        ("invalid", vec![("/parent_id", "would_be_cycle")])
    );
    let closed = admin
        .patch(&format!("/teams/{root}"), "\"1\"", json!({"active": false}))
        .await;
    assert_eq!((closed.status, closed.problem().0), (409, "in_use"));
    assert_eq!(admin.get(&format!("/teams/{unknown}")).await.status, 404);
    assert_eq!(admin.get("/teams/7").await.status, 404);
}

#[actix_web::test]
async fn a_user_that_is_deactivated_is_out_at_once_and_the_last_administrator_stays() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let root = admin.first("/teams").await;
    let new = |username: &str| json!({"username": username, "name": "王芳", "password": PASSWORD, "roles": ["agent"], "team_id": root});
    let made = admin.post("/users", new("Fang")).await;
    assert_eq!(
        (made.status, made.body["username"].as_str()),
        (201, Some("fang")),
        "{}",
        made.body
    );
    let told = made.body.to_string();
    assert!(
        !told.contains(PASSWORD) && !told.contains("argon2"),
        "{told}"
    );
    assert!(made.body.get("password").is_none());
    let twin = admin.post("/users", new("fang")).await;
    assert_eq!(
        (twin.status, twin.problem()),
        (409, ("taken", vec![("/username", "taken")]))
    );
    let mut unknown = new("other");
    unknown["roles"] = json!(["agent", "wizard"]);
    assert_eq!(
        admin.post("/users", unknown).await.problem().1,
        [("/roles/1", "unknown_code")]
    );

    let agent = Client::sign_in(&app, "fang").await;
    let path = format!("/users/{}", made.body["id"].as_str().unwrap());
    assert_eq!(agent.get(&path).await.status, 403);
    assert_eq!(agent.post("/users", new("third")).await.status, 403);
    let found = agent.get("/users?q=%E7%8E%8B&role=agent").await;
    assert_eq!(found.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        found.body["data"][0]["roles"],
        Value::Null,
        "a colleague's roles are not shown"
    );
    assert_eq!(agent.get("/me").await.body["username"], "fang");

    let out = admin.patch(&path, "\"1\"", json!({"active": false})).await;
    assert_eq!(out.status, 200);
    assert_eq!(agent.get("/me").await.problem().0, "session_expired");

    let me = admin.get("/me").await.body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for lockout in [json!({"active": false}), json!({"roles": ["agent"]})] {
        let refused = admin.patch(&format!("/users/{me}"), "\"1\"", lockout).await;
        assert_eq!(
            (refused.status, refused.problem().0),
            (409, "last_administrator")
        );
    }
    let renamed = admin
        .patch(&format!("/users/{me}"), "\"1\"", json!({"name": "Ada"}))
        .await;
    assert_eq!(renamed.body["version"], 2);
}

#[actix_web::test]
async fn a_role_of_ones_own_takes_effect_at_once_and_built_in_ones_stay() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let root = admin.first("/teams").await;
    let role = |permissions: Value| json!({"names": {"en": "Lead"}, "permissions": permissions});
    assert_eq!(
        admin
            .put("/roles/agent", Some("\"1\""), role(json!([])))
            .await
            .problem()
            .0,
        "built_in"
    );
    let made = admin
        .put(
            "/roles/lead",
            None,
            role(json!(["view_reports", "view_tickets", "view_reports"])),
        )
        .await;
    assert_eq!(
        (made.status, &made.body["permissions"]),
        (201, &json!(["view_tickets", "view_reports"]))
    );
    let user = json!({"username": "lead", "name": "Lead", "password": PASSWORD, "roles": ["lead"], "team_id": root});
    assert_eq!(admin.post("/users", user).await.status, 201);
    let lead = Client::sign_in(&app, "lead").await;
    assert_eq!(
        lead.get("/me").await.body["permissions"],
        json!(["view_tickets", "view_reports"])
    );
    assert_eq!(
        admin.put("/roles/lead", None, role(json!([]))).await.status,
        428
    );
    let replaced = admin
        .put(
            "/roles/lead",
            Some("\"1\""),
            role(json!(["manage_configuration"])),
        )
        .await;
    assert_eq!((replaced.status, replaced.etag.as_str()), (200, "\"2\""));
    assert_eq!(
        lead.get("/me").await.body["permissions"],
        json!(["manage_configuration"])
    );
    assert_eq!(
        lead.put("/roles/other", None, role(json!([]))).await.status,
        403
    );
    assert_eq!(
        admin.get("/roles?built_in=false").await.body["total"]["count"],
        1
    );
}

#[actix_web::test]
async fn codes_are_made_replaced_and_retired() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    for path in ["/ticket-types", "/channels"] {
        let fax = format!("{path}/fax");
        let body = |active| json!({"names": {"en": "Fax"}, "position": -1, "active": active});
        let made = admin.put(&fax, None, body(true)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(
            admin.get(path).await.body["data"][0]["code"],
            "fax",
            "the least position comes first"
        );
        let retired = admin.put(&fax, Some("\"1\""), body(false)).await;
        assert_eq!((retired.status, retired.etag.as_str()), (200, "\"2\""));
        assert_eq!(
            admin.get(&format!("{path}?active=false")).await.body["total"]["count"],
            1
        );
        assert_eq!(
            admin
                .put(&format!("{path}/Fax"), None, body(true))
                .await
                .status,
            404
        );
        assert_eq!(
            admin.get(&format!("{path}?colour=red")).await.problem().1,
            [("colour", "unknown_parameter")]
        );
    }
}

#[actix_web::test]
async fn a_category_goes_only_when_nothing_lies_in_it() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let product = admin.first("/categories?code=product").await;
    let quality = admin.first("/categories?code=quality").await;
    let path = |id: &str| format!("/categories/{id}");
    let delete = async |id: &str, etag| admin.call(Method::DELETE, &path(id), etag, None).await;
    assert_eq!(delete(&product, Some("\"1\"")).await.problem().0, "in_use");
    assert_eq!(delete(&quality, None).await.status, 428);
    let cycle = admin
        .patch(&path(&product), "\"1\"", json!({"parent_id": quality}))
        .await;
    assert_eq!(cycle.problem().1, [("/parent_id", "would_be_cycle")]);
    let top = admin
        .patch(&path(&quality), "\"1\"", json!({"parent_id": null}))
        .await;
    assert_eq!(top.body["parent_id"], Value::Null);
    assert_eq!(delete(&quality, Some("\"2\"")).await.status, 204);
    assert_eq!(admin.get(&path(&quality)).await.status, 404);
    let twin = admin
        .post(
            "/categories",
            json!({"code": "product", "names": {"en": "Again"}}),
        )
        .await;
    assert_eq!(
        (twin.status, twin.problem().1),
        (409, vec![("/code", "taken")])
    );
}

#[actix_web::test]
async fn calendars_and_settings_are_checked() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let office = admin.first("/calendars").await;
    let path = format!("/calendars/{office}");
    let closed = admin.patch(&path, "\"1\"", json!({"active": false})).await;
    assert_eq!(closed.problem().0, "in_use");
    let twice =
        json!([{"on": "2026-10-01", "kind": "closed"}, {"on": "2026-10-01", "kind": "open"}]);
    let refused = admin
        .patch(
            &path,
            "\"1\"",
            json!({"days": twice, "time_zone": "Mars/Olympus"}),
        )
        .await;
    assert_eq!(
        refused.problem().1,
        [
            ("/time_zone", "invalid_time_zone"),
            ("/days/1", "duplicate")
        ]
    );
    let holiday = admin
        .patch(
            &path,
            "\"1\"",
            json!({"days": [{"on": "2026-10-01", "kind": "closed"}]}),
        )
        .await;
    assert_eq!((holiday.status, holiday.etag.as_str()), (200, "\"2\""));
    let never = json!({"names": {"en": "Never"}, "time_zone": "UTC", "week": {}});
    assert_eq!(
        admin.post("/calendars", never).await.problem().1,
        [("/week", "invalid_calendar")]
    );
    let bad = json!({"time_zone": "Mars/Olympus", "phone_country_code": "+86"});
    let refused = admin.patch("/settings", "\"1\"", bad).await;
    let expected = [
        ("/time_zone", "invalid_time_zone"),
        ("/phone_country_code", "invalid_value"),
    ];
    assert_eq!(refused.problem().1, expected);
    let changed = admin
        .patch(
            "/settings",
            "\"1\"",
            json!({"time_zone": "Asia/Shanghai", "locale": "zh-CN"}),
        )
        .await;
    assert_eq!((changed.status, changed.etag.as_str()), (200, "\"2\""));
    assert_eq!(admin.get("/settings").await.body, changed.body);
}

#[actix_web::test]
async fn clock_policies_name_only_what_exists() {
    let (state, _folder) = started().await;
    let app = serve(state).await;
    let admin = Client::sign_in(&app, "admin").await;
    let policies = admin.get("/clock-policies").await;
    assert_eq!(policies.etag, "\"1\"");
    let mut list = json!({"policies": policies.body["policies"]});
    list["policies"][0]["where"] = json!({"type": ["wizardry"], "colour": ["red"], "priority": ["urgent"],
        "assignee": ["me"], "category": ["category_01h455vb4pex5vsknk084sn02q"]});
    list["policies"][0]["calendar"] = json!("calendar_01h455vb4pex5vsknk084sn02q");
    let refused = admin
        .put("/clock-policies", Some("\"1\""), list.clone())
        .await;
    let expected = vec![
        ("/policies/0/calendar", "unknown_record"),
        ("/policies/0/where/assignee", "invalid_value"),
        ("/policies/0/where/category", "unknown_record"),
        ("/policies/0/where/colour", "unknown_field"),
        ("/policies/0/where/type", "unknown_code"),
    ];
    assert_eq!(refused.problem().1, expected);
    list["policies"][0]["where"] = json!({"type": ["complaint"], "priority": ["high", "urgent"]});
    list["policies"][0]["calendar"] = Value::Null;
    assert_eq!(
        admin
            .put("/clock-policies", None, list.clone())
            .await
            .status,
        428
    );
    let replaced = admin.put("/clock-policies", Some("\"1\""), list).await;
    assert_eq!(
        (replaced.status, replaced.etag.as_str()),
        (200, "\"2\""),
        "{}",
        replaced.body
    );
}

#[actix_web::test]
async fn a_change_of_another_process_is_seen_at_once_where_it_is_shown() {
    let (state, folder) = started().await;
    let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    let db = rapport_persistence::database::Database::connect(&url, &Default::default())
        .await
        .unwrap();
    let kept = state.configuration().await.unwrap();
    assert!(Arc::ptr_eq(
        &state.latest_configuration().await.unwrap(),
        &kept
    ));
    let context = WriteContext::system("elsewhere", state.clock.now());
    configuration::change::<_, ApiError, _>(
        &db,
        context,
        async |writer: &mut Writer, current: &Configuration| {
            let mut settings = current.settings.clone();
            settings.locale = rapport_types::locale::Locale::ZhCn;
            rapport_persistence::settings::update(writer, &current.settings, settings).await?;
            Ok(())
        },
    )
    .await
    .unwrap();
    assert!(
        Arc::ptr_eq(&state.configuration().await.unwrap(), &kept),
        "a kept picture holds for five seconds"
    );
    assert_eq!(
        state.latest_configuration().await.unwrap().version,
        kept.version + 1
    );
    assert_eq!(
        state.configuration().await.unwrap().version,
        kept.version + 1
    );
}

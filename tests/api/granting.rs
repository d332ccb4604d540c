//! Nobody grants more than he holds: by users, by roles, by API keys, and by a key of any kind.

use actix_web::http::Method;
use rapport_tests::builders::ROOT;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Call, Client, PASSWORD, Server, id};
use serde_json::{Value, json};

/// Somebody of the team `north` who manages users and sees tickets, and nothing else.
async fn personnel(server: &Server) -> Client<'_> {
    let admin = server.admin();
    let rights =
        json!({"names": {"en": "Personnel"}, "permissions": ["manage_users", "view_tickets"]});
    admin
        .expect(Call::put("/roles/personnel", rights), 201)
        .await;
    let rights = json!({"names": {"en": "Viewer"}, "permissions": ["view_tickets"]});
    admin.expect(Call::put("/roles/viewer", rights), 201).await;
    server.hire("paula", "personnel", "north").await
}

fn new_user(server: &Server, username: &str, role: &str, team: &str) -> Value {
    json!({"username": username, "name": "王芳", "password": PASSWORD, "roles": [role],
        "team_id": server.company.team(team)})
}

fn service(server: &Server, username: &str, role: &str) -> Value {
    let mut new = new_user(server, username, role, "north");
    new["kind"] = json!("service");
    new.as_object_mut().unwrap().remove("password");
    new
}

fn fault(answer: &Answer) -> (String, String) {
    answer.faults()[0].clone()
}

fn at(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn a_user_gets_no_right_and_no_scope_that_the_maker_lacks() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let paula = personnel(&server).await;
        let count = "SELECT COUNT(*) AS n FROM users";
        let before = fresh.number(count).await;
        let above = paula
            .post("/users", new_user(&server, "anna", "admin", "north"), 422)
            .await;
        assert_eq!(fault(&above), at("/roles/0", "more_than_you_hold"));
        let away = paula
            .post("/users", new_user(&server, "anna", "viewer", "south"), 422)
            .await;
        assert_eq!(fault(&away), at("/team_id", "outside_scope"));
        let mut wide = new_user(&server, "anna", "viewer", "north");
        wide["scope_team_id"] = json!(server.company.team(ROOT));
        let wide = paula.post("/users", wide, 422).await;
        assert_eq!(fault(&wide), at("/scope_team_id", "outside_scope"));
        assert_eq!(fresh.number(count).await, before);

        let made = paula
            .post(
                "/users",
                new_user(&server, "anna", "personnel", "north_shop"),
                201,
            )
            .await;
        let anna = format!("/users/{}", id(&made));
        let more = json!({"roles": ["viewer", "agent"]});
        let more = paula.patch(&anna, 1, more, 422).await;
        assert_eq!(fault(&more), at("/roles/1", "more_than_you_hold"));
        paula
            .patch(&anna, 1, json!({"roles": ["viewer"]}), 200)
            .await;
    })
    .await;
}

#[actix_web::test]
async fn whoever_holds_more_is_out_of_reach() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, paula) = (server.admin(), personnel(&server).await);
        let agent = server.hire("anna", "agent", "north").await;
        let southern = server.hire("bert", "viewer", "south").await;
        for person in [&admin, &agent, &southern] {
            let path = format!("/users/{}", person.id);
            let version = admin.version_of(&path).await;
            for change in [
                json!({"password": "another good password"}),
                json!({"active": false}),
                json!({"name": "x"}),
            ] {
                let refused = paula.patch(&path, version, change, 403).await;
                assert_eq!(refused.code(), "holds_more", "{path}");
            }
            let sessions = Call::new(Method::DELETE, &format!("{path}/sessions"));
            assert_eq!(paula.expect(sessions, 403).await.code(), "holds_more");
            person.get("/me", 200).await;
        }
        let path = format!("/users/{}", paula.id);
        let version = admin.version_of(&path).await;
        paula
            .patch(&path, version, json!({"name": "Paula P."}), 200)
            .await;
    })
    .await;
}

#[actix_web::test]
async fn a_role_grows_by_nothing_that_its_maker_lacks() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, paula) = (server.admin(), personnel(&server).await);
        let role =
            |permissions: Value| json!({"names": {"en": "Role"}, "permissions": permissions});
        let own = role(json!(["manage_users", "view_tickets", "view_customers"]));
        let grown = Call::put("/roles/personnel", own).version(1);
        let refused = paula.expect(grown, 422).await;
        assert_eq!(fault(&refused), at("/permissions/0", "more_than_you_hold"));
        let made = Call::put("/roles/spy", role(json!(["view_customers"])));
        paula.expect(made, 422).await;
        let lead = Call::put(
            "/roles/lead",
            role(json!(["view_customers", "view_tickets"])),
        );
        admin.expect(lead, 201).await;
        let emptied = Call::put("/roles/lead", role(json!([]))).version(1);
        assert_eq!(paula.expect(emptied, 403).await.code(), "holds_more");
        let watch = Call::put("/roles/watch", role(json!(["view_tickets"])));
        paula.expect(watch, 201).await;
    })
    .await;
}

#[actix_web::test]
async fn a_key_does_no_more_than_its_maker_and_makes_nothing_that_outlives_it() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, paula) = (server.admin(), personnel(&server).await);
        let key = |scopes: Value| json!({"name": "key", "scopes": scopes});
        let make = async |client: &Client<'_>, new: Value| {
            format!(
                "/users/{}/api-keys",
                id(&client.post("/users", new, 201).await)
            )
        };
        let above = make(&admin, service(&server, "robot", "admin")).await;
        let refused = paula.post(&above, key(json!(["view_tickets"])), 403).await;
        assert_eq!(refused.code(), "holds_more");
        let own = make(&paula, service(&server, "clerk", "personnel")).await;
        let refused = paula
            .post(&own, key(json!(["view_tickets", "view_customers"])), 422)
            .await;
        assert_eq!(fault(&refused), at("/scopes/1", "more_than_you_hold"));

        let made = paula
            .post(&own, key(json!(["view_tickets", "manage_users"])), 201)
            .await;
        let secret = made.json()["secret"].as_str().unwrap().to_owned();
        let by_key =
            async |call: Call, status: u16| server.expect(call.token(&secret), status).await;
        let another = Call::post(&own, key(json!(["view_tickets"])));
        assert_eq!(by_key(another, 403).await.code(), "not_by_api_key");
        let heir = Call::post("/users", new_user(&server, "anna", "personnel", "north"));
        assert_eq!(
            fault(&by_key(heir, 422).await),
            at("/roles/0", "more_than_you_hold")
        );
        let path = format!("/users/{}", paula.id);
        let password = json!({"password": "another good password"});
        let version = admin.version_of(&path).await;
        let taken = Call::patch(&path, password).version(version);
        assert_eq!(by_key(taken, 403).await.code(), "holds_more");
        by_key(
            Call::post("/users", new_user(&server, "bert", "viewer", "north")),
            201,
        )
        .await;
        // What somebody above may use, somebody below does not take away.
        let above_key = admin.post(&above, key(json!(["view_tickets"])), 201).await;
        let revoke = Call::delete(&format!("/api-keys/{}", id(&above_key))).version(1);
        assert_eq!(paula.expect(revoke, 403).await.code(), "holds_more");
    })
    .await;
}

#[actix_web::test]
async fn a_role_is_not_changed_for_people_beyond_the_scope_of_who_changes_it() {
    let (server, _fresh) = rapport_tests::server::server().await;
    let paula = personnel(&server).await;
    server.hire("bert", "viewer", "south").await;
    let path = "/roles/viewer";
    let role = paula.get(path, 200).await.json();
    let version = role["version"].as_i64().unwrap();
    for rights in [json!(["view_tickets", "manage_users"]), json!([])] {
        let change = json!({"names": {"en": "Viewer"}, "permissions": rights});
        let refused = paula.put(path, version, change, 403).await;
        assert_eq!(refused.code(), "holds_more");
    }
    let renamed = json!({"names": {"en": "Reader"}, "permissions": ["view_tickets"]});
    paula.put(path, version, renamed, 200).await;
}

#[actix_web::test]
async fn a_team_moves_within_the_scope_of_who_moves_it() {
    let (server, _fresh) = rapport_tests::server::server().await;
    let admin = server.admin();
    let rights = json!({"names": {"en": "Organiser"}, "permissions": ["manage_configuration"]});
    admin
        .expect(Call::put("/roles/organiser", rights), 201)
        .await;
    let olga = server.hire("olga", "organiser", "north").await;
    let team = |name: &str| format!("/teams/{}", server.company.team(name));
    let below = |name: &str| json!({"parent_id": server.company.team(name)});
    for (moved, to) in [("south", "north"), ("north_shop", "south")] {
        let refused = olga.patch(&team(moved), 1, below(to), 403).await;
        assert_eq!(refused.code(), "holds_more", "{moved} {to}");
    }
    olga.patch(&team("north_field"), 1, below("north_shop"), 200)
        .await;
}

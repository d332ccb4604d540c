//! Approvals: asked for by one, decided by another, outdated by a change of what they cover.

use futures_util::future::join;
use rapport_api::bulk_changes::queue;
use rapport_persistence::approvals as rows;
use rapport_persistence::configuration;
use rapport_persistence::tickets;
use rapport_tests::builders::everything;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Call, Client, Server, id};
use rapport_types::approvals::Approval;
use serde_json::{Value, json};

/// A rule that managers decide, for complaints.
async fn rule(server: &Server, code: &str, covers: Value) {
    let rule = json!({"names": {"en": "Compensation", "zh-CN": "赔偿"}, "active": true,
        "where": {"type": ["complaint"]}, "covers": covers, "deciders": ["manager"]});
    let call = Call::put(&format!("/approval-rules/{code}"), rule);
    server.admin().expect(call, 201).await;
}

/// A complaint of the team `north`, opened by this client.
async fn complaint(server: &Server, by: &Client<'_>) -> String {
    let team = server.company.team("north");
    let new = json!({"subject": "空调不制冷", "type": "complaint", "team_id": team});
    by.open_ticket(new).await
}

async fn ask(by: &Client<'_>, ticket: &str, rule: &str) -> Answer {
    let new = json!({"rule": rule, "reason": "两次返修仍不制冷"});
    by.post(&format!("/tickets/{ticket}/approvals"), new, 201)
        .await
}

fn decision(approval: &str, granted: bool, version: i64) -> Call {
    let decision = json!({"granted": granted, "reason": "符合三包规定"});
    Call::put(&format!("/approvals/{approval}/decision"), decision).version(version)
}

/// What is still missing, as guards see it.
async fn missing(server: &Server, ticket: &str) -> Vec<String> {
    let db = &server.state.db;
    let now = configuration::load(db).await.unwrap();
    let path = format!("/tickets/{ticket}/approvals");
    let listed = server.admin().get(&path, 200).await.json();
    let all: Vec<Approval> = serde_json::from_value(listed["data"].clone()).unwrap();
    let found = tickets::get(db, &everything(), ticket.parse().unwrap()).await;
    let lacking = now.missing_approvals(&found.unwrap().ticket, &all);
    lacking.iter().map(ToString::to_string).collect()
}

/// The steps that the history of a ticket tells of its approvals: state before, state after, who.
async fn told(server: &Server, ticket: &str) -> Vec<(Value, Value, Value)> {
    let path = format!("/tickets/{ticket}/events");
    let events = server.admin().get(&path, 200).await.json();
    let events = events["data"].as_array().unwrap().clone();
    let steps = events
        .into_iter()
        .filter(|event| event["kind"] == "approval");
    steps
        .map(|step| {
            let state = step["after"]["state"].clone();
            (step["before"].clone(), state, step["actor"]["id"].clone())
        })
        .collect()
}

#[actix_web::test]
async fn an_approval_is_asked_for_with_what_it_covers_and_decided_by_another() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!(["priority", "category"])).await;
        let opener = server.hire("opener", "agent", "north").await;
        let asker = server.hire("asker", "agent", "north").await;
        let lead = server.client("lead");
        let ticket = complaint(&server, &opener).await;
        let version = asker.version_of(&format!("/tickets/{ticket}")).await;
        assert_eq!(missing(&server, &ticket).await, ["compensation"]);

        let asked = ask(&asker, &ticket, "compensation").await;
        let approval = asked.json();
        let path = format!("/approvals/{}", id(&asked));
        assert_eq!(asked.header("location"), format!("/api/v1{path}"));
        assert_eq!(asked.header("etag"), "\"1\"");
        let mut authors = [json!(opener.id), json!(asker.id)];
        authors.sort_by_key(ToString::to_string);
        let mut said = approval["authors"].as_array().unwrap().clone();
        said.sort_by_key(ToString::to_string);
        assert_eq!(said, authors);
        assert_eq!(
            approval["facts"],
            json!({"priority": "normal", "category": null})
        );
        assert_eq!(approval["state"], "pending");
        assert_eq!(approval["asked_by"], json!(asker.id));
        assert_eq!(approval["decided_by"], Value::Null);
        assert_eq!(lead.get(&path, 200).await.json(), approval);
        let ticket_path = format!("/tickets/{ticket}");
        assert!(
            asker.version_of(&ticket_path).await > version,
            "the ticket's version rises"
        );
        assert_eq!(
            missing(&server, &ticket).await,
            ["compensation"],
            "asking is not having"
        );

        let twice = json!({"rule": "compensation", "reason": "again"});
        let refused = asker
            .post(&format!("/tickets/{ticket}/approvals"), twice, 409)
            .await;
        assert_eq!(refused.code(), "approval_pending");
        let granted = lead
            .expect(decision(&id(&asked), true, 1), 200)
            .await
            .json();
        assert_eq!(granted["state"], "granted");
        assert_eq!(granted["decided_by"], json!(lead.id));
        assert_eq!(granted["decision_reason"], "符合三包规定");
        assert_eq!(granted["version"], 2);
        assert_eq!(missing(&server, &ticket).await, [""; 0]);
        let again = lead.expect(decision(&id(&asked), false, 2), 409).await;
        assert_eq!(again.code(), "approval_over");
        let null = Value::Null;
        assert_eq!(
            told(&server, &ticket).await,
            [
                (null, json!("pending"), json!(asker.id)),
                (json!("pending"), json!("granted"), json!(lead.id)),
            ]
        );
        for (body, place, code) in [
            (json!({"granted": true}), "/reason", "required"),
            (
                json!({"granted": true, "reason": " "}),
                "/reason",
                "required",
            ),
            (json!({"reason": "why"}), "/granted", "required"),
        ] {
            let call = Call::put(&format!("{path}/decision"), body).version(2);
            let refused = lead.expect(call, 422).await;
            assert_eq!(refused.faults(), [(place.to_owned(), code.to_owned())]);
        }
        for (rule, code) in [("discount", "unknown_code"), ("Bad", "invalid_code")] {
            let new = json!({"rule": rule, "reason": "why"});
            let refused = asker
                .post(&format!("/tickets/{ticket}/approvals"), new, 422)
                .await;
            assert_eq!(refused.faults(), [("/rule".to_owned(), code.to_owned())]);
        }
    })
    .await;
}

#[actix_web::test]
async fn nobody_decides_on_his_own_without_the_role_or_by_a_key() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!(["priority"])).await;
        let admin = server.admin();
        let opener = server.hire("opener", "manager", "north").await;
        let setter = server.hire("setter", "manager", "north").await;
        let asker = server.hire("asker", "manager", "north").await;
        let agent = server.hire("helper", "agent", "north").await;
        let other = server.hire("other", "manager", "north").await;
        let ticket = complaint(&server, &opener).await;
        let path = format!("/tickets/{ticket}");
        let version = setter.version_of(&path).await;
        setter
            .patch(&path, version, json!({"priority": "high"}), 200)
            .await;
        let approval = id(&ask(&asker, &ticket, "compensation").await);
        for (who, code) in [
            (&asker, "own_approval"),
            (&setter, "own_approval"),
            (&agent, "not_a_decider"),
            // Every right, but not the role.
            (&admin, "not_a_decider"),
        ] {
            let refused = who.expect(decision(&approval, true, 1), 403).await;
            assert_eq!(refused.code(), code, "{}", who.name);
        }
        // Taking the role away counts at once.
        let hired = admin.get(&format!("/users/{}", other.id), 200).await.json();
        let version = hired["version"].as_i64().unwrap();
        let user = format!("/users/{}", other.id);
        let agent_now = json!({"roles": ["agent"]});
        admin.patch(&user, version, agent_now, 200).await;
        let refused = other.expect(decision(&approval, true, 1), 403).await;
        assert_eq!(refused.code(), "not_a_decider");
        let both = json!({"roles": ["agent", "manager"]});
        admin.patch(&user, version + 1, both, 200).await;

        let service = json!({"kind": "service", "username": "erp", "name": "ERP",
            "roles": ["manager"], "team_id": server.company.team("north")});
        let service = id(&admin.post("/users", service, 201).await);
        let scopes = json!(["view_tickets", "work_tickets", "act_on_behalf"]);
        let keys = format!("/users/{service}/api-keys");
        let act = json!({"names": {"en": "Acts"}, "permissions": ["act_on_behalf"]});
        admin.expect(Call::put("/roles/acts", act), 201).await;
        let version = admin.version_of(&format!("/users/{service}")).await;
        let roles = json!({"roles": ["acts", "manager"]});
        admin
            .patch(&format!("/users/{service}"), version, roles, 200)
            .await;
        let key = json!({"name": "erp", "scopes": scopes});
        let key = admin.post(&keys, key, 201).await.json();
        let secret = key["secret"].as_str().unwrap();
        let by_key = decision(&approval, true, 1).token(secret);
        let on_behalf = by_key.clone().header("x-on-behalf-of", "other");
        for call in [by_key, on_behalf] {
            let refused = server.expect(call, 403).await;
            assert_eq!(refused.code(), "not_by_api_key");
        }
        let mine = Call::get("/approvals?decider=me").token(secret);
        assert_eq!(server.expect(mine, 200).await.ids(), [""; 0]);

        // Who opened it set nothing that is covered any more.
        let granted = opener
            .expect(decision(&approval, true, 1), 200)
            .await
            .json();
        assert_eq!(granted["state"], "granted");
    })
    .await;
}

#[actix_web::test]
async fn a_change_of_what_is_covered_outdates_it_and_changing_it_back_revives_nothing() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!(["priority", "assignee"])).await;
        rule(&server, "publication", json!(["channel"])).await;
        rule(&server, "any", json!([])).await;
        let (agent, lead) = (
            server.hire("asker", "agent", "north").await,
            server.client("lead"),
        );
        let ticket = complaint(&server, &agent).await;
        let path = format!("/tickets/{ticket}");
        let mut asked = Vec::new();
        for rule in ["compensation", "publication", "any"] {
            asked.push(id(&ask(&agent, &ticket, rule).await));
        }
        lead.expect(decision(&asked[0], true, 1), 200).await;
        lead.expect(decision(&asked[2], true, 1), 200).await;
        assert_eq!(missing(&server, &ticket).await, ["publication"]);
        let states = async || {
            let listed = agent.get(&format!("{path}/approvals"), 200).await.json();
            let rows = listed["data"].as_array().unwrap().clone();
            let states = rows
                .iter()
                .map(|row| row["state"].as_str().unwrap().to_owned());
            states.collect::<Vec<_>>()
        };
        // What nothing covers outdates nothing.
        let version = agent.version_of(&path).await;
        let other = json!({"subject": "空调仍不制冷"});
        agent.patch(&path, version, other, 200).await;
        agent
            .step(&ticket, "status", json!({"status": "open"}))
            .await;
        assert_eq!(states().await, ["granted", "pending", "granted"]);

        let lead_takes = json!({"assignee_id": lead.id});
        agent.step(&ticket, "assignment", lead_takes).await;
        assert_eq!(states().await, ["outdated", "pending", "granted"]);
        agent
            .step(&ticket, "assignment", json!({"assignee_id": null}))
            .await;
        assert_eq!(states().await, ["outdated", "pending", "granted"]);
        assert_eq!(
            missing(&server, &ticket).await,
            ["compensation", "publication"]
        );
        let version = agent.version_of(&path).await;
        agent
            .patch(&path, version, json!({"channel": "email"}), 200)
            .await;
        assert_eq!(states().await, ["outdated", "outdated", "granted"]);
        for (approval, version) in [(&asked[0], 3), (&asked[1], 2)] {
            let refused = lead.expect(decision(approval, true, version), 409).await;
            assert_eq!(refused.code(), "approval_over");
        }
        let steps = told(&server, &ticket).await;
        let (from, to) = (json!("granted"), json!("outdated"));
        assert_eq!(steps[5], (from, to.clone(), json!(agent.id)));
        assert_eq!(steps[6], (json!("pending"), to, json!(agent.id)));
        assert_eq!(steps.len(), 7);
        let outdated = agent
            .get("/approvals?state=outdated&total=exact", 200)
            .await;
        assert_eq!(outdated.json()["total"], json!({"count": 2, "exact": true}));

        // Asked for anew: whoever set what is covered now may not decide, the lead may.
        let anew = ask(&agent, &ticket, "compensation").await;
        assert_eq!(anew.json()["authors"], json!([agent.id]));
        lead.expect(decision(&id(&anew), true, 1), 200).await;
        assert_eq!(missing(&server, &ticket).await, ["publication"]);
        // A bulk change and a batch are changes like any other.
        let change = json!({"entity": "tickets", "filter": {"status": ["open"]},
            "change": {"priority": "low"}});
        let draft = lead.post("/bulk-changes", change, 201).await.json();
        let start = format!("/bulk-changes/{}/start", draft["id"].as_str().unwrap());
        let start = Call::new(actix_web::http::Method::POST, &start).version(1);
        lead.expect(start, 200).await;
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(
            states().await,
            ["outdated", "outdated", "granted", "outdated"]
        );
    })
    .await;
}

#[actix_web::test]
async fn who_asked_takes_it_back_until_it_is_decided() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!([])).await;
        let agent = server.hire("asker", "agent", "north").await;
        let lead = server.client("lead");
        let ticket = complaint(&server, &agent).await;
        let approval = id(&ask(&agent, &ticket, "compensation").await);
        let withdraw = |version, body| {
            Call::put(&format!("/approvals/{approval}/withdrawal"), body).version(version)
        };
        let refused = lead.expect(withdraw(1, json!({})), 403).await;
        assert_eq!(refused.code(), "not_the_asker");
        let stale = agent.expect(withdraw(7, json!({})), 412).await;
        assert_eq!(stale.json()["current_version"], 1);
        let reason = json!({"reason": "客户改为维修"});
        let gone = agent.expect(withdraw(1, reason), 200).await;
        assert_eq!(gone.json()["state"], "withdrawn");
        assert_eq!(gone.json()["decided_by"], Value::Null);
        let over = agent.expect(withdraw(2, json!({})), 409).await;
        assert_eq!(over.code(), "approval_over");
        let refused = lead.expect(decision(&approval, true, 2), 409).await;
        assert_eq!(refused.code(), "approval_over");
        // Another one may be asked for, and be refused, and again.
        let second = id(&ask(&agent, &ticket, "compensation").await);
        let refused = lead.expect(decision(&second, false, 1), 200).await;
        assert_eq!(refused.json()["state"], "refused");
        assert_eq!(missing(&server, &ticket).await, ["compensation"]);
        ask(&agent, &ticket, "compensation").await;
    })
    .await;
}

#[actix_web::test]
async fn of_two_who_decide_at_once_one_does_and_of_two_who_ask_one() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!(["priority"])).await;
        let agent = server.hire("asker", "agent", "north").await;
        let (lead, manager) = (server.client("lead"), server.client("manager"));
        for round in 0..4 {
            let ticket = complaint(&server, &agent).await;
            let new = json!({"rule": "compensation", "reason": "why"});
            let call = Call::post(&format!("/tickets/{ticket}/approvals"), new);
            let (one, other) = join(agent.send(call.clone()), agent.send(call)).await;
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 409], "round {round}");
            let approval = id(if one.status == 201 { &one } else { &other });
            let (one, other) = join(
                lead.send(decision(&approval, true, 1)),
                manager.send(decision(&approval, false, 1)),
            )
            .await;
            let (won, lost, winner) = if one.status == 200 {
                (one, other, &lead)
            } else {
                (other, one, &manager)
            };
            assert_eq!((won.status, lost.status), (200, 409), "round {round}");
            assert_eq!(lost.code(), "approval_over");
            let now = agent.get(&format!("/approvals/{approval}"), 200).await;
            assert_eq!(now.json(), won.json());
            assert_eq!(now.json()["decided_by"], json!(winner.id));
        }
    })
    .await;
}

#[actix_web::test]
async fn granting_and_changing_what_is_covered_at_once_never_leaves_it_granted() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!(["priority"])).await;
        let agent = server.hire("asker", "agent", "north").await;
        let lead = server.client("lead");
        for _ in 0..4 {
            let ticket = complaint(&server, &agent).await;
            let approval = id(&ask(&agent, &ticket, "compensation").await);
            let path = format!("/tickets/{ticket}");
            let edit = |version| Call::patch(&path, json!({"priority": "urgent"})).version(version);
            let version = agent.version_of(&path).await;
            let (decided, edited) = join(
                lead.send(decision(&approval, true, 1)),
                agent.send(edit(version)),
            )
            .await;
            if edited.status == 412 {
                let version = agent.version_of(&path).await;
                agent.expect(edit(version), 200).await;
            }
            assert!([200, 409].contains(&decided.status), "{}", decided.text());
            let now = agent.get(&format!("/approvals/{approval}"), 200).await;
            assert_eq!(now.json()["state"], "outdated");
            assert_eq!(missing(&server, &ticket).await, ["compensation"]);
        }
    })
    .await;
}

#[actix_web::test]
async fn another_teams_is_not_there() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!([])).await;
        let agent = server.hire("asker", "agent", "north").await;
        let southern = server.hire("sun", "manager", "south").await;
        let ticket = complaint(&server, &agent).await;
        let approval = id(&ask(&agent, &ticket, "compensation").await);
        let path = format!("/approvals/{approval}");
        for call in [
            Call::get(&path),
            decision(&approval, true, 1),
            Call::put(&format!("{path}/withdrawal"), json!({})).version(1),
            Call::get(&format!("/tickets/{ticket}/approvals")),
        ] {
            assert_eq!(southern.expect(call, 404).await.code(), "not_found");
        }
        for list in [
            "/approvals",
            "/approvals?decider=me",
            "/approvals?total=exact",
        ] {
            assert_eq!(southern.get(list, 200).await.ids(), [""; 0], "{list}");
        }
        let changes = async |who: &Client<'_>| {
            let log = who.get("/changes?after=0&limit=500", 200).await.json();
            let all = log["data"].as_array().unwrap().clone();
            let of = all
                .into_iter()
                .filter(|entry| entry["id"] == json!(approval));
            of.map(|entry| (entry["op"].clone(), entry["version"].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(changes(&southern).await, []);
        server
            .client("lead")
            .expect(decision(&approval, true, 1), 200)
            .await;
        let upsert = |version: i64| (json!("upsert"), json!(version));
        assert_eq!(changes(&agent).await, [upsert(1), upsert(2)]);
        // Once the ticket lies with the south, its people see it.
        let south = json!({"team_id": server.company.team("south"), "assignee_id": null});
        agent.step(&ticket, "assignment", south).await;
        assert_eq!(southern.get(&path, 200).await.json()["state"], "granted");
        agent.get(&path, 404).await;
    })
    .await;
}

#[actix_web::test]
async fn the_list_shows_what_somebody_may_decide_and_keeps_the_contract_of_lists() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!([])).await;
        rule(&server, "publication", json!(["priority"])).await;
        let agent = server.hire("asker", "agent", "north").await;
        let (lead, manager) = (server.client("lead"), server.client("manager"));
        let customer = json!({"name": "王芳", "team_id": server.company.team("north")});
        let customer = agent.add_customer(customer).await;
        let mut asked = Vec::new();
        for number in 0..5 {
            server.clock.advance(chrono::TimeDelta::minutes(1));
            let ticket = complaint(&server, if number == 4 { &lead } else { &agent }).await;
            let path = format!("/tickets/{ticket}");
            let version = agent.version_of(&path).await;
            let known = json!({"customer_id": customer});
            agent.patch(&path, version, known, 200).await;
            let rule = ["compensation", "publication"][number % 2];
            let rule = if number == 4 { "publication" } else { rule };
            let by = if number == 3 { &lead } else { &agent };
            asked.push(id(&ask(by, &ticket, rule).await));
        }
        let list = async |who: &Client<'_>, query: &str| {
            let path = format!("/approvals?{query}");
            who.get(&path, 200).await.ids()
        };
        assert_eq!(list(&lead, "").await, asked);
        // Not what it asked for, nor what covers what it set.
        assert_eq!(list(&lead, "decider=me").await, asked[..3]);
        assert_eq!(list(&manager, "decider=me").await, asked);
        assert_eq!(list(&agent, "decider=me").await, [""; 0]);
        manager.expect(decision(&asked[0], true, 1), 200).await;
        assert_eq!(list(&lead, "decider=me").await, asked[1..3]);
        assert_eq!(list(&lead, "state=granted").await, asked[..1]);
        assert_eq!(
            list(&lead, "decided_by=none&rule=compensation").await,
            asked[2..3]
        );
        assert_eq!(list(&lead, "asked_by=me").await, asked[3..4]);
        let team = server.company.team("south");
        assert_eq!(list(&manager, &format!("team={team}")).await, [""; 0]);
        let mut turned = asked.clone();
        turned.reverse();
        assert_eq!(list(&lead, "sort=-asked_at").await, turned);

        let mut path = "/approvals?limit=2&total=exact".to_owned();
        let mut seen = Vec::new();
        loop {
            let page = lead.get(&path, 200).await;
            seen.extend(page.ids());
            let page = page.json();
            assert_eq!(page["total"], json!({"count": 5, "exact": true}));
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            path = format!("/approvals?limit=2&total=exact&cursor={cursor}");
            let other = format!("/approvals?decider=me&cursor={cursor}");
            assert_eq!(lead.get(&other, 422).await.code(), "invalid_cursor");
        }
        assert_eq!(seen, asked);
        let first = lead.get("/approvals?limit=1", 200).await.json()["data"][0].clone();
        assert_eq!(first["ticket"]["subject"], "空调不制冷");
        assert_eq!(first["ticket"]["customer"]["name"], "王芳");
        assert_eq!(first["rule_names"]["zh-CN"], "赔偿");
        assert_eq!(first["asker"], json!({"id": agent.id, "name": "asker"}));
        assert_eq!(first["decider"]["name"], "manager");
        for (query, name, code) in [
            ("decider=you", "decider", "invalid_value"),
            ("state=lost", "state", "unknown_code"),
            ("rule=lost", "rule", "unknown_code"),
            ("sort=reason", "sort", "invalid_value"),
        ] {
            let refused = lead.get(&format!("/approvals?{query}"), 422).await;
            let fault = (name.to_owned(), code.to_owned());
            assert_eq!(refused.faults(), [fault], "{query}");
        }
        let csv = lead.get("/approvals?format=csv&state=granted", 200).await;
        let csv = csv.text();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines.len(), 2, "{csv}");
        assert!(
            lines[1].contains(",空调不制冷,compensation,granted,"),
            "{csv}"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_rule_that_covers_more_no_longer_counts_what_was_granted_before() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        rule(&server, "compensation", json!([])).await;
        let agent = server.hire("asker", "agent", "north").await;
        let lead = server.client("lead");
        let ticket = complaint(&server, &agent).await;
        let approval = id(&ask(&agent, &ticket, "compensation").await);
        lead.expect(decision(&approval, true, 1), 200).await;
        assert_eq!(missing(&server, &ticket).await, [""; 0]);
        let admin = server.admin();
        let wider = json!({"names": {"en": "Compensation"}, "active": true,
            "covers": ["priority"], "deciders": ["manager"]});
        let path = "/approval-rules/compensation";
        admin.put(path, 1, wider.clone(), 200).await;
        assert_eq!(missing(&server, &ticket).await, ["compensation"]);
        // Out of use it is needed by nobody and cannot be asked for.
        let mut idle = wider;
        idle["active"] = json!(false);
        admin.put(path, 2, idle, 200).await;
        assert_eq!(missing(&server, &ticket).await, [""; 0]);
        let new = json!({"rule": "compensation", "reason": "why"});
        let refused = agent
            .post(&format!("/tickets/{ticket}/approvals"), new, 422)
            .await;
        let fault = ("/rule".to_owned(), "inactive".to_owned());
        assert_eq!(refused.faults(), [fault]);
        let found = rows::get(&server.state.db, &everything(), approval.parse().unwrap()).await;
        assert_eq!(found.unwrap().rule.as_str(), "compensation");
    })
    .await;
}

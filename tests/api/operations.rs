//! Every operation of the API: who may call it, and a valid request of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::http::Method;
use rapport_persistence::configuration;
use rapport_tests::server::{Call, Client, PASSWORD, Server, id};
use rapport_types::permissions::Permission::{self, *};
use serde_json::{Value, json};

use crate::imports;

/// Whom an operation serves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Needs {
    /// Anybody, signed in or not.
    Nothing,
    /// A refresh cookie, which the valid request brings.
    RefreshCookie,
    /// Everybody who is signed in.
    SignedIn,
    /// Who holds one of these rights.
    OneOf(&'static [Permission]),
    /// Who holds all of these rights.
    AllOf(&'static [Permission]),
}

use Needs::{AllOf, Nothing, OneOf, RefreshCookie, SignedIn};

/// The table: operation id and whom it serves.
pub(crate) const OPERATIONS: &[(&str, Needs)] = &[
    ("sign_in", Nothing),
    ("sign_out", Nothing),
    ("refresh_session", RefreshCookie),
    ("change_password", SignedIn),
    ("get_me", SignedIn),
    ("list_customers", OneOf(&[ViewCustomers])),
    ("create_customer", OneOf(&[EditCustomers])),
    ("get_customer", OneOf(&[ViewCustomers])),
    ("update_customer", OneOf(&[EditCustomers])),
    ("delete_customer", OneOf(&[DeleteCustomers])),
    (
        "list_customer_timeline",
        AllOf(&[ViewCustomers, ViewTickets]),
    ),
    ("merge_customer", OneOf(&[EditCustomers])),
    ("list_customer_merges", OneOf(&[ViewCustomers])),
    ("undo_customer_merge", OneOf(&[EditCustomers])),
    ("list_customer_duplicates", OneOf(&[ViewCustomers])),
    ("get_customer_by_external_id", OneOf(&[ViewCustomers])),
    ("put_customer_by_external_id", OneOf(&[EditCustomers])),
    ("write_customer_batch", OneOf(&[EditCustomers])),
    ("list_customer_contacts", OneOf(&[ViewCustomers])),
    ("create_customer_contact", OneOf(&[EditCustomers])),
    ("list_customer_organisations", OneOf(&[ViewCustomers])),
    ("get_contact", OneOf(&[ViewCustomers])),
    ("update_contact", OneOf(&[EditCustomers])),
    ("delete_contact", OneOf(&[EditCustomers])),
    ("list_tickets", OneOf(&[ViewTickets])),
    ("create_ticket", OneOf(&[WorkTickets])),
    ("get_ticket", OneOf(&[ViewTickets])),
    ("update_ticket", OneOf(&[WorkTickets])),
    ("set_ticket_status", OneOf(&[WorkTickets])),
    ("set_ticket_stage", OneOf(&[WorkTickets])),
    ("assign_ticket", OneOf(&[WorkTickets])),
    ("hand_over_ticket", OneOf(&[WorkTickets])),
    ("rate_ticket", OneOf(&[WorkTickets])),
    ("list_ticket_messages", OneOf(&[ViewTickets])),
    ("create_ticket_message", OneOf(&[WorkTickets])),
    ("list_ticket_events", OneOf(&[ViewTickets])),
    ("list_ticket_ratings", OneOf(&[ViewTickets])),
    ("get_ticket_clocks", OneOf(&[ViewTickets])),
    ("list_ticket_approvals", OneOf(&[ViewTickets])),
    ("create_ticket_approval", OneOf(&[WorkTickets])),
    ("list_approvals", OneOf(&[ViewTickets])),
    ("get_approval", OneOf(&[ViewTickets])),
    ("decide_approval", OneOf(&[ViewTickets])),
    ("withdraw_approval", OneOf(&[WorkTickets])),
    ("get_ticket_by_external_id", OneOf(&[ViewTickets])),
    ("put_ticket_by_external_id", OneOf(&[WorkTickets])),
    ("write_ticket_batch", OneOf(&[WorkTickets])),
    ("list_changes", SignedIn),
    ("follow_changes", SignedIn),
    ("search_records", OneOf(&[ViewCustomers, ViewTickets])),
    ("list_metrics", SignedIn),
    ("get_overview_report", OneOf(&[ViewReports])),
    ("get_breakdown_report", OneOf(&[ViewReports])),
    ("get_trend_report", OneOf(&[ViewReports])),
    ("list_teams", SignedIn),
    ("create_team", OneOf(&[ManageConfiguration])),
    ("get_team", SignedIn),
    ("update_team", OneOf(&[ManageConfiguration])),
    ("list_users", SignedIn),
    ("create_user", OneOf(&[ManageUsers])),
    ("get_user", OneOf(&[ManageUsers])),
    ("update_user", OneOf(&[ManageUsers])),
    ("end_user_sessions", OneOf(&[ManageUsers])),
    ("get_user_holdings", OneOf(&[ManageUsers])),
    ("list_user_api_keys", OneOf(&[ManageUsers])),
    ("create_user_api_key", OneOf(&[ManageUsers])),
    ("get_api_key", OneOf(&[ManageUsers])),
    ("revoke_api_key", OneOf(&[ManageUsers])),
    ("list_roles", SignedIn),
    ("get_role", SignedIn),
    ("put_role", OneOf(&[ManageUsers])),
    ("list_categories", SignedIn),
    ("create_category", OneOf(&[ManageConfiguration])),
    ("get_category", SignedIn),
    ("update_category", OneOf(&[ManageConfiguration])),
    ("delete_category", OneOf(&[ManageConfiguration])),
    ("list_ticket_types", SignedIn),
    ("get_ticket_type", SignedIn),
    ("get_ticket_type_schema", SignedIn),
    ("get_ticket_type_version", SignedIn),
    ("put_ticket_type", OneOf(&[ManageConfiguration])),
    ("list_approval_rules", SignedIn),
    ("get_approval_rule", SignedIn),
    ("put_approval_rule", OneOf(&[ManageConfiguration])),
    ("list_channels", SignedIn),
    ("get_channel", SignedIn),
    ("put_channel", OneOf(&[ManageConfiguration])),
    ("list_calendars", SignedIn),
    ("create_calendar", OneOf(&[ManageConfiguration])),
    ("get_calendar", SignedIn),
    ("update_calendar", OneOf(&[ManageConfiguration])),
    ("list_calendar_versions", SignedIn),
    ("get_calendar_version", SignedIn),
    ("get_clock_policies", SignedIn),
    ("replace_clock_policies", OneOf(&[ManageConfiguration])),
    ("list_clock_policy_versions", SignedIn),
    ("get_clock_policy_version", SignedIn),
    ("preview_clock_policies", OneOf(&[ManageConfiguration])),
    ("create_bulk_change", OneOf(&[WorkTickets, EditCustomers])),
    ("list_bulk_changes", OneOf(&[WorkTickets, EditCustomers])),
    ("get_bulk_change", OneOf(&[WorkTickets, EditCustomers])),
    ("preview_bulk_change", OneOf(&[WorkTickets, EditCustomers])),
    ("start_bulk_change", OneOf(&[WorkTickets, EditCustomers])),
    ("cancel_bulk_change", OneOf(&[WorkTickets, EditCustomers])),
    (
        "list_bulk_change_faults",
        OneOf(&[WorkTickets, EditCustomers]),
    ),
    ("create_import_file", OneOf(&[ImportRecords])),
    ("get_import_file", OneOf(&[ImportRecords])),
    ("preview_import", OneOf(&[ImportRecords])),
    ("create_import", OneOf(&[ImportRecords])),
    ("list_imports", OneOf(&[ImportRecords])),
    ("get_import", OneOf(&[ImportRecords])),
    ("cancel_import", OneOf(&[ImportRecords])),
    ("list_import_faults", OneOf(&[ImportRecords])),
    ("get_settings", SignedIn),
    ("update_settings", OneOf(&[ManageConfiguration])),
    ("is_alive", Nothing),
    ("is_ready", Nothing),
];

/// The operations on one ticket.
pub(crate) const ON_A_TICKET: &[&str] = &[
    "get_ticket",
    "update_ticket",
    "set_ticket_status",
    "set_ticket_stage",
    "assign_ticket",
    "hand_over_ticket",
    "rate_ticket",
    "list_ticket_messages",
    "create_ticket_message",
    "list_ticket_events",
    "list_ticket_ratings",
    "get_ticket_clocks",
    "list_ticket_approvals",
    "create_ticket_approval",
];

/// The operations on one customer.
pub(crate) const ON_A_CUSTOMER: &[&str] = &[
    "get_customer",
    "update_customer",
    "delete_customer",
    "list_customer_timeline",
    "list_customer_contacts",
    "create_customer_contact",
    "list_customer_organisations",
    "merge_customer",
    "list_customer_merges",
    "undo_customer_merge",
    "list_customer_duplicates",
];

/// An operation as the document describes it.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    /// Its id.
    pub id: String,
    /// Its method.
    pub method: Method,
    /// Its path, with names in braces.
    pub path: String,
    /// All that the document says about it.
    pub value: Value,
}

impl Described {
    /// Whether it takes a body.
    pub(crate) fn has_body(&self) -> bool {
        self.value.get("requestBody").is_some()
    }

    /// Whether it takes a body of JSON; files come as forms.
    pub(crate) fn has_json_body(&self) -> bool {
        self.value["requestBody"]["content"]
            .get("application/json")
            .is_some()
    }

    /// Whether it has a parameter of this name.
    pub(crate) fn has_parameter(&self, name: &str) -> bool {
        self.parameters().iter().any(|known| known["name"] == name)
    }

    /// Its parameters.
    pub(crate) fn parameters(&self) -> Vec<Value> {
        self.value["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
}

/// Every operation of the document.
pub(crate) fn described() -> Vec<Described> {
    let document: Value = serde_json::from_str(rapport_api::openapi::json()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, value) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !value.is_object() {
                continue;
            }
            let id = value["operationId"].as_str().unwrap().to_owned();
            all.push(Described {
                id,
                method,
                path: path.clone(),
                value: value.clone(),
            });
        }
    }
    all
}

/// A number that nothing else in this process got.
fn unique() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// Makes what requests refer to, in the administrator's name, in the team `north`.
pub(crate) struct Ground<'s> {
    /// The server.
    pub server: &'s Server,
    /// The administrator.
    pub admin: Client<'s>,
}

impl<'s> Ground<'s> {
    /// The ground that a server stands on.
    pub(crate) fn of(server: &'s Server) -> Self {
        Self {
            server,
            admin: server.admin(),
        }
    }

    /// A fresh ticket of the team `north`.
    pub(crate) async fn ticket(&self) -> String {
        let team = self.server.company.team("north");
        self.admin
            .open_ticket(json!({"subject": "空调不制冷", "team_id": team}))
            .await
    }

    /// A fresh customer of the team `north`.
    pub(crate) async fn customer(&self) -> String {
        let team = self.server.company.team("north");
        self.admin
            .add_customer(json!({"name": "王芳", "team_id": team}))
            .await
    }

    /// The merge into this customer of a fresh one that the same people see.
    async fn merge(&self, customer: &str) -> Call {
        let path = format!("/customers/{customer}");
        let seen = self.admin.get(&path, 200).await.json();
        let new = json!({"name": "王方", "team_id": seen["team_id"], "owner_id": seen["owner_id"]});
        let other = self.admin.add_customer(new).await;
        let body = json!({"other_id": other, "other_version": 1});
        let version = self.admin.version_of(&path).await;
        Call::post(&format!("{path}/merge"), body).version(version)
    }

    /// A fresh record of the team `north` with a key in another system: its path by that key.
    async fn keyed(&self, operation: &str) -> String {
        let (team, id) = (self.server.company.team("north"), unique().to_string());
        let keys = json!([{"source": "crm", "id": id}]);
        let feature = if operation.contains("customer") {
            let new = json!({"name": "王芳", "team_id": team, "external_ids": keys});
            self.admin.add_customer(new).await;
            "customers"
        } else {
            let new = json!({"subject": "空调不制冷", "team_id": team, "external_ids": keys});
            self.admin.open_ticket(new).await;
            "tickets"
        };
        format!("/{feature}/by-external-id/crm/{id}")
    }

    /// A fresh contact of an organisation of the team `north`.
    async fn contact(&self) -> String {
        let team = self.server.company.team("north");
        let firm = json!({"name": "华远科技", "kind": "organisation", "team_id": team});
        let firm = self.admin.add_customer(firm).await;
        let contact = json!({"person": {"name": "王芳"}});
        let made = self
            .admin
            .post(&format!("/customers/{firm}/contacts"), contact, 201)
            .await;
        format!("/contacts/{}", id(&made))
    }

    /// A fresh approval rule by which everybody decides: its code.
    async fn approval_rule(&self) -> String {
        let code = format!("rule{}", unique());
        let roles = self.admin.get("/roles", 200).await.json();
        let roles: Vec<&Value> = roles["data"].as_array().unwrap().iter().collect();
        let roles: Vec<&Value> = roles.iter().map(|role| &role["code"]).collect();
        let rule = json!({"names": {"en": "Compensation"}, "active": true, "deciders": roles});
        let call = Call::put(&format!("/approval-rules/{code}"), rule);
        self.admin.expect(call, 201).await;
        code
    }

    /// A fresh approval of a ticket of the team `north` that this client asks for.
    async fn approval(&self, asker: &Client<'_>) -> String {
        let (ticket, rule) = (self.ticket().await, self.approval_rule().await);
        let new = json!({"rule": rule, "reason": "客户要求退货"});
        let path = format!("/tickets/{ticket}/approvals");
        format!("/approvals/{}", id(&asker.post(&path, new, 201).await))
    }

    async fn made(&self, path: &str, body: Value) -> String {
        let made = self.admin.post(path, body, 201).await.json();
        format!("{path}/{}", made["id"].as_str().unwrap())
    }

    async fn category(&self) -> String {
        self.made("/categories", json!({"names": {"en": "Warranty"}}))
            .await
    }

    async fn calendar(&self) -> String {
        self.made("/calendars", calendar()).await
    }

    async fn team(&self) -> String {
        let below = self.server.company.team("east");
        self.made(
            "/teams",
            json!({"names": {"en": "Repairs"}, "parent_id": below}),
        )
        .await
    }

    async fn user(&self) -> String {
        self.made("/users", self.new_user()).await
    }

    /// A fresh service user.
    async fn service(&self) -> String {
        let mut service = self.new_user();
        service["kind"] = json!("service");
        service.as_object_mut().unwrap().remove("password");
        self.made("/users", service).await
    }

    /// A fresh API key of a fresh service.
    async fn api_key(&self) -> String {
        let path = format!("{}/api-keys", self.service().await);
        let key = self.admin.post(&path, api_key(), 201).await;
        format!("/api-keys/{}", id(&key))
    }

    /// Who will send the request, when that one may import; else the administrator.
    async fn importer(&self, caller: &str) -> Client<'s> {
        let holder = self.holder(caller, ImportRecords).await;
        holder.unwrap_or_else(|| self.admin.clone())
    }

    /// Who will send the request, when that one holds the right.
    async fn holder(&self, caller: &str, right: Permission) -> Option<Client<'s>> {
        let now = configuration::load(&self.server.state.db).await.unwrap();
        let mut users = now.users.values();
        let user = users.find(|user| user.username.as_str() == caller)?;
        let holds = now.permissions_of(user).contains(&right);
        holds.then(|| self.server.somebody(user))
    }

    /// A fresh file of the caller with a mapping that fits it.
    async fn imports(&self, caller: &str) -> (String, Value) {
        let call = imports::upload("small.csv", &imports::small(unique()));
        let importer = self.importer(caller).await;
        let file = importer.expect(call, 201).await.json();
        let id = file["id"].as_str().unwrap().to_owned();
        (id, file["mappings"]["tickets"].clone())
    }

    /// A fresh import of the caller, which waits.
    async fn import(&self, caller: &str) -> String {
        let (file, mapping) = self.imports(caller).await;
        let importer = self.importer(caller).await;
        let body = json!({"file_id": file, "mapping": mapping});
        id(&importer.post("/imports", body, 201).await)
    }

    /// A bulk change that the caller may make, and who makes it: the administrator when the caller
    /// may make none.
    async fn new_bulk_change(&self, caller: &str) -> (Client<'s>, Value) {
        let tickets = json!({"entity": "tickets", "filter": {}, "change": {"priority": "low"}});
        if let Some(holder) = self.holder(caller, WorkTickets).await {
            return (holder, tickets);
        }
        let customers =
            json!({"entity": "customers", "filter": {}, "change": {"lifecycle": "new"}});
        match self.holder(caller, EditCustomers).await {
            Some(holder) => (holder, customers),
            None => (self.admin.clone(), tickets),
        }
    }

    /// The path of a fresh draft of the caller.
    async fn bulk_change(&self, caller: &str) -> String {
        let (maker, new) = self.new_bulk_change(caller).await;
        format!(
            "/bulk-changes/{}",
            id(&maker.post("/bulk-changes", new, 201).await)
        )
    }

    fn new_user(&self) -> Value {
        let team = self.server.company.team("north");
        json!({"username": format!("user{}", unique()), "name": "王芳", "password": PASSWORD, "roles": ["agent"],
            "team_id": team})
    }

    /// A valid request of an operation, on the given record or on a fresh one. `caller` is the
    /// name of who will send it.
    pub(crate) async fn valid(
        &self,
        operation: &str,
        caller: &str,
        record: Option<&str>,
    ) -> Option<Call> {
        let own = match record {
            Some(record) => record.to_owned(),
            None if ON_A_TICKET.contains(&operation) => self.ticket().await,
            None if ON_A_CUSTOMER.contains(&operation) => self.customer().await,
            None => String::new(),
        };
        let ticket = format!("/tickets/{own}");
        let customer = format!("/customers/{own}");
        let admin = &self.admin;
        let names = json!({"en": "Other"});
        let call = match operation {
            "sign_in" => Call::post(
                "/auth/sign-in",
                json!({"username": caller, "password": PASSWORD}),
            ),
            "sign_out" => Call::new(Method::POST, "/auth/sign-out"),
            "refresh_session" => {
                let given = json!({"username": caller, "password": PASSWORD});
                let signed_in = self
                    .server
                    .expect(Call::post("/auth/sign-in", given), 200)
                    .await;
                Call::new(Method::POST, "/auth/refresh").header("cookie", &signed_in.cookies())
            }
            "change_password" => Call::put(
                "/me/password",
                json!({"current_password": PASSWORD, "new_password": PASSWORD}),
            ),
            "get_me" => Call::get("/me"),
            "list_changes" => Call::get("/changes?after=0&limit=5"),
            "follow_changes" => Call::get("/changes/stream"),
            "list_customers" => Call::get("/customers"),
            "create_customer" => Call::post("/customers", json!({"name": "李雷"})),
            "get_customer" => Call::get(&customer),
            "update_customer" => Call::patch(&customer, json!({"note": "回访"}))
                .version(admin.version_of(&customer).await),
            "delete_customer" => Call::delete(&customer).version(admin.version_of(&customer).await),
            "list_customer_timeline" => Call::get(&format!("{customer}/timeline")),
            "merge_customer" => self.merge(&own).await,
            "list_customer_merges" => Call::get(&format!("{customer}/merges")),
            "undo_customer_merge" => {
                admin.expect(self.merge(&own).await, 200).await;
                let merges = admin.get(&format!("{customer}/merges"), 200).await.json();
                let merge = merges["data"][0]["id"].as_str().unwrap();
                Call::new(Method::POST, &format!("{customer}/merges/{merge}/undo"))
                    .version(admin.version_of(&customer).await)
            }
            "list_customer_duplicates" => Call::get(&format!("{customer}/duplicates")),
            "list_customer_contacts" => Call::get(&format!("{customer}/contacts")),
            "create_customer_contact" => {
                let version = admin.version_of(&customer).await;
                let organisation = json!({"kind": "organisation"});
                admin.patch(&customer, version, organisation, 200).await;
                Call::post(
                    &format!("{customer}/contacts"),
                    json!({"person": {"name": "李雷"}, "role": "采购"}),
                )
            }
            "list_customer_organisations" => Call::get(&format!("{customer}/organisations")),
            "get_contact" => Call::get(&self.contact().await),
            "update_contact" => {
                Call::patch(&self.contact().await, json!({"role": "财务"})).version(1)
            }
            "delete_contact" => Call::delete(&self.contact().await).version(1),
            "list_tickets" => Call::get("/tickets"),
            "create_ticket" => Call::post("/tickets", json!({"subject": "发票丢失"})),
            "get_ticket" => Call::get(&ticket),
            "update_ticket" => Call::patch(&ticket, json!({"priority": "urgent"}))
                .version(admin.version_of(&ticket).await),
            "set_ticket_status" => {
                Call::put(&format!("{ticket}/status"), json!({"status": "on_hold"}))
                    .version(admin.version_of(&ticket).await)
            }
            "set_ticket_stage" => {
                let version = admin.version_of(&ticket).await;
                let change =
                    json!({"type": "complaint", "priority": "normal", "fields": {"grade": "one"}});
                let known = admin.patch(&ticket, version, change, 200).await.json();
                let to = if known["stage"] == "receive" {
                    json!({"stage": "verify"})
                } else {
                    json!({"stage": "receive", "reason": "again"})
                };
                Call::put(&format!("{ticket}/stage"), to)
                    .version(known["version"].as_i64().unwrap())
            }
            "assign_ticket" => Call::put(
                &format!("{ticket}/assignment"),
                json!({"assignee_id": admin.id}),
            )
            .version(admin.version_of(&ticket).await),
            "hand_over_ticket" => {
                let change = json!({"duty_holder_id": admin.id, "reason": "on leave"});
                Call::put(&format!("{ticket}/duty-holder"), change)
                    .version(admin.version_of(&ticket).await)
            }
            "rate_ticket" => {
                let resolved = admin
                    .step(&own, "status", json!({"status": "resolved"}))
                    .await;
                let rating = json!({"score": 5, "source": "customer"});
                Call::put(&format!("{ticket}/satisfaction"), rating)
                    .version(resolved["version"].as_i64().unwrap())
            }
            "list_ticket_messages" => Call::get(&format!("{ticket}/messages")),
            "create_ticket_message" => Call::post(
                &format!("{ticket}/messages"),
                json!({"visibility": "public", "body": "您好"}),
            ),
            "list_ticket_events" => Call::get(&format!("{ticket}/events")),
            "list_ticket_ratings" => Call::get(&format!("{ticket}/satisfaction")),
            "get_ticket_clocks" => Call::get(&format!("{ticket}/clocks")),
            "list_ticket_approvals" => Call::get(&format!("{ticket}/approvals")),
            "create_ticket_approval" => {
                let new = json!({"rule": self.approval_rule().await, "reason": "客户要求退货"});
                Call::post(&format!("{ticket}/approvals"), new)
            }
            "list_approvals" => Call::get("/approvals"),
            "get_approval" => Call::get(&self.approval(admin).await),
            "decide_approval" => {
                let asked = self.approval(&self.server.client("manager")).await;
                let decision = json!({"granted": true, "reason": "符合三包规定"});
                Call::put(&format!("{asked}/decision"), decision).version(1)
            }
            "withdraw_approval" => {
                let asker = self.holder(caller, WorkTickets).await;
                let asked = self.approval(asker.as_ref().unwrap_or(admin)).await;
                Call::put(&format!("{asked}/withdrawal"), json!({})).version(1)
            }
            "search_records" => Call::get("/search?q=wf"),
            "list_metrics" => Call::get("/reports/metrics"),
            "get_overview_report" => Call::get("/reports/overview"),
            "get_breakdown_report" => Call::get("/reports/breakdown?by=team"),
            "get_trend_report" => Call::get("/reports/trend"),
            "list_teams" => Call::get("/teams"),
            "create_team" => {
                let parent = self.server.company.team("east");
                Call::post("/teams", json!({"names": names, "parent_id": parent}))
            }
            "get_team" => Call::get(&self.team().await),
            "update_team" => Call::patch(&self.team().await, json!({"names": names})).version(1),
            "list_users" => Call::get("/users"),
            "create_user" => Call::post("/users", self.new_user()),
            "get_user" => Call::get(&self.user().await),
            "update_user" => Call::patch(&self.user().await, json!({"name": "李雷"})).version(1),
            "end_user_sessions" => Call::delete(&format!("{}/sessions", self.user().await)),
            "get_user_holdings" => Call::get(&format!("{}/holdings", self.user().await)),
            "list_user_api_keys" => Call::get(&format!("{}/api-keys", self.service().await)),
            "create_user_api_key" => {
                Call::post(&format!("{}/api-keys", self.service().await), api_key())
            }
            "get_api_key" => Call::get(&self.api_key().await),
            "revoke_api_key" => Call::delete(&self.api_key().await).version(1),
            "list_roles" => Call::get("/roles"),
            "get_role" => Call::get("/roles/agent"),
            "put_role" => Call::put(
                &format!("/roles/role{}", unique()),
                json!({"names": names, "permissions": ["view_tickets"]}),
            ),
            "list_categories" => Call::get("/categories"),
            "create_category" => Call::post("/categories", json!({"names": names})),
            "get_category" => Call::get(&self.category().await),
            "update_category" => {
                Call::patch(&self.category().await, json!({"names": names})).version(1)
            }
            "delete_category" => Call::delete(&self.category().await).version(1),
            "list_ticket_types" => Call::get("/ticket-types"),
            "get_ticket_type" => Call::get("/ticket-types/repair"),
            "get_ticket_type_schema" => Call::get("/ticket-types/complaint/schema"),
            "get_ticket_type_version" => {
                let kind = admin.get("/ticket-types/complaint", 200).await.json();
                let version = &kind["definition_version"];
                Call::get(&format!("/ticket-types/complaint/versions/{version}"))
            }
            "put_ticket_type" => Call::put(
                &format!("/ticket-types/type{}", unique()),
                json!({"names": names, "position": 10, "active": true}),
            ),
            "list_approval_rules" => Call::get("/approval-rules"),
            "get_approval_rule" => {
                Call::get(&format!("/approval-rules/{}", self.approval_rule().await))
            }
            "put_approval_rule" => Call::put(
                &format!("/approval-rules/rule{}", unique()),
                json!({"names": names, "active": true, "deciders": ["manager"]}),
            ),
            "list_channels" => Call::get("/channels"),
            "get_channel" => Call::get("/channels/phone"),
            "put_channel" => Call::put(
                &format!("/channels/channel{}", unique()),
                json!({"names": names, "position": 10, "active": true}),
            ),
            "list_calendars" => Call::get("/calendars"),
            "create_calendar" => Call::post("/calendars", calendar()),
            "get_calendar" => Call::get(&self.calendar().await),
            "update_calendar" => {
                Call::patch(&self.calendar().await, json!({"names": names})).version(1)
            }
            "list_calendar_versions" => Call::get(&format!("{}/versions", self.calendar().await)),
            "get_calendar_version" => Call::get(&format!("{}/versions/1", self.calendar().await)),
            "get_clock_policies" => Call::get("/clock-policies"),
            "list_clock_policy_versions" => Call::get("/clock-policies/versions"),
            "get_clock_policy_version" => Call::get("/clock-policies/versions/1"),
            "preview_clock_policies" => {
                let now = admin.get("/clock-policies", 200).await.json();
                Call::post(
                    "/clock-policies/preview",
                    json!({"policies": now["policies"]}),
                )
            }
            "replace_clock_policies" => {
                let now = admin.get("/clock-policies", 200).await.json();
                Call::put("/clock-policies", json!({"policies": now["policies"]}))
                    .version(now["version"].as_i64().unwrap())
            }
            "create_import_file" => imports::upload("small.csv", &imports::small(unique())),
            "get_import_file" => {
                let file = self.imports(caller).await.0;
                Call::get(&format!("/import-files/{file}"))
            }
            "preview_import" => {
                let (file, mapping) = self.imports(caller).await;
                Call::post(
                    "/imports/preview",
                    json!({"file_id": file, "mapping": mapping}),
                )
            }
            "create_import" => {
                let (file, mapping) = self.imports(caller).await;
                Call::post("/imports", json!({"file_id": file, "mapping": mapping}))
            }
            "get_customer_by_external_id" | "get_ticket_by_external_id" => {
                Call::get(&self.keyed(operation).await)
            }
            "put_customer_by_external_id" => {
                let path = self.keyed(operation).await;
                Call::put(&path, json!({"name": "李雷"}))
            }
            "put_ticket_by_external_id" => {
                let path = self.keyed(operation).await;
                Call::put(&path, json!({"priority": "high"}))
            }
            "write_customer_batch" => {
                let items = json!([{"ref": "1", "data": {"name": "王芳"}}]);
                Call::post("/customers/batch", json!({"items": items}))
            }
            "write_ticket_batch" => {
                let items = json!([{"ref": "1", "data": {"subject": "空调不制冷"}}]);
                Call::post("/tickets/batch", json!({"items": items}))
            }
            "create_bulk_change" => {
                Call::post("/bulk-changes", self.new_bulk_change(caller).await.1)
            }
            "list_bulk_changes" => Call::get("/bulk-changes"),
            "get_bulk_change" => Call::get(&self.bulk_change(caller).await),
            "preview_bulk_change" => {
                Call::get(&format!("{}/preview", self.bulk_change(caller).await))
            }
            "list_bulk_change_faults" => {
                Call::get(&format!("{}/faults", self.bulk_change(caller).await))
            }
            "start_bulk_change" => {
                let path = format!("{}/start", self.bulk_change(caller).await);
                Call::new(Method::POST, &path).version(1)
            }
            "cancel_bulk_change" => {
                let path = format!("{}/cancel", self.bulk_change(caller).await);
                Call::new(Method::POST, &path)
            }
            "list_imports" => Call::get("/imports"),
            "get_import" => Call::get(&format!("/imports/{}", self.import(caller).await)),
            "cancel_import" => {
                let path = format!("/imports/{}/cancel", self.import(caller).await);
                Call::new(Method::POST, &path)
            }
            "list_import_faults" => {
                Call::get(&format!("/imports/{}/faults", self.import(caller).await))
            }
            "get_settings" => Call::get("/settings"),
            "update_settings" => Call::patch("/settings", json!({"locale": "en"}))
                .version(admin.version_of("/settings").await),
            "is_alive" => Call::get("/healthz"),
            "is_ready" => Call::get("/readyz"),
            _ => return None,
        };
        Some(call)
    }
}

fn calendar() -> Value {
    json!({"names": {"en": "Shop"}, "time_zone": "Asia/Shanghai",
        "week": {"monday": [{"from": "09:00", "to": "18:00"}]}})
}

/// A new API key.
fn api_key() -> Value {
    json!({"name": "shop", "scopes": ["view_tickets"]})
}

//! The whole server over a database of a test's own, with a clock that the test sets, and clients
//! named by role whose calls state the status that they expect.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, init_service, read_body};
use actix_web::web;
use chrono::{DateTime, Utc};
use rapport_api::auth::password::Cost;
use rapport_api::changes::live::Pace;
use rapport_api::clock::Clock;
use rapport_api::config::Config;
use rapport_api::state::{AppState, Options};
use rapport_persistence::database::Database;
use rapport_types::ids::UserId;
use rapport_types::users::User;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::builders::{Company, ROOT, at, open_session, session_of};
use crate::databases::{Fresh, sqlite};
use crate::feed::Feed;

/// The password of everybody whom [`Server::hire`] hires.
pub const PASSWORD: &str = "correct horse battery";
/// What signs the access tokens.
pub const SIGNING_KEY: &str = "0123456789abcdef0123456789abcdef";

/// Streams look around more often than a real server's, so that tests need not wait for it.
const PACE: Pace = Pace {
    check: Duration::from_millis(100),
    beat: Duration::from_millis(100),
};

type Answering = Pin<Box<dyn Future<Output = ServiceResponse>>>;

/// A request before it is sent.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole path with its query.
    pub path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A request; a path that is neither below `/api` nor the operator's lies under `/api/v1`.
    pub fn new(method: Method, path: &str) -> Self {
        let whole =
            path.starts_with("/api/") || ["/healthz", "/readyz", "/metrics"].contains(&path);
        let path = if whole {
            path.to_owned()
        } else {
            format!("/api/v1{path}")
        };
        Self {
            method,
            path,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Reads.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Adds.
    pub fn post(path: &str, body: Value) -> Self {
        Self::new(Method::POST, path).json(&body)
    }

    /// Replaces, or runs an operation.
    pub fn put(path: &str, body: Value) -> Self {
        Self::new(Method::PUT, path).json(&body)
    }

    /// Changes.
    pub fn patch(path: &str, body: Value) -> Self {
        Self::new(Method::PATCH, path).json(&body)
    }

    /// Removes.
    pub fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .bytes(body.to_string())
    }

    /// With these bytes as the body.
    #[must_use]
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// With one more header, or another value of it.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Based on this version of the record.
    #[must_use]
    pub fn version(self, version: i64) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    /// In the name of a token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The first header of that name; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// The body as JSON; null when there is none.
    pub fn json(&self) -> Value {
        if self.bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&self.bytes).unwrap()
        }
    }

    /// The `code` of the problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Where each fault of the problem lies, and its code.
    pub fn faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let faults = problem["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        faults
            .iter()
            .map(|fault| {
                let place = text(&fault["pointer"]).or_else(|| text(&fault["parameter"]));
                (
                    place.unwrap_or_default(),
                    text(&fault["code"]).unwrap_or_default(),
                )
            })
            .collect()
    }

    /// The ids of the rows of a page.
    pub fn ids(&self) -> Vec<String> {
        self.json()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The cookies that it sets, as a browser would send them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        set.filter_map(|(_, value)| value.split(';').next())
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// A server over a small company (see [`Company`]).
pub struct Server {
    /// Its state.
    pub state: web::Data<AppState>,
    /// Its time; stands still until a test moves it.
    pub clock: Clock,
    /// The company.
    pub company: Company,
    app: Rc<dyn Fn(Call) -> Answering>,
    /// Where uploaded files lie until the end.
    _data: tempfile::TempDir,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Founds the company in a fresh database and serves it.
    pub async fn over(fresh: &Fresh) -> Self {
        let company = Company::found(&fresh.db).await;
        Self::of(fresh.db.clone(), company, &[]).await
    }

    /// Serves a founded company, with these settings.
    pub async fn of(db: Database, company: Company, settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let config = Config::read(|key| {
            let given = settings
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| (*value).to_owned());
            given.or_else(|| match key {
                "RAPPORT_SIGNING_KEY" => Some(SIGNING_KEY.to_owned()),
                "RAPPORT_DATA_DIR" => Some(data.path().display().to_string()),
                // A test may send any number while its clock stands still.
                "RAPPORT_REQUESTS_PER_MINUTE" | "RAPPORT_KEY_REQUESTS_PER_MINUTE" => {
                    Some("0".to_owned())
                }
                _ => None,
            })
        });
        let clock = Clock::at(at(0));
        let options = Options {
            clock: clock.clone(),
            password_cost: Cost::TEST,
            streams: PACE,
            ..Options::default()
        };
        let state = web::Data::new(AppState::new(db, config.unwrap(), options).await.unwrap());
        let service = Rc::new(init_service(rapport_api::app(state.clone())).await);
        let app = move |call: Call| -> Answering {
            let service = service.clone();
            Box::pin(async move {
                let mut request = TestRequest::with_uri(&call.path).method(call.method);
                for (name, value) in &call.headers {
                    request = request.insert_header((name.as_str(), value.as_str()));
                }
                if let Some(body) = call.body {
                    request = request.set_payload(body);
                }
                let response = service.call(request.to_request()).await.unwrap();
                response.map_into_boxed_body()
            })
        };
        Self {
            state,
            clock,
            company,
            app: Rc::new(app),
            _data: data,
        }
    }

    /// Sends a request as it is.
    pub async fn send(&self, call: Call) -> Answer {
        let response = (self.app)(call).await;
        let status = response.status().as_u16();
        let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        let is_endless = headers
            .iter()
            .any(|(name, value)| name == "content-type" && value == "text/event-stream");
        let bytes = if is_endless {
            Vec::new()
        } else {
            read_body(response).await.to_vec()
        };
        Answer {
            status,
            headers,
            bytes,
        }
    }

    /// Opens a stream of events.
    pub async fn follow(&self, call: Call) -> Feed {
        let response = (self.app)(call).await;
        assert_eq!(response.status(), 200);
        Feed::new(response.into_body())
    }

    /// Sends a request that must end with this status.
    pub async fn expect(&self, call: Call, status: u16) -> Answer {
        let what = format!("{} {}", call.method, call.path);
        let answer = self.send(call).await;
        let body = String::from_utf8_lossy(&answer.bytes);
        assert_eq!(answer.status, status, "{what}: {body}");
        answer
    }

    /// A client of somebody in the company.
    pub fn client(&self, name: &str) -> Client<'_> {
        Client {
            server: self,
            name: name.to_owned(),
            id: self.company.user(name).id,
        }
    }

    /// A client of this user, who may have been hired later.
    pub fn somebody(&self, user: &User) -> Client<'_> {
        Client {
            server: self,
            name: user.username.as_str().to_owned(),
            id: user.id,
        }
    }

    /// The administrator of the first start.
    pub fn admin(&self) -> Client<'_> {
        self.client("admin")
    }

    /// Adds a person with [`PASSWORD`] who holds a role in a team.
    pub async fn hire(&self, username: &str, role: &str, team: &str) -> Client<'_> {
        let new = json!({"username": username, "name": username, "password": PASSWORD, "roles": [role],
            "team_id": self.company.team(team)});
        let user = self.admin().post("/users", new, 201).await.json();
        let id = user["id"].as_str().unwrap().parse().unwrap();
        open_session(&self.state.db, id).await;
        Client {
            server: self,
            name: username.to_owned(),
            id,
        }
    }

    /// Adds a role without any permission, and somebody who holds it and sees everything.
    pub async fn hire_powerless(&self) -> Client<'_> {
        let role = json!({"names": {"en": "Guest"}, "permissions": []});
        self.expect(
            Call::put("/roles/guest", role).token(&self.admin().token()),
            201,
        )
        .await;
        self.hire("guest", "guest", ROOT).await
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// Somebody who calls, with a fresh access token each time.
#[derive(Debug, Clone)]
pub struct Client<'s> {
    server: &'s Server,
    /// The name to sign in with.
    pub name: String,
    /// Who it is.
    pub id: UserId,
}

impl Client<'_> {
    /// A fresh access token of the person's session.
    pub fn token(&self) -> String {
        let id = Uuid::from_u128(0xC11E);
        let tokens = &self.server.state.tokens;
        tokens
            .issue(session_of(self.id), id, self.server.now())
            .unwrap()
    }

    /// Sends a request in this person's name.
    pub async fn send(&self, call: Call) -> Answer {
        self.server.send(call.token(&self.token())).await
    }

    /// Sends a request that must end with this status.
    pub async fn expect(&self, call: Call, status: u16) -> Answer {
        self.server.expect(call.token(&self.token()), status).await
    }

    /// Reads.
    pub async fn get(&self, path: &str, status: u16) -> Answer {
        self.expect(Call::get(path), status).await
    }

    /// Adds.
    pub async fn post(&self, path: &str, body: Value, status: u16) -> Answer {
        self.expect(Call::post(path, body), status).await
    }

    /// Changes the given version.
    pub async fn patch(&self, path: &str, version: i64, body: Value, status: u16) -> Answer {
        self.expect(Call::patch(path, body).version(version), status)
            .await
    }

    /// Replaces the given version, or runs an operation on it.
    pub async fn put(&self, path: &str, version: i64, body: Value, status: u16) -> Answer {
        self.expect(Call::put(path, body).version(version), status)
            .await
    }

    /// Removes the given version.
    pub async fn delete(&self, path: &str, version: i64, status: u16) -> Answer {
        self.expect(Call::delete(path).version(version), status)
            .await
    }

    /// The version that a record has now.
    pub async fn version_of(&self, path: &str) -> i64 {
        self.get(path, 200).await.json()["version"]
            .as_i64()
            .unwrap()
    }

    /// The current version of a ticket goes through one of its operations; the ticket after it.
    pub async fn step(&self, ticket: &str, operation: &str, body: Value) -> Value {
        let path = format!("/tickets/{ticket}");
        let version = self.version_of(&path).await;
        self.put(&format!("{path}/{operation}"), version, body, 200)
            .await
            .json()
    }

    /// A new ticket: its id.
    pub async fn open_ticket(&self, body: Value) -> String {
        id(&self.post("/tickets", body, 201).await)
    }

    /// A new customer: its id.
    pub async fn add_customer(&self, body: Value) -> String {
        id(&self.post("/customers", body, 201).await)
    }
}

/// The id of the record that came back.
pub fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// A server over a SQLite file of its own; the file goes when the first of the two does.
pub async fn server() -> (Server, Fresh) {
    let fresh = sqlite().await;
    (Server::over(&fresh).await, fresh)
}

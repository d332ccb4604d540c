//! Giving all that a person holds to another one, record by record, by the same operations that
//! people use: each is checked, noted in the record's history, and undone in the same way.

use rapport_types::ids::UserId;
use rapport_types::page::Page;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::ApiError;
use super::administration::{Write, send};
use crate::links::with_query;

/// The statuses in which a ticket is somebody's work.
pub const OPEN: &str = "new,open,waiting_on_customer,on_hold";

/// The kinds of what a person holds, in the order in which it is given away.
const KINDS: [Kind; 3] = [Kind::Assigned, Kind::Duty, Kind::Owned];

/// What a person holds.
#[derive(Clone, Copy)]
enum Kind {
    /// Tickets to work on.
    Assigned,
    /// Tickets to answer for.
    Duty,
    /// Customers.
    Owned,
}

/// What is known of a record in a list.
#[derive(Deserialize)]
struct Held {
    id: String,
    version: i64,
}

impl Kind {
    const fn path(self) -> &'static str {
        match self {
            Self::Assigned | Self::Duty => "/tickets",
            Self::Owned => "/customers",
        }
    }

    /// A page of it.
    async fn page(self, from: UserId, cursor: &str) -> Result<Page<Held>, ApiError> {
        let from = from.to_string();
        let (name, status) = match self {
            Self::Assigned => ("assignee", OPEN),
            Self::Duty => ("duty_holder", OPEN),
            Self::Owned => ("owner", ""),
        };
        let path = with_query(
            self.path(),
            &[
                (name, &from),
                ("status", status),
                ("limit", "200"),
                ("total", "none"),
                ("cursor", cursor),
            ],
        );
        super::get::<Page<Held>>(&path)
            .await
            .map(|reply| reply.value)
    }

    /// All of it.
    async fn all(self, from: UserId) -> Result<Vec<Held>, ApiError> {
        let (mut held, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.page(from, &cursor).await?;
            held.extend(page.data);
            match page.next_cursor {
                Some(next) => cursor = next,
                None => return Ok(held),
            }
        }
    }

    /// The write that gives one of it to another person.
    fn giving(self, record: &Held, to: &str, reason: &str) -> Write {
        let path = format!("{}/{}", self.path(), record.id);
        let body = match self {
            Self::Assigned => json!({"assignee_id": to, "reason": reason}),
            Self::Duty => json!({"duty_holder_id": to, "reason": reason}),
            Self::Owned => json!({"owner_id": to}),
        };
        let members: Map<String, Value> = match body {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        match self {
            Self::Assigned => {
                Write::put(format!("{path}/assignment"), members, Some(record.version))
            }
            Self::Duty => Write::put(format!("{path}/duty-holder"), members, Some(record.version)),
            Self::Owned => Write::patch(path, members, record.version),
        }
    }

    /// Gives one of it away; once more when somebody was faster.
    async fn give(self, record: Held, to: &str, reason: &str) -> Result<(), ApiError> {
        let first = send(self.giving(&record, to, reason)).await;
        if !first.as_ref().is_err_and(ApiError::is_stale) {
            return first.map(|_| ());
        }
        let path = format!("{}/{}", self.path(), record.id);
        let now = super::get::<Held>(&path).await?.value;
        send(self.giving(&now, to, reason)).await.map(|_| ())
    }
}

/// Gives everything that `from` holds, and that the reader sees, to `to`; tells after each record how
/// many are done.
///
/// # Errors
/// That of the record that could not be given away; those before it are.
pub async fn hand_over(
    from: UserId,
    to: &str,
    reason: &str,
    tell: impl Fn(usize),
) -> Result<(), ApiError> {
    let mut done = 0;
    for kind in KINDS {
        for record in kind.all(from).await? {
            kind.give(record, to, reason).await?;
            done += 1;
            tell(done);
        }
    }
    Ok(())
}

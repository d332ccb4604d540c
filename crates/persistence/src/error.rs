//! What can go wrong with rows.

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the database did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// There is no such row, or it lies outside the scope.
    NotFound,
    /// A unique value is in use already; names the member (`username`).
    Taken(String),
    /// A value names a record that is not there (any more); names the member where the database
    /// tells it.
    Unknown(Option<String>),
    /// Another record refers to the one that was to be removed.
    InUse,
    /// The record has another version than the caller has seen.
    Stale {
        /// The version it has now.
        current_version: i64,
    },
    /// The database is locked, gone or out of connections: trying again later can help. The text
    /// is for the log.
    Busy(String),
    /// Anything else: a fault of ours. The text is for the log.
    Failed(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("not found"),
            Self::Taken(what) => write!(f, "{what} is taken"),
            Self::Unknown(what) => {
                write!(
                    f,
                    "{} names no record",
                    what.as_deref().unwrap_or("a value")
                )
            }
            Self::InUse => f.write_str("in use"),
            Self::Stale { current_version } => write!(f, "stale, version is {current_version}"),
            Self::Busy(cause) => write!(f, "the database is busy: {cause}"),
            Self::Failed(cause) => write!(f, "the database failed: {cause}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => {
                let constraint = constraint(&error);
                return Self::Taken(member(constraint.as_deref().unwrap_or(&message)).to_owned());
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                // SQLite does not say which of the keys it was.
                let constraint = constraint(&error);
                let named = constraint.filter(|name| name.starts_with("fk_"));
                return Self::Unknown(named.map(|name| member(&name).to_owned()));
            }
            _ => {}
        }
        let cause = error.to_string();
        match &error {
            DbErr::RecordNotFound(_) => Self::NotFound,
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Busy(cause),
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner))
                if passes(inner) =>
            {
                Self::Busy(cause)
            }
            _ => Self::Failed(cause),
        }
    }
}

/// What the driver says when it is asked without sea-orm.
pub(crate) fn of_driver(error: sqlx::Error) -> StoreError {
    DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
}

/// Whether the fault lies with the connection or a lock, so that it can pass.
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(inner) => {
            let code = inner.code().unwrap_or_default();
            if inner
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .is_some()
            {
                postgres_passes(&code)
            } else {
                code.parse().is_ok_and(sqlite_passes)
            }
        }
        _ => false,
    }
}

/// BUSY, LOCKED, IOERR, FULL and CANTOPEN with their extended codes, and READONLY_DBMOVED
/// (<https://www.sqlite.org/rescode.html>).
fn sqlite_passes(code: i32) -> bool {
    matches!(code & 0xff, 5 | 6 | 10 | 13 | 14) || code == 1032
}

/// Lost connections (08), transactions to be tried again (40), missing resources (53), locks (55),
/// cancelled statements and shut-downs (57), faults of the system (58)
/// (<https://www.postgresql.org/docs/15/errcodes-appendix.html>).
fn postgres_passes(code: &str) -> bool {
    ["08", "40", "53", "55", "57", "58"]
        .iter()
        .any(|class| code.starts_with(class))
}

/// The constraint that a statement broke, where the database names it.
fn constraint(error: &DbErr) -> Option<String> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
            match &**inner {
                sqlx::Error::Database(database) => database.constraint().map(str::to_owned),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The member whose value a constraint is about. SQLite names the columns (`UNIQUE constraint
/// failed: users.username`), PostgreSQL the constraint, which is `uq_<table>__<member>` or
/// `fk_<table>__<member>` by convention.
fn member(text: &str) -> &str {
    if let Some((_, member)) = text.trim_end_matches('\'').rsplit_once("__") {
        return member;
    }
    text.rsplit(['.', ' ']).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_taken_member_is_read_from_both_databases() {
        for (text, expected) in [
            ("UNIQUE constraint failed: users.username", "username"),
            (
                "UNIQUE constraint failed: external_ids.entity, external_ids.id",
                "id",
            ),
            (
                "UNIQUE constraint failed: index 'uq_users__username'",
                "username",
            ),
            ("uq_external_ids__id", "id"),
            ("fk_tickets__customer_id", "customer_id"),
        ] {
            assert_eq!(member(text), expected, "{text}");
        }
    }

    #[test]
    fn locks_and_lost_connections_pass_but_faults_do_not() {
        for code in [5, 6, 261, 517, 14, 10, 1032, 13] {
            assert!(sqlite_passes(code), "{code}");
        }
        for code in [1, 8, 11, 19, 787, 2067] {
            assert!(!sqlite_passes(code), "{code}");
        }
        for code in [
            "08006", "40001", "40P01", "53300", "55P03", "57P01", "57014",
        ] {
            assert!(postgres_passes(code), "{code}");
        }
        for code in ["23505", "42601", "22P02", ""] {
            assert!(!postgres_passes(code), "{code}");
        }
    }
}

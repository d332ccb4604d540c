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
    /// An earlier request of the same key had another body.
    OtherBody,
    /// An earlier request of the same key is still under way.
    InProgress,
    /// The database is locked, gone or out of connections: trying again later can help. The text
    /// is for the log.
    Busy(String),
    /// A lock was not to be had in the time that the transaction set for it. The text is for the log.
    Locked(String),
    /// The transaction met another one and was broken off: the same again can succeed at once. The
    /// text is for the log.
    Conflict(String),
    /// There is no room for what was to be written; reading goes on. The text is for the log.
    Full(String),
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
            Self::OtherBody => f.write_str("the same key with another body"),
            Self::InProgress => f.write_str("the same request is under way"),
            Self::Busy(cause) => write!(f, "the database is busy: {cause}"),
            Self::Locked(cause) => write!(f, "a lock was not to be had: {cause}"),
            Self::Conflict(cause) => write!(f, "two transactions met: {cause}"),
            Self::Full(cause) => write!(f, "the database is full: {cause}"),
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
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => kind_of(inner)(cause),
            _ => Self::Failed(cause),
        }
    }
}

/// What the driver says when it is asked without sea-orm.
pub(crate) fn of_driver(error: sqlx::Error) -> StoreError {
    DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
}

/// Makes the error of a cause.
type Kind = fn(String) -> StoreError;

/// What a fault of the driver is for the caller.
fn kind_of(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Busy,
        sqlx::Error::Database(inner) => {
            let code = inner.code().unwrap_or_default();
            if inner
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .is_some()
            {
                kind_of_postgres(&code)
            } else {
                code.parse().map_or(StoreError::Failed, kind_of_sqlite)
            }
        }
        _ => StoreError::Failed,
    }
}

/// FULL, and IOERR_SHMSIZE, which is what a full disk gives when the index of the log is to grow;
/// BUSY, LOCKED, IOERR and CANTOPEN with their extended codes, and READONLY_DBMOVED
/// (<https://www.sqlite.org/rescode.html>).
fn kind_of_sqlite(code: i32) -> Kind {
    match (code & 0xff, code) {
        (13, _) | (_, 4874) => StoreError::Full,
        (5 | 6 | 10 | 14, _) | (_, 1032) => StoreError::Busy,
        _ => StoreError::Failed,
    }
}

/// Deadlocks and serialisation failures (40); the full disk; lost connections (08), other missing
/// resources (53), locks (55), cancelled statements and shut-downs (57), faults of the system (58)
/// (<https://www.postgresql.org/docs/15/errcodes-appendix.html>).
fn kind_of_postgres(code: &str) -> Kind {
    match (code, code.get(..2).unwrap_or_default()) {
        ("53100", _) => StoreError::Full,
        ("55P03", _) => StoreError::Locked,
        (_, "40") => StoreError::Conflict,
        (_, "08" | "53" | "55" | "57" | "58") => StoreError::Busy,
        _ => StoreError::Failed,
    }
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
        let text = String::new;
        for (kind, codes) in [
            (
                StoreError::Busy(text()),
                &[5, 6, 261, 517, 14, 10, 1032][..],
            ),
            (StoreError::Full(text()), &[13, 4874]),
            (StoreError::Failed(text()), &[1, 8, 11, 19, 787, 2067]),
        ] {
            for code in codes {
                assert_eq!(kind_of_sqlite(*code)(text()), kind, "{code}");
            }
        }
        for (kind, codes) in [
            (
                StoreError::Busy(text()),
                &["08006", "53300", "55006", "57P01", "57014"][..],
            ),
            (StoreError::Locked(text()), &["55P03"]),
            (StoreError::Full(text()), &["53100"]),
            (StoreError::Conflict(text()), &["40001", "40P01"]),
            (StoreError::Failed(text()), &["23505", "42601", "22P02", ""]),
        ] {
            for code in codes {
                assert_eq!(kind_of_postgres(code)(text()), kind, "{code}");
            }
        }
    }
}

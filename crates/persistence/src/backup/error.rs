//! Why a backup could not be taken or restored.

use std::io;
use std::path::{Path, PathBuf};

use sea_orm::DbErr;

use crate::error::StoreError;

/// Why a backup could not be taken or restored.
#[derive(Debug)]
pub enum BackupError {
    /// The file to be written is there already.
    Exists(PathBuf),
    /// The file is damaged or no backup; nothing was changed.
    Damaged(String),
    /// The backup is of the other kind of database.
    OtherKind,
    /// The backup has migrations that this program does not know.
    Newer(Vec<String>),
    /// The database has older tables than this program, so that it cannot tell all of them.
    Outdated,
    /// The database that is to be replaced has migrations that this program does not know.
    TargetNewer(Vec<String>),
    /// The database that is to be replaced holds something.
    NotEmpty,
    /// Somebody has the database open.
    InUse,
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
    /// The database.
    Store(StoreError),
}

impl BackupError {
    /// What a file says.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io(path, error)
    }

    /// What reading a backup says: a fault of the disk, or bytes that make no sense.
    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| match error.kind() {
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof => Self::Damaged(error.to_string()),
            _ => Self::Io(path, error),
        }
    }
}

impl std::fmt::Display for BackupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exists(path) => write!(
                f,
                "{} is there already; name another file, or replace it with --force",
                path.display()
            ),
            Self::Damaged(what) => {
                write!(
                    f,
                    "the file is no whole backup ({what}); nothing was changed"
                )
            }
            Self::OtherKind => f.write_str(
                "the backup is of the other kind of database; SQLite goes back into SQLite and \
                 PostgreSQL into PostgreSQL",
            ),
            Self::Newer(unknown) => write!(
                f,
                "the backup was taken by a newer program (this one does not know {}); restore it \
                 with that one. Nothing was changed",
                unknown.join(", ")
            ),
            Self::Outdated => f.write_str(
                "the tables are older than this program: back up with the program that made them, \
                 or run `rapport migrate` first",
            ),
            Self::TargetNewer(unknown) => write!(
                f,
                "the database that is to be replaced belongs to a newer program (this one does not \
                 know {}): empty it by hand, or use that program",
                unknown.join(", ")
            ),
            Self::NotEmpty => {
                f.write_str("the database is not empty; --force replaces everything that it holds")
            }
            Self::InUse => f.write_str("the database is in use; stop the server first"),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DbErr> for BackupError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

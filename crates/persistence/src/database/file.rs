//! The file of SQLite: whether it is still the one that was opened.

use std::path::PathBuf;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::error::StoreError;

/// What tells a file from every other one that may come to lie at its path.
#[cfg(unix)]
type Identity = (u64, u64);
/// Other systems do not let a file that is open be replaced.
#[cfg(not(unix))]
type Identity = ();

/// An opened file.
#[derive(Debug, Clone)]
pub(super) struct File {
    path: PathBuf,
    identity: Identity,
}

impl File {
    /// The file that the connection has opened; none when it holds everything in memory.
    pub(super) async fn of(connection: &DatabaseConnection) -> Result<Option<Self>, StoreError> {
        let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let Some(row) = connection.query_one_raw(statement).await? else {
            return Ok(None);
        };
        let path: Option<String> = row.try_get("", "file")?;
        let path = path.filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(path.and_then(|path| {
            let identity = identity(&path)?;
            Some(Self { path, identity })
        }))
    }

    /// Whether it still lies at its path. One short system call, which answers from the kernel's
    /// memory: too little to hand it to another thread.
    pub(super) fn is_there(&self) -> bool {
        identity(&self.path) == Some(self.identity)
    }
}

#[cfg(unix)]
fn identity(path: &std::path::Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &std::path::Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|_| ())
}

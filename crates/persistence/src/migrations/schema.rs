//! Which form the tables of a database have, against the forms that this program knows.

use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;

use super::Migrator;
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::sql::Sql;

/// The form of the tables, as seen by this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// There are no tables yet.
    Missing,
    /// The newest form; names the last migration.
    Current(String),
    /// An older form, which this program can bring forward.
    Older {
        /// The last migration that was applied.
        last: String,
        /// Those that are still to come.
        pending: Vec<String>,
    },
    /// Another program has changed the tables: these of its migrations are not known here.
    Newer(Vec<String>),
}

/// The names of the migrations that this program knows, oldest first.
pub fn known() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect()
}

/// The names of the migrations that were applied. Makes nothing.
///
/// # Errors
/// What the database says.
pub async fn applied(db: &impl ConnectionTrait, kind: Kind) -> Result<Vec<String>, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push(match kind {
        Kind::Sqlite => "SELECT name FROM sqlite_schema WHERE name = ",
        Kind::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name = "
        }
    })
    .bind("seaql_migrations");
    if sql.rows(db).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(kind);
    sql.push("SELECT version FROM seaql_migrations ORDER BY version");
    let rows = sql.rows(db).await?;
    rows.iter()
        .map(|row| Ok(row.try_get("", "version")?))
        .collect()
}

/// Judges what was applied.
pub fn judge(applied: &[String], known: &[String]) -> Schema {
    let unknown: Vec<String> = missing(applied, known);
    let Some(last) = known.iter().rfind(|name| applied.contains(name)) else {
        return if unknown.is_empty() {
            Schema::Missing
        } else {
            Schema::Newer(unknown)
        };
    };
    let pending = missing(known, applied);
    if !unknown.is_empty() {
        Schema::Newer(unknown)
    } else if pending.is_empty() {
        Schema::Current(last.clone())
    } else {
        Schema::Older {
            last: last.clone(),
            pending,
        }
    }
}

/// Those of `names` that are not among `others`.
fn missing(names: &[String], others: &[String]) -> Vec<String> {
    let is_missing = |name: &&String| !others.contains(name);
    names.iter().filter(is_missing).cloned().collect()
}

/// The form of the tables of this database.
///
/// # Errors
/// What the database says.
pub async fn schema(db: &Database) -> Result<Schema, StoreError> {
    Ok(judge(&applied(&db.reader, db.kind).await?, &known()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrations::migrate;
    use crate::testing::Temporary;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_form_is_judged_by_what_was_applied() {
        let known = names(&["m1", "m2", "m3"]);
        let older = |last: &str, pending: &[&str]| Schema::Older {
            last: last.to_owned(),
            pending: names(pending),
        };
        let newer = |unknown: &[&str]| Schema::Newer(names(unknown));
        for (applied, expected) in [
            (&[][..], Schema::Missing),
            (&["m1"], older("m1", &["m2", "m3"])),
            (&["m1", "m2"], older("m2", &["m3"])),
            (&["m1", "m3"], older("m3", &["m2"])),
            (&["m1", "m2", "m3"], Schema::Current("m3".to_owned())),
            (&["m1", "m2", "m3", "m4"], newer(&["m4"])),
            (&["m1", "m2", "x"], newer(&["x"])),
            (&["x"], newer(&["x"])),
        ] {
            assert_eq!(judge(&names(applied), &known), expected, "{applied:?}");
        }
    }

    #[tokio::test]
    async fn an_empty_file_has_no_form_and_a_migrated_one_the_newest() {
        let temporary = Temporary::folder();
        let db = temporary.open().await;
        assert_eq!(schema(&db).await, Ok(Schema::Missing));
        migrate(&db).await.unwrap();
        let last = known().pop().unwrap();
        assert_eq!(schema(&db).await, Ok(Schema::Current(last)));
    }
}

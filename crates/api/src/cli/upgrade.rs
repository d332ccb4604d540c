//! Opening the database: as it is, or brought to the newest form first.

use std::path::{Path, PathBuf};

use rapport_persistence::backup;
use rapport_persistence::database::{Database, Options};
use rapport_persistence::migrations::{self, Schema};

use super::Failure;
use crate::config::Config;

/// Copies of one file that were made before the same migration.
const MOST_COPIES: usize = 99;

/// Opens the database that the settings name, whatever form it has.
pub(super) async fn connect(config: &Config) -> Result<Database, Failure> {
    let options = Options {
        connections: config.database_connections,
        ..Options::default()
    };
    Ok(Database::connect(&config.database_url, &options).await?)
}

/// Like [`connect`], but makes no file where there is none.
pub(super) async fn connect_existing(config: &Config) -> Result<Database, Failure> {
    if let Some(file) = config.sqlite_file()
        && !file.exists()
    {
        let what = format!("there is no database {}", file.display());
        return Err(Failure::new(what));
    }
    connect(config).await
}

/// Opens the database that the settings name and brings it to the newest form.
pub(super) async fn open(config: &Config) -> Result<Database, Failure> {
    let db = connect(config).await?;
    let file = config.sqlite_file();
    db.exclusively("migrate", async {
        let schema = migrations::schema(&db).await?;
        bring_forward(&db, file.as_deref(), schema).await
    })
    .await?;
    Ok(db)
}

/// Brings the tables from this form to the newest. A SQLite file that holds something is copied
/// first, and the copy stays.
pub(super) async fn bring_forward(
    db: &Database,
    file: Option<&Path>,
    schema: Schema,
) -> Result<(), Failure> {
    match schema {
        Schema::Current(_) => return Ok(()),
        Schema::Newer(unknown) => return Err(too_new(&unknown)),
        Schema::Missing => {}
        Schema::Older { last, pending } => {
            if let Some(file) = file {
                let copy = copy_name(file, &last)?;
                backup::copy_sqlite(db, &copy).await?;
                tracing::info!(copy = %copy.display(), "copied the database before its upgrade");
            }
            tracing::info!(
                after = last,
                migrations = pending.len(),
                "upgrading the database"
            );
        }
    }
    Ok(migrations::migrate(db).await?)
}

/// The refusal to work on the tables of a newer program.
pub(super) fn too_new(unknown: &[String]) -> Failure {
    Failure::new(format!(
        "the database belongs to a newer program than this one, {}, which does not know {}: start \
         that program, or restore a backup from before its upgrade",
        env!("CARGO_PKG_VERSION"),
        unknown.join(", ")
    ))
}

/// The first free name for a copy of the file as it was after a migration.
fn copy_name(file: &Path, last: &str) -> Result<PathBuf, Failure> {
    let names = (1..=MOST_COPIES).map(|count| {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".before-{last}"));
        if count > 1 {
            name.push(format!("-{count}"));
        }
        name.push(".sqlite");
        PathBuf::from(name)
    });
    let mut free = names.filter(|name| !name.exists());
    free.next().ok_or_else(|| {
        let what = "there are too many copies of it from before upgrades; move them away";
        Failure::new(format!("{}: {what}", file.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::state;

    #[actix_web::test]
    async fn an_older_file_is_copied_before_its_upgrade_and_no_copy_is_ever_replaced() {
        let (state, folder) = state(&[]).await;
        let file = folder.path().join("test.sqlite");
        let older = || Schema::Older {
            last: "m1".to_owned(),
            pending: vec!["m2".to_owned()],
        };
        for copy in [
            "test.sqlite.before-m1.sqlite",
            "test.sqlite.before-m1-2.sqlite",
        ] {
            let copy = folder.path().join(copy);
            assert!(!copy.exists());
            bring_forward(&state.db, Some(&file), older())
                .await
                .unwrap();
            let url = format!("sqlite://{}", copy.display());
            let copied = Database::connect(&url, &Options::default()).await.unwrap();
            let schema = migrations::schema(&copied).await.unwrap();
            assert!(matches!(schema, Schema::Current(_)), "{schema:?}");
            copied.close().await;
        }
    }

    #[actix_web::test]
    async fn a_new_and_a_current_file_are_not_copied_and_a_newer_one_is_refused() {
        let (state, folder) = state(&[]).await;
        let file = folder.path().join("test.sqlite");
        let files = || std::fs::read_dir(folder.path()).unwrap().count();
        let before = files();
        for schema in [Schema::Missing, Schema::Current("m1".to_owned())] {
            bring_forward(&state.db, Some(&file), schema).await.unwrap();
        }
        let newer = Schema::Newer(vec!["m20990101_1_future".to_owned()]);
        let refused = bring_forward(&state.db, Some(&file), newer).await;
        assert!(
            refused
                .unwrap_err()
                .0
                .concat()
                .contains("m20990101_1_future")
        );
        assert_eq!(files(), before);
    }
}

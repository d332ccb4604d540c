//! Databases of their own for tests: one story, told on SQLite and on PostgreSQL.
//!
//! A SQLite test gets a copy of a file that was migrated and seeded once. A PostgreSQL test gets a
//! fresh schema, which is dropped at the end, on the server that `RAPPORT_TEST_POSTGRES_URL` names.
//! Only `RAPPORT_TEST_SQLITE_ONLY=1` leaves it out: a forgotten server must not look like success.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use rapport_persistence::configuration::{FirstStart, seed};
use rapport_persistence::database::{Database, Kind, Options};
use rapport_persistence::migrations::migrate;
use rapport_persistence::writes::WriteContext;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::builders::{at, parsed};

/// A database of a test's own, migrated and seeded.
#[derive(Debug)]
pub struct Fresh {
    /// The open database.
    pub db: Database,
    url: String,
    /// Keeps the file until the end.
    _folder: Option<TempDir>,
}

impl Fresh {
    /// Another set of connections to the same database, as another process would have.
    pub async fn connect(&self, options: &Options) -> Database {
        Database::connect(&self.url, options).await.unwrap()
    }

    /// Its address, as another process is told it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file of SQLite.
    pub fn file(&self) -> PathBuf {
        PathBuf::from(self.url.trim_start_matches("sqlite://"))
    }

    /// Runs a statement that only this database understands or only a test may ask.
    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        self.db
            .reader
            .query_all_raw(Statement::from_string(backend(self.db.kind), sql))
            .await
            .unwrap()
    }

    /// The one number that a statement gives in its column `n`.
    pub async fn number(&self, sql: &str) -> i64 {
        self.rows(sql)
            .await
            .first()
            .unwrap()
            .try_get("", "n")
            .unwrap()
    }
}

/// What the statements of this database are written for.
pub const fn backend(kind: Kind) -> DbBackend {
    match kind {
        Kind::Sqlite => DbBackend::Sqlite,
        Kind::Postgres => DbBackend::Postgres,
    }
}

/// How tests connect: nothing needs to survive the loss of power.
pub fn options() -> Options {
    Options {
        durable: false,
        ..Options::default()
    }
}

/// The address of the PostgreSQL server for tests; none when the tests are to do without.
///
/// # Panics
/// When nobody has said which.
pub fn postgres_url() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let url = set("RAPPORT_TEST_POSTGRES_URL");
    assert!(
        url.is_some() || set("RAPPORT_TEST_SQLITE_ONLY").as_deref() == Some("1"),
        "RAPPORT_TEST_POSTGRES_URL names no server for this test: `cargo xtask test` starts one; \
         RAPPORT_TEST_SQLITE_ONLY=1 does without"
    );
    url
}

/// Tells the story on SQLite and on PostgreSQL.
pub async fn on_each_database(story: impl AsyncFn(&Fresh)) {
    story(&sqlite().await).await;
    let Some(server) = postgres_url() else { return };
    let schema = schema_name();
    let admin = Database::connect(&server, &options()).await.unwrap();
    admin
        .writer
        .execute_unprepared(&format!("CREATE SCHEMA {schema}"))
        .await
        .unwrap();
    let told = AssertUnwindSafe(async {
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options[search_path]={schema}");
        let db = Database::connect(&url, &options()).await.unwrap();
        prepare(&db).await;
        let fresh = Fresh {
            db,
            url,
            _folder: None,
        };
        story(&fresh).await;
        fresh.db.close().await;
    })
    .catch_unwind()
    .await;
    admin
        .writer
        .execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE"))
        .await
        .unwrap();
    admin.close().await;
    if let Err(panic) = told {
        std::panic::resume_unwind(panic);
    }
}

/// A fresh SQLite file.
pub async fn sqlite() -> Fresh {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(template).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.sqlite");
    std::fs::write(&file, template).unwrap();
    let url = format!("sqlite://{}", file.display());
    let db = Database::connect(&url, &options()).await.unwrap();
    Fresh {
        db,
        url,
        _folder: Some(folder),
    }
}

/// The bytes of a file that is migrated and seeded.
async fn template() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.sqlite");
    let db = Database::connect(&format!("sqlite://{}", file.display()), &options())
        .await
        .unwrap();
    prepare(&db).await;
    // The last connection to close writes the log back into the file.
    db.close().await;
    std::fs::read(&file).unwrap()
}

/// Makes the tables and what the first start puts into them.
pub async fn prepare(db: &Database) {
    migrate(db).await.unwrap();
    let start = FirstStart::new(parsed("admin"), "$argon2id$admin".to_owned()).unwrap();
    let ids = AtomicUsize::new(1);
    let new_id = || Uuid::from_u128(ids.fetch_add(1, Ordering::Relaxed) as u128);
    // Before everything that happens in the stories, so that its rules are in force by then.
    let context = WriteContext::system("first start", at(-1_000_000));
    assert!(seed(db, context, &start, new_id).await.unwrap());
}

fn schema_name() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!(
        "story_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Listens to the statements of a database.
#[derive(Debug, Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<Statement>>>);

impl Heard {
    /// Options that let it listen.
    pub fn options(&self) -> Options {
        let heard = self.0.clone();
        let on_statement =
            Arc::new(move |statement: &Statement| heard.lock().unwrap().push(statement.clone()));
        Options {
            on_statement: Some(on_statement),
            ..options()
        }
    }

    /// What it has heard since the last time.
    pub fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

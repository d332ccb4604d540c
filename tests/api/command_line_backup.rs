//! `rapport backup` and `rapport restore`: the real binary on real databases.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use rapport_persistence::customers;
use rapport_persistence::database::{Database, Kind};
use rapport_persistence::writes::{Writer, change_numbers_are_dense, write};
use rapport_tests::builders::{Company, at, context};
use rapport_tests::contents::contents;
use rapport_tests::databases::{on_each_database, options, sqlite};
use rapport_tests::generate::World;
use rapport_tests::http::send;
use rapport_tests::program::{Program, err, out, rapport};
use rapport_tests::server::{PASSWORD, Server};
use sea_orm::ConnectionTrait;
use serde_json::json;

const CLIENTS: usize = 3;
/// Writes that are acknowledged before the backup begins.
const ENOUGH: usize = 20;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Files of a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// What the server answers to questions of every kind.
async fn answers(db: &Database, company: &Company) -> Vec<String> {
    let server = Server::of(db.clone(), company.clone(), &[]).await;
    let mut answers = Vec::new();
    for path in [
        "/tickets?limit=100&total=exact",
        "/tickets?q=%E7%A9%BA%E8%B0%83",
        "/customers?limit=100&sort=name",
        "/customers?q=wf",
        "/search?q=anna",
        "/reports/overview?from=2026-01-01&to=2026-03-01",
    ] {
        answers.push(server.client("manager").get(path, 200).await.text());
    }
    answers
}

#[actix_web::test]
async fn a_backup_goes_back_to_equal_answers() {
    on_each_database(async |fresh| {
        let mut world = World::fill(&fresh.db, 20, 60).await;
        let (before, said) = (
            contents(&fresh.db).await,
            answers(&fresh.db, &world.company).await,
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.gz");
        let back_up = ["backup", text(&file)];
        let taken = rapport(fresh.url(), &back_up, &[]);
        assert!(taken.status.success(), "{}", err(&taken));
        assert!(
            out(&taken).contains("everything up to change "),
            "{}",
            out(&taken)
        );
        assert_eq!(files(folder.path()), ["backup.gz"], "nothing else is left");
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "it holds what people sign in with");
        assert_eq!(contents(&fresh.db).await, before);

        let refused = rapport(fresh.url(), &back_up, &[]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(
            err(&refused).contains("is there already"),
            "{}",
            err(&refused)
        );
        let replaced = rapport(fresh.url(), &["backup", text(&file), "--force"], &[]);
        assert!(replaced.status.success(), "{}", err(&replaced));

        let empty = fresh.beside().await;
        let restored = rapport(&empty, &["restore", text(&file)], &[]);
        assert!(restored.status.success(), "{}", err(&restored));
        assert!(
            out(&restored).contains("\nok       change_numbers "),
            "{}",
            out(&restored)
        );
        let copy = Database::connect(&empty, &options()).await.unwrap();
        assert_eq!(contents(&copy).await, before);
        assert_eq!(answers(&copy, &world.company).await, said);
        let next = write(&copy, context(at(0)), async |writer: &mut Writer| {
            customers::next_number(writer).await
        });
        assert_eq!(next.await, Ok(21), "numbers go on");

        let restore = ["restore", text(&file)];
        let refused = rapport(&empty, &restore, &[]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(err(&refused).contains("is not empty"), "{}", err(&refused));
        world.add_customers(&copy, 3).await;
        let replace = ["restore", text(&file), "--force"];
        if copy.kind == Kind::Sqlite {
            let changed = contents(&copy).await;
            let refused = rapport(&empty, &replace, &[]);
            assert_eq!(refused.status.code(), Some(1));
            assert!(err(&refused).contains("is in use"), "{}", err(&refused));
            assert_eq!(contents(&copy).await, changed);
        }
        copy.close().await;
        let replaced = rapport(&empty, &replace, &[]);
        assert!(replaced.status.success(), "{}", err(&replaced));
        let copy = Database::connect(&empty, &options()).await.unwrap();
        assert_eq!(contents(&copy).await, before);
        copy.close().await;
    })
    .await;
}

#[actix_web::test]
async fn a_damaged_backup_changes_nothing() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 5, 10).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.gz");
        let taken = rapport(fresh.url(), &["backup", text(&file)], &[]);
        assert!(taken.status.success(), "{}", err(&taken));
        let whole = std::fs::read(&file).unwrap();
        let flipped = |place: usize| {
            let mut bytes = whole.clone();
            // All eight: a single bit may be one that gzip fills up with and nobody reads.
            bytes[place] ^= 0xff;
            bytes
        };
        let before = contents(&fresh.db).await;
        for (what, bytes) in [
            ("a byte in the middle", flipped(whole.len() / 2)),
            ("a byte of the checksum", flipped(whole.len() - 6)),
            ("half of it", whole[..whole.len() / 2].to_vec()),
            ("without its end", whole[..whole.len() - 1].to_vec()),
            ("something after it", [&whole[..], b"x"].concat()),
            ("nothing", Vec::new()),
            ("another file", b"id,name\n1,x\n".to_vec()),
        ] {
            std::fs::write(&file, bytes).unwrap();
            let refused = rapport(fresh.url(), &["restore", text(&file), "--force"], &[]);
            assert_eq!(refused.status.code(), Some(1), "{what}");
            let said = err(&refused);
            assert!(said.contains("is no whole backup"), "{what}: {said}");
            assert_eq!(contents(&fresh.db).await, before, "{what}");
        }
        let missing = rapport(fresh.url(), &["restore", "nowhere.gz", "--force"], &[]);
        assert!(err(&missing).contains("nowhere.gz: "), "{}", err(&missing));
        assert!(!world.customers.is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_backup_goes_back_into_its_own_kind_of_database_and_only_with_a_program_that_knows_it() {
    let lite = sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, newer) = (folder.path().join("a.gz"), folder.path().join("b.gz"));
    let taken = rapport(lite.url(), &["backup", text(&file)], &[]);
    assert!(taken.status.success(), "{}", err(&taken));
    let future = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_1_x', 0)";
    lite.db.writer.execute_unprepared(future).await.unwrap();
    let taken = rapport(lite.url(), &["backup", text(&newer)], &[]);
    assert!(taken.status.success(), "{}", err(&taken));
    let empty = lite.beside().await;
    let refused = rapport(&empty, &["restore", text(&newer)], &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("m20990101_1_x"), "{}", err(&refused));
    on_each_database(async |fresh| {
        if fresh.db.kind == Kind::Postgres {
            let refused = rapport(fresh.url(), &["restore", text(&file), "--force"], &[]);
            assert_eq!(refused.status.code(), Some(1));
            assert!(err(&refused).contains("other kind"), "{}", err(&refused));
            let taken = rapport(fresh.url(), &["backup", text(&file), "--force"], &[]);
            assert!(taken.status.success(), "{}", err(&taken));
            let refused = rapport(&empty, &["restore", text(&file)], &[]);
            assert!(err(&refused).contains("other kind"), "{}", err(&refused));
        }
    })
    .await;
    let itself = rapport(lite.url(), &["backup", text(&lite.file()), "--force"], &[]);
    assert!(
        err(&itself).contains("the database itself"),
        "{}",
        err(&itself)
    );
    let nowhere = format!("{empty}_nowhere");
    let refused = rapport(
        &nowhere,
        &["backup", text(&folder.path().join("c.gz"))],
        &[],
    );
    assert!(
        err(&refused).contains("there is no database"),
        "{}",
        err(&refused)
    );
}

#[actix_web::test]
async fn a_backup_taken_while_clients_write_is_one_moment_of_the_database() {
    on_each_database(async |fresh| {
        Server::over(fresh)
            .await
            .hire("anna", "manager", "north")
            .await;
        let program = Program::serve(fresh.url());
        let token = sign_in(&program.address);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.gz");
        let acknowledged = back_up_under_load(fresh.url(), &file, &program.address, &token);
        if fresh.db.kind == Kind::Postgres {
            let refused = rapport(fresh.url(), &["restore", text(&file), "--force"], &[]);
            assert_eq!(refused.status.code(), Some(1));
            assert!(
                err(&refused).contains("a server works"),
                "{}",
                err(&refused)
            );
        }
        drop(program);

        let beside = fresh.beside().await;
        let restored = rapport(&beside, &["restore", text(&file)], &[]);
        assert!(
            restored.status.success(),
            "{} {}",
            out(&restored),
            err(&restored)
        );
        let copy = Database::connect(&beside, &options()).await.unwrap();
        assert!(change_numbers_are_dense(&copy).await.unwrap());
        let (all, then) = (contents(&fresh.db).await, contents(&copy).await);
        let (all, then) = (&all["changes"], &then["changes"]);
        assert!(then.len() <= all.len());
        assert!(
            then.iter().all(|change| all.contains(change)),
            "no change of its own"
        );
        copy.close().await;
        let program = Program::serve(&beside);
        let token = sign_in(&program.address);
        for path in acknowledged {
            let (status, answer) =
                send(&program.address, "GET", &path, Some(&token), None).unwrap();
            assert_eq!(
                status, 200,
                "acknowledged before the backup: {path} {answer}"
            );
        }
    })
    .await;
}

fn sign_in(address: &str) -> String {
    let given = json!({"username": "anna", "password": PASSWORD});
    let (status, answer) =
        send(address, "POST", "/api/v1/auth/sign-in", None, Some(&given)).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Takes a backup while clients write; what was acknowledged before it began.
fn back_up_under_load(url: &str, file: &Path, address: &str, token: &str) -> Vec<String> {
    let is_over = AtomicBool::new(false);
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (tell, is_over) = (tell.lock().unwrap().clone(), &is_over);
            scope.spawn(move || {
                for number in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let body = json!({"subject": format!("client {client} number {number}")});
                    let path = "/api/v1/tickets";
                    let (status, answer) =
                        send(address, "POST", path, Some(token), Some(&body)).unwrap();
                    assert_eq!(status, 201, "{answer}");
                    let made = format!("{path}/{}", answer["id"].as_str().unwrap());
                    tell.send(made).unwrap();
                }
            });
        }
        let acknowledged: Vec<String> = told.iter().take(ENOUGH).collect();
        let taken = rapport(url, &["backup", text(file)], &[]);
        is_over.store(true, Ordering::Relaxed);
        assert!(taken.status.success(), "{}", err(&taken));
        acknowledged
    })
}

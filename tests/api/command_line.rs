//! The command line: the real binary on small files.

use std::path::Path;
use std::process::{Command, Output};

use rapport_tests::databases::{Fresh, sqlite};
use rapport_tests::import_samples::complaints;
use rapport_tests::importing::data_folder;
use rapport_tests::program::binary;
use rapport_tests::server::{Call, Server};
use serde_json::json;

/// Runs the binary on a database until it ends.
fn rapport(database_url: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let binary = binary();
    assert!(
        binary.exists(),
        "{}: `cargo build -p rapport-api` makes it",
        binary.display()
    );
    Command::new(binary)
        .args(arguments)
        .env("RAPPORT_DATABASE_URL", database_url)
        .env_remove("RAPPORT_USER_PASSWORD")
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

fn url(fresh: &Fresh) -> String {
    format!("sqlite://{}", fresh.file().display())
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn tickets(fresh: &Fresh) -> i64 {
    fresh.number("SELECT count(*) AS n FROM tickets").await
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[actix_web::test]
async fn an_import_is_tried_run_and_run_again() {
    let fresh = sqlite().await;
    let sample = complaints(100);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("complaints.csv");
    std::fs::write(&file, &sample.csv).unwrap();
    let errors = folder.path().join("errors.csv");
    let mapping = data_folder().join(format!("mappings/{}.json", sample.name));
    let arguments = [
        "import",
        path(&file),
        "--mapping",
        path(&mapping),
        "--errors",
        path(&errors),
    ];
    let numbers = format!(
        "imported {}, with warnings {}, rejected {}\n",
        sample.expected.imported, sample.expected.with_warnings, sample.expected.rejected
    );

    let dry: Vec<&str> = arguments.iter().copied().chain(["--dry-run"]).collect();
    let tried = rapport(&url(&fresh), &dry, &[]);
    assert!(tried.status.success(), "{}", err(&tried));
    assert!(out(&tried).ends_with(&numbers), "{}", out(&tried));
    assert!(out(&tried).contains("dry run: nothing was written\n"));
    assert_eq!(tickets(&fresh).await, 0);
    let told_before = std::fs::read_to_string(&errors).unwrap();

    let done = rapport(&url(&fresh), &arguments, &[]);
    assert!(done.status.success(), "{}", err(&done));
    assert!(out(&done).ends_with(&numbers), "{}", out(&done));
    assert_eq!(tickets(&fresh).await, sample.expected.tickets.cast_signed());
    let told = std::fs::read_to_string(&errors).unwrap();
    assert_eq!(told, told_before, "a dry run tells what the run tells");
    assert!(told.starts_with('\u{feff}'), "spreadsheets read it");
    for (line, column, code) in &sample.expected.faults {
        let is_told = told.lines().any(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            cells.contains(&line.to_string().as_str())
                && cells.contains(column)
                && cells.contains(code)
        });
        assert!(is_told, "line {line} {column} {code}: {told}");
    }

    let again = rapport(&url(&fresh), &arguments, &[]);
    assert!(again.status.success(), "{}", err(&again));
    assert_eq!(tickets(&fresh).await, sample.expected.tickets.cast_signed());
}

#[actix_web::test]
async fn a_file_that_cannot_be_read_and_a_wrong_mapping_end_with_a_code_and_a_status() {
    let fresh = sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let mapping = data_folder().join("mappings/nyc_complaints.json");
    let header = complaints(1).csv.lines().next().unwrap().to_owned();
    // Zoë in Latin-1.
    let latin = [header.as_bytes(), b"\n1,Zo\xeb,2023-01-02,,,,,,,,\n"].concat();
    for (name, bytes, told) in [
        ("latin.csv", latin, "unknown_encoding"),
        ("empty.csv", Vec::new(), "empty_file"),
        ("columns.csv", b"a,b\n1,2\n".to_vec(), "column"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let arguments = ["import", path(&file), "--mapping", path(&mapping)];
        let refused = rapport(&url(&fresh), &arguments, &[]);
        assert_eq!(refused.status.code(), Some(1), "{name}: {}", out(&refused));
        assert!(err(&refused).contains(told), "{name}: {}", err(&refused));
        assert_eq!(out(&refused), "", "{name}");
    }
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "{").unwrap();
    let file = folder.path().join("latin.csv");
    let missing = folder.path().join("missing.csv");
    for (file, mapping) in [(&file, &broken), (&missing, &mapping)] {
        let arguments = ["import", path(file), "--mapping", path(mapping)];
        let refused = rapport(&url(&fresh), &arguments, &[]);
        assert_eq!(refused.status.code(), Some(1), "{}", err(&refused));
        assert!(err(&refused).contains("rapport: "), "{}", err(&refused));
    }
    let misspelt = rapport(&url(&fresh), &["import", "x.csv", "--maping", "y"], &[]);
    assert_eq!(misspelt.status.code(), Some(2));
    assert_eq!(tickets(&fresh).await, 0);
}

#[actix_web::test]
async fn the_database_is_migrated_and_a_user_added_who_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.sqlite");
    let new = format!("sqlite://{}", file.display());
    for _ in 0..2 {
        let migrated = rapport(&new, &["migrate"], &[]);
        assert!(migrated.status.success(), "{}", err(&migrated));
    }
    let add = ["user", "add", "anna", "--role", "agent"];
    let early = rapport(&new, &add, &[]);
    assert_eq!(early.status.code(), Some(1));
    assert!(err(&early).contains("the database is empty"));

    let fresh = sqlite().await;
    let server = Server::over(&fresh).await;
    let password = "a password of the settings";
    let settings = [("RAPPORT_USER_PASSWORD", password)];
    let added = rapport(&url(&fresh), &add, &settings);
    assert!(added.status.success(), "{}", err(&added));
    assert_eq!(out(&added), "added anna\n", "a given password is not shown");
    let twice = rapport(&url(&fresh), &add, &settings);
    assert_eq!(twice.status.code(), Some(1));
    assert!(err(&twice).contains("there is a user of this name already"));
    let made = rapport(
        &url(&fresh),
        &["user", "add", "bert", "--role", "agent"],
        &[],
    );
    let made = out(&made);
    let made = made.strip_prefix("added bert, password ").unwrap().trim();
    for (username, password) in [("anna", password), ("bert", made)] {
        let given = json!({"username": username, "password": password});
        server.expect(Call::post("/auth/sign-in", given), 200).await;
    }
    for arguments in [
        &["user", "add", "carl", "--role", "king"][..],
        &["user", "add", "§", "--role", "agent"],
    ] {
        let refused = rapport(&url(&fresh), arguments, &settings);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
    }
    let short = [("RAPPORT_USER_PASSWORD", "short")];
    let refused = rapport(
        &url(&fresh),
        &["user", "add", "carl", "--role", "agent"],
        &short,
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(!err(&refused).contains("short"), "no password is echoed");
}

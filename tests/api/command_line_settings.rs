//! The settings file: the real binary.

use rapport_tests::program::{err, out, rapport_with};

#[test]
fn the_environment_wins_over_the_file_and_no_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.toml");
    let database = folder.path().join("desk.sqlite");
    let text = format!(
        "database_url = 'sqlite://{}'\nlisten = '127.0.0.1:9000'\nworkers = 3\n\
         signing_key = 'a-key-that-must-never-be-shown-anywhere'\n",
        database.display()
    );
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    for (arguments, settings) in [
        (
            &["config", "--config", path][..],
            &[("RAPPORT_WORKERS", "5")][..],
        ),
        (
            &["config"],
            &[("RAPPORT_CONFIG", path), ("RAPPORT_WORKERS", "5")],
        ),
    ] {
        let shown = rapport_with(arguments, settings);
        assert!(shown.status.success(), "{}", err(&shown));
        let shown = out(&shown);
        for line in [
            "RAPPORT_WORKERS=5 (environment)\n",
            "RAPPORT_LISTEN=127.0.0.1:9000 (file)\n",
            "RAPPORT_SIGNING_KEY=set (file)\n",
            "RAPPORT_JOBS=on (default)\n",
        ] {
            assert!(shown.contains(line), "{line}{shown}");
        }
        assert!(!shown.contains("never-be-shown"));
    }
    let migrated = rapport_with(&["--config", path, "migrate"], &[]);
    assert!(migrated.status.success(), "{}", err(&migrated));
    assert!(database.exists(), "the file's database was used");
    let told = rapport_with(&["doctor", "--config", path], &[]);
    let is_open = "bad      settings_file ";
    assert_eq!(told.status.code(), Some(1), "{}", out(&told));
    assert!(out(&told).contains(is_open), "{}", out(&told));
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, private).unwrap();
    let told = rapport_with(&["doctor", "--config", path], &[]);
    assert!(told.status.success(), "{}", out(&told));
}

#[test]
fn faults_of_the_file_are_told_with_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.toml");
    let path = file.to_str().unwrap();
    for (text, told) in [
        (
            "\nlisen = 'x'\n",
            &["line 2: there is no setting lisen"][..],
        ),
        (
            "workers = 'many'\njobs = 3\n",
            &[
                "line 1: workers is to be a whole number",
                "line 2: jobs is to be true or false",
            ],
        ),
        (
            "listen = 'nowhere'\n",
            &["line 1: RAPPORT_LISTEN is not an address"],
        ),
        ("listen = \n", &["line 1: "]),
    ] {
        std::fs::write(&file, text).unwrap();
        let refused = rapport_with(&["migrate", "--config", path], &[]);
        assert_eq!(refused.status.code(), Some(1), "{text}");
        let said = err(&refused);
        for told in told {
            assert!(
                said.contains("rapport.toml, ") && said.contains(told),
                "{text}: {said}"
            );
        }
    }
    let missing = rapport_with(&["config", "--config", "nowhere.toml"], &[]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        err(&missing).contains("nowhere.toml: "),
        "{}",
        err(&missing)
    );
}

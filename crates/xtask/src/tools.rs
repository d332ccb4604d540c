//! Programs the tests need beside Rust: found, installed on Debian, or asked for.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// The variable that names the browser, to xtask and to the tests.
pub(crate) const CHROMIUM_VARIABLE: &str = "RAPPORT_CHROMIUM";
/// The variable that names the browser's driver, to xtask and to the tests.
pub(crate) const CHROMEDRIVER_VARIABLE: &str = "RAPPORT_CHROMEDRIVER";

/// A program or font the tests need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The PostgreSQL server, its `initdb` included.
    PostgreSql,
    /// Runs the scripts that check figures without the product's code, and judges of documents.
    Python,
    /// The cookbook's commands, with `jq`.
    Curl,
    /// Reads what `curl` got.
    Jq,
    /// The browser of the browser story.
    Chromium,
    /// Drives the browser.
    ChromeDriver,
    /// Chinese text in screenshots and layouts.
    ChineseFont,
}

impl Tool {
    /// Debian's packages that bring it.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Tool::PostgreSql => &["postgresql"],
            Tool::Python => &["python3", "python3-venv"],
            Tool::Curl => &["curl"],
            Tool::Jq => &["jq"],
            Tool::Chromium => &["chromium"],
            Tool::ChromeDriver => &["chromium-driver"],
            Tool::ChineseFont => &["fontconfig", "fonts-noto-cjk"],
        }
    }

    fn is_there(self) -> bool {
        match self {
            Tool::PostgreSql => postgres_programs().is_some(),
            Tool::Python => has_python(),
            Tool::Curl => process::find_program(&["curl"]).is_some(),
            Tool::Jq => process::find_program(&["jq"]).is_some(),
            Tool::Chromium => chromium().is_some(),
            Tool::ChromeDriver => chromedriver().is_some(),
            Tool::ChineseFont => has_chinese_font(),
        }
    }
}

/// Whether there is Python and it can make a folder for packages, which Debian packs separately.
fn has_python() -> bool {
    let mut python = Command::new("python3");
    let asked = python.args(["-c", "import ensurepip, venv"]);
    let done = asked.stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}

/// Makes sure that every tool in `needed` is there, installing Debian's packages where that
/// is possible.
///
/// # Errors
/// When one is missing and cannot be installed; the message says which packages to install.
pub(crate) fn ensure(needed: &[Tool]) -> Result<()> {
    let missing = missing(needed);
    if missing.is_empty() {
        return Ok(());
    }
    let packages = packages_of(&missing);
    if process::find_program(&["apt-get"]).is_none() || !process::is_root()? {
        bail!(
            "the tests need programs that are not here: {missing:?}.\n\
             Install them and try again; on Debian, as root: apt-get install {}",
            packages.join(" ")
        );
    }
    println!("not here: {missing:?}; installing {}", packages.join(" "));
    if missing.contains(&Tool::PostgreSql) {
        keep_debian_from_starting_a_cluster(Path::new("/etc/postgresql-common"))?;
    }
    process::run(apt_get().arg("update"))?;
    process::run(
        apt_get()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(["-o", "Dpkg::Options::=--force-confold"])
            .args(&packages),
    )?;
    let missing = self::missing(needed);
    if !missing.is_empty() {
        bail!("installed, but still not found: {missing:?}");
    }
    Ok(())
}

fn missing(needed: &[Tool]) -> Vec<Tool> {
    let is_missing = |tool: &Tool| !tool.is_there();
    needed.iter().copied().filter(is_missing).collect()
}

fn packages_of(tools: &[Tool]) -> Vec<&'static str> {
    tools
        .iter()
        .flat_map(|tool| tool.packages())
        .copied()
        .collect()
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("UCF_FORCE_CONFFOLD", "1")
        .stdin(Stdio::null());
    command
}

/// Debian's package makes and starts a cluster on the standard port unless told otherwise.
/// A file that is there already is somebody's decision and stays.
fn keep_debian_from_starting_a_cluster(folder: &Path) -> Result<()> {
    let file = folder.join("createcluster.conf");
    if file.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::write(&file, "create_main_cluster = false\n")
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The folder with `initdb` and `postgres`: Debian's newest version, else the search path's.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let has_server = |folder: &Path| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    let on_path = || {
        let initdb = process::find_program(&["initdb"])?.canonicalize().ok()?;
        Some(initdb.parent()?.to_path_buf())
    };
    debian_versions(Path::new("/usr/lib/postgresql"))
        .into_iter()
        .chain(on_path())
        .find(|folder| has_server(folder))
}

/// The `bin` folders below `root`, the highest version first.
fn debian_versions(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<u32> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions
        .iter()
        .map(|version| root.join(version.to_string()).join("bin"))
        .collect()
}

/// The browser: `RAPPORT_CHROMIUM`, else the search path's.
pub(crate) fn chromium() -> Option<PathBuf> {
    named_or_found(
        CHROMIUM_VARIABLE,
        &["chromium", "chromium-browser", "google-chrome"],
    )
}

/// The browser's driver: `RAPPORT_CHROMEDRIVER`, else the search path's.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    named_or_found(CHROMEDRIVER_VARIABLE, &["chromedriver"])
}

fn named_or_found(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_file()),
        None => process::find_program(names),
    }
}

fn has_chinese_font() -> bool {
    Command::new("fc-list")
        .args([":lang=zh-cn", "family"])
        .output()
        .is_ok_and(|output| !output.stdout.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn the_newest_server_comes_first_by_number_not_by_text() {
        let folder = Folder::new("versions");
        for version in ["9", "15", "common"] {
            fs::create_dir(folder.0.join(version)).unwrap();
        }
        assert_eq!(
            debian_versions(&folder.0),
            [folder.0.join("15/bin"), folder.0.join("9/bin")]
        );
    }

    #[test]
    fn an_administrators_cluster_settings_stay() {
        let folder = Folder::new("clusters");
        let file = folder.0.join("createcluster.conf");
        keep_debian_from_starting_a_cluster(&folder.0).unwrap();
        let written = fs::read_to_string(&file).unwrap();
        assert!(written.contains("create_main_cluster = false"));

        fs::write(&file, "start_conf = 'manual'\n").unwrap();
        keep_debian_from_starting_a_cluster(&folder.0).unwrap();
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            "start_conf = 'manual'\n"
        );
    }

    #[test]
    fn the_packages_of_all_missing_tools_are_named() {
        assert_eq!(
            packages_of(&[Tool::PostgreSql, Tool::ChineseFont]),
            ["postgresql", "fontconfig", "fonts-noto-cjk"]
        );
    }
}

//! A PostgreSQL cluster of a test's own, which it may stop and start again.

use std::fs::{self, DirBuilder};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::databases::postgres_url;

/// A server that does not answer for so long after its start is taken for broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// Holds the server: it is stopped at once when the input ends, which happens when the test says
/// so and also when it dies. Nothing is lost by that but what was not acknowledged.
const SUPERVISOR: &str = r#"
exec 3<&0
"$PROGRAMS/postgres" -D "$FOLDER/data" -p "$PORT" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$FOLDER" -c fsync=off >>"$FOLDER/log" 2>&1 </dev/null &
server=$!
(cat <&3 >/dev/null; kill -QUIT "$server" 2>/dev/null) &
wait "$server"
"#;

/// The cluster. Dropping it stops the server and removes the files.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    /// Whom the server runs as, since it refuses root.
    user: Option<(u32, u32)>,
    port: u16,
    supervisor: Option<Child>,
}

impl Cluster {
    /// Makes a cluster and starts it; none when the tests are to do without PostgreSQL.
    ///
    /// # Panics
    /// When the programs of PostgreSQL are not on this machine.
    pub fn start_new() -> Option<Self> {
        postgres_url()?;
        let programs = programs().expect(
            "the programs of PostgreSQL (initdb, postgres) are not on this machine: \
             `apt-get install postgresql`, or RAPPORT_TEST_SQLITE_ONLY=1 does without",
        );
        let user =
            (id("-u", None) == 0).then(|| (id("-u", Some("postgres")), id("-g", Some("postgres"))));
        // Not the folder for temporary files: the server's user may not be let in there.
        let folder = PathBuf::from(format!(
            "/tmp/rapport-cluster-{}",
            Uuid::from_u128(random())
        ));
        DirBuilder::new().mode(0o700).create(&folder).unwrap();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let mut cluster = Self {
            programs,
            folder,
            user,
            port: free.local_addr().unwrap().port(),
            supervisor: None,
        };
        let made = cluster
            .command(&cluster.programs.join("initdb"))
            .args(["--pgdata=data", "--username=rapport", "--auth=trust"])
            .args(["--encoding=UTF8", "--locale=C", "--no-sync"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "initdb: {said}");
        drop(free);
        cluster.start();
        Some(cluster)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        format!("postgres://rapport@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts the server and waits until it takes connections.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn start(&mut self) {
        let supervisor = self
            .command(Path::new("/bin/sh"))
            .args(["-c", SUPERVISOR])
            .env("PROGRAMS", &self.programs)
            .env("FOLDER", &self.folder)
            .env("PORT", self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn();
        self.supervisor = Some(supervisor.unwrap());
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "{}", self.log());
            thread::yield_now();
        }
    }

    /// Stops the server as if its machine had died, and waits until it is gone.
    pub fn stop(&mut self) {
        if let Some(mut supervisor) = self.supervisor.take() {
            drop(supervisor.stdin.take());
            supervisor.wait().unwrap();
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// The folder of the programs: Debian's newest, else that on the search path.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<PathBuf> = versions.flatten().map(|v| v.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    let searched = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&searched));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// A number of a user: this one, or the one of that name.
fn id(flag: &str, name: Option<&str>) -> u32 {
    let told = Command::new("id").arg(flag).args(name).output().unwrap();
    assert!(
        told.status.success(),
        "PostgreSQL needs the user `postgres`"
    );
    String::from_utf8(told.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

fn random() -> u128 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let half = || u128::from(RandomState::new().build_hasher().finish());
    half() << 64 | half()
}

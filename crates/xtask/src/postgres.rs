//! A temporary PostgreSQL cluster for the tests.

use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Holds the server: it stops the server and removes the files when its input ends. That
/// happens when xtask says so and also when xtask dies, whatever killed it.
const SUPERVISOR: &str = r#"
exec 3<&0
"$PROGRAMS/postgres" -D "$FOLDER/data" -p "$PORT" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories="$FOLDER" \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c max_locks_per_transaction=256 -c max_wal_size=4GB \
    -c timezone=UTC -c log_timezone=UTC >"$FOLDER/log" 2>&1 </dev/null &
server=$!
(cat <&3 >/dev/null; : >"$FOLDER/stop"; kill -QUIT "$server" 2>/dev/null) &
wait "$server"
[ -e "$FOLDER/stop" ] || tail -n 20 "$FOLDER/log" >&2
cd / && rm -rf "$FOLDER"
"#;

/// A running cluster; dropping it stops the server and removes its files.
pub(crate) struct Cluster {
    url: String,
    supervisor: Child,
}

impl Cluster {
    /// Makes a cluster below `/tmp` with the programs in `programs` and starts it on a free
    /// loopback port. As root it runs as the user `postgres`, for the server refuses root.
    ///
    /// # Errors
    /// When the cluster cannot be made or does not answer within a minute.
    pub(crate) fn start(programs: &Path) -> Result<Self> {
        let user = server_user()?;
        let folder = private_folder(user)?;
        let password = random_word()?;
        let started = make_cluster(programs, &folder, user, &password)
            .and_then(|()| Self::start_server(programs, &folder, user, &password));
        if started.is_err() && folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        started
    }

    /// Address of the superuser's database `postgres`, password included.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn start_server(
        programs: &Path,
        folder: &Path,
        user: Option<User>,
        password: &str,
    ) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let supervisor = command_as(user, Path::new("/bin/sh"), folder)
            .args(["-c", SUPERVISOR])
            .env("PROGRAMS", programs)
            .env("FOLDER", folder)
            .env("PORT", port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Out of the reach of Ctrl-C, which would stop the server under running tests.
            .process_group(0)
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut cluster = Self {
            url: format!("postgres://rapport:{password}@127.0.0.1:{port}/postgres"),
            supervisor,
        };
        let deadline = Instant::now() + START_TIMEOUT;
        while !answers(programs, port)? {
            if let Some(status) = cluster.supervisor.try_wait()? {
                bail!("PostgreSQL did not start: {status}");
            }
            if Instant::now() > deadline {
                bail!("PostgreSQL does not answer after {START_TIMEOUT:?}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        drop(self.supervisor.wait());
    }
}

/// A system user by numbers.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

/// The user to change to; none when this process is not root.
fn server_user() -> Result<Option<User>> {
    if !process::is_root()? {
        return Ok(None);
    }
    let number = |flag: &str| -> Result<u32> {
        let printed = process::output(Command::new("id").args([flag, "postgres"]))
            .context("PostgreSQL refuses root and there is no user `postgres`")?;
        Ok(printed.trim().parse()?)
    };
    Ok(Some(User {
        id: number("-u")?,
        group: number("-g")?,
    }))
}

/// A new folder that only the server's user can open. `/tmp` itself, not `TMPDIR`: that one
/// may lie where the user `postgres` cannot go.
fn private_folder(user: Option<User>) -> Result<PathBuf> {
    let folder = PathBuf::from(format!("/tmp/rapport-postgres-{}", random_word()?));
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    if let Some(user) = user {
        chown(&folder, Some(user.id), Some(user.group))?;
    }
    Ok(folder)
}

fn make_cluster(programs: &Path, folder: &Path, user: Option<User>, password: &str) -> Result<()> {
    let password_file = folder.join("password");
    fs::write(&password_file, password)?;
    if let Some(user) = user {
        chown(&password_file, Some(user.id), Some(user.group))?;
    }
    let output = command_as(user, &programs.join("initdb"), folder)
        .args(["--pgdata=data", "--username=rapport", "--pwfile=password"])
        // The folder keeps others from the socket. On loopback the plain password saves the
        // tests' many new connections the key derivation of SCRAM in an unoptimised client.
        .args(["--auth-local=trust", "--auth-host=password"])
        .args(["--encoding=UTF8", "--locale=C", "--no-sync"])
        .output()
        .context("cannot run initdb")?;
    if !output.status.success() {
        bail!(
            "initdb ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

fn command_as(user: Option<User>, program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some(user) = user {
        command.uid(user.id).gid(user.group);
    }
    command
}

fn answers(programs: &Path, port: u16) -> Result<bool> {
    let status = Command::new(programs.join("pg_isready"))
        .args(["--quiet", "--host=127.0.0.1"])
        .arg(format!("--port={port}"))
        .status()
        .context("cannot run pg_isready")?;
    Ok(status.success())
}

fn random_word() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_words_differ_and_need_no_escaping_in_an_address() {
        let word = random_word().unwrap();
        assert_eq!(word.len(), 32);
        assert!(word.chars().all(|c| c.is_ascii_hexdigit()));
        assert_ne!(word, random_word().unwrap());
    }
}

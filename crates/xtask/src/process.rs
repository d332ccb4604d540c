//! Runs other programs, cargo above all.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Cargo in `directory`, with the environment a shell would give it.
///
/// `cargo run` adds variables about xtask itself; build scripts that watch such a variable
/// would run again whenever plain `cargo build` and xtask take turns.
pub(crate) fn cargo(directory: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(directory);
    for (name, _) in env::vars_os() {
        if tells_of_xtask(&name) {
            command.env_remove(name);
        }
    }
    command
}

fn tells_of_xtask(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(&*name, "CARGO_BIN_NAME" | "CARGO_CRATE_NAME")
}

/// The command as one would type it, for messages.
fn typed(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs `command` with its output on the terminal.
///
/// # Errors
/// When it cannot be started or ends with another status than 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", typed(command));
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", typed(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", typed(command));
    }
    Ok(())
}

/// Runs `command` and hands each line of its standard output to `on_line` as it comes.
///
/// # Errors
/// When it cannot be started or ends with another status than 0; every line was handed over
/// all the same.
pub(crate) fn run_with_lines(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<()> {
    println!("$ {}", typed(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", typed(command)))?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line)? > 0 {
            on_line(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` ended with {status}", typed(command));
    }
    Ok(())
}

/// The standard output of `command`; its standard error stays on the terminal.
///
/// # Errors
/// When it cannot be started, ends with another status than 0, or prints other than UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", typed(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", typed(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed other than UTF-8", typed(command)))
}

/// The first of `names` that is a program on the search path.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// Whether this process may install packages and must change user for PostgreSQL.
///
/// # Errors
/// When the program `id` is missing.
pub(crate) fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Whether colours make sense on standard output.
pub(crate) fn has_colours() -> bool {
    stdout().is_terminal() && env::var_os("NO_COLOR").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_about_xtask_are_not_passed_on_but_cargos_settings_are() {
        assert!(tells_of_xtask(OsStr::new("CARGO_MANIFEST_DIR")));
        assert!(tells_of_xtask(OsStr::new("CARGO_PKG_VERSION")));
        assert!(!tells_of_xtask(OsStr::new("CARGO_TARGET_DIR")));
        assert!(!tells_of_xtask(OsStr::new("CARGO_NET_OFFLINE")));
    }

    #[test]
    fn lines_arrive_even_when_the_program_fails() {
        let mut lines = Vec::new();
        let outcome = run_with_lines(
            Command::new("sh").args(["-c", "echo one; echo two; exit 3"]),
            |line| lines.push(line.to_owned()),
        );
        assert_eq!(lines, ["one", "two"]);
        assert!(outcome.unwrap_err().to_string().contains("exit status: 3"));
    }
}

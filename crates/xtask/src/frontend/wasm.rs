//! From Rust source to a WebAssembly module and the JavaScript around it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use super::pages::{self, Group};
use crate::process;

/// What the web app is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The compiled web app.
pub(crate) struct Program {
    /// Name of the package's program, without an extension.
    pub(crate) name: String,
    file: PathBuf,
}

/// What browsers load: the files of the program by name, and which of them is which.
pub(crate) struct Bound {
    /// Name of the program.
    pub(crate) name: String,
    /// The files, sorted by path. They name each other by these paths.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// The groups of pages that are loaded when they are needed.
    pub(crate) groups: Vec<Group>,
}

/// Adds the target to the Rust toolchain when it is missing.
///
/// # Errors
/// When it cannot be added; the message says how else it is to be had.
pub(crate) fn ensure_target() -> Result<()> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let libraries = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib");
    if has_standard_library(&libraries) {
        return Ok(());
    }
    println!("the Rust toolchain lacks {TARGET}");
    process::run(Command::new("rustup").args(["target", "add", TARGET])).with_context(|| {
        format!(
            "the web app needs Rust's standard library for {TARGET}, and rustup could not add it.\n\
             Either run `rustup target add {TARGET}` where rustup's server can be reached, or put\n\
             the library, built from the sources of exactly this rustc, into\n{}",
            libraries.display()
        )
    })
}

fn has_standard_library(folder: &Path) -> bool {
    let is_std = |name: &str| name.starts_with("libstd-") && name.ends_with(".rlib");
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_name().to_str().is_some_and(is_std))
}

/// Makes sure that the web app's wasm-bindgen is the one xtask was built with: the two halves
/// share a format that changes with every version.
///
/// # Errors
/// When they differ, with what to do.
pub(crate) fn check_versions(frontend: &Path) -> Result<()> {
    let lock = frontend.join("Cargo.lock");
    if !lock.exists() {
        process::run(process::cargo(frontend).arg("generate-lockfile"))?;
    }
    let lock = fs::read_to_string(&lock)?;
    let own = include_str!("../../Cargo.toml");
    let own = pinned_version(own, "wasm-bindgen-cli-support")
        .context("crates/xtask/Cargo.toml does not pin wasm-bindgen-cli-support")?;
    let theirs =
        locked_version(&lock, "wasm-bindgen").context("frontend/Cargo.lock has no wasm-bindgen")?;
    if own != theirs {
        bail!(
            "frontend/Cargo.lock has wasm-bindgen {theirs}, xtask has {own}; they must be equal.\n\
             Either run `cargo update --package wasm-bindgen --precise {own}` in frontend, or\n\
             write wasm-bindgen-cli-support = \"={theirs}\" in crates/xtask/Cargo.toml."
        );
    }
    Ok(())
}

/// The version in a line `package = "=1.2.3"` of a manifest.
fn pinned_version<'a>(manifest: &'a str, package: &str) -> Option<&'a str> {
    manifest.lines().find_map(|line| {
        let value = line.strip_prefix(package)?.trim_start().strip_prefix('=')?;
        value.trim().strip_prefix("\"=")?.strip_suffix('"')
    })
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

/// Compiles the web app.
///
/// # Errors
/// When cargo fails, or the folder holds no program.
pub(crate) fn compile(frontend: &Path, release: bool) -> Result<Program> {
    let mut cargo = process::cargo(frontend);
    cargo
        .args(["build", "--target", TARGET, "--target-dir"])
        .arg(frontend.join("target"))
        .arg("--message-format=json-render-diagnostics");
    if release {
        cargo.arg("--release");
        for (from, to) in shorter_paths(frontend)? {
            // Joined with the flags of the web app's own configuration.
            let flag = format!("--remap-path-prefix={}={to}", from.display());
            cargo
                .arg("--config")
                .arg(format!("target.{TARGET}.rustflags=[{flag:?}]"));
        }
    }
    let mut program = None;
    process::run_with_lines(&mut cargo, |line| {
        program = program_in(line).or(program.take());
    })?;
    program.context("the web app's package has no program")
}

/// Folders whose names the program would carry in the places of its panics, and what stands for
/// them there: it gets smaller, and tells nothing of the machine that built it.
fn shorter_paths(frontend: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
    let mut shorter = Vec::new();
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    if let Some(sources) = home.map(|home| home.join("registry/src"))
        && sources.is_dir()
    {
        for registry in fs::read_dir(sources)? {
            shorter.push((registry?.path(), "crates"));
        }
    }
    let root = frontend.parent().unwrap_or(frontend).to_owned();
    shorter.push((root, "rapport"));
    Ok(shorter)
}

/// The program that one of cargo's messages announces.
fn program_in(message: &str) -> Option<Program> {
    let message: Value = serde_json::from_str(message).ok()?;
    let file = message["filenames"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .find(|file| file.ends_with(".wasm"))?;
    let kinds = message["target"]["kind"].as_array()?;
    kinds.iter().any(|kind| kind == "bin").then_some(())?;
    Some(Program {
        name: message["target"]["name"].as_str()?.to_owned(),
        file: PathBuf::from(file),
    })
}

/// Splits the program into what every page needs and what single pages need, and makes the
/// JavaScript around it.
///
/// # Errors
/// When the module cannot be split, or wasm-bindgen refuses it.
pub(crate) fn bind(frontend: &Path, program: &Program, release: bool) -> Result<Bound> {
    let folder = frontend.join("target/bound");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let name = &program.name;
    let whole = fs::read(&program.file)?;
    let main = frontend.join("target/main.wasm");
    let script = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.main_module = &script;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("cannot split {}: {error:#}", program.file.display()))?;

    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&main)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_producers_section(true)
        // The pages' files find what they share with the main one by the linker's names.
        .keep_lld_exports(true)
        .demangle(false);
    let mut output = bindgen
        .generate_output()
        .with_context(|| format!("wasm-bindgen refuses {}", program.file.display()))?;
    output.emit(&folder)?;

    let mut files = Vec::new();
    read_files(&folder, "", &mut files)?;
    files.sort();
    if release {
        for (path, content) in &mut files {
            if path.ends_with(".wasm") {
                *content = tightened(content)
                    .with_context(|| format!("{path} is no WebAssembly module"))?;
            }
        }
    }
    let groups = pages::join(&mut files, split.prefetch_map, &script)?;
    Ok(Bound {
        name: name.clone(),
        files,
        groups,
    })
}

fn read_files(folder: &Path, prefix: &str, into: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_files(&entry.path(), &format!("{path}/"), into)?;
        } else {
            into.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// The module as a browser needs it: without names and other custom sections, without types that
/// nothing uses, and with each number in as few bytes as it takes. The parts of a split program come
/// with numbers as wide as the linker's, which compression does not make up for.
///
/// # Errors
/// When the bytes are no module.
fn tightened(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut module = walrus::ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(bytes)?;
    let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in custom {
        module.customs.delete(id);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_version_is_that_of_the_package_of_exactly_this_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn xtask_pins_its_half_of_wasm_bindgen() {
        let own = include_str!("../../Cargo.toml");
        assert!(pinned_version(own, "wasm-bindgen-cli-support").is_some());
        assert_eq!(pinned_version("brotli = \"9.1\"", "brotli"), None);
    }

    #[test]
    fn a_module_loses_what_a_browser_does_not_need_and_its_wide_numbers() {
        let header = b"\0asm\x01\0\0\0";
        // Two types, of which one is used; a function of that type, exported; its code returns a
        // number written in five bytes; a custom section.
        let module = [
            &header[..],
            b"\x01\x09\x02\x60\0\x01\x7e\x60\0\x01\x7f",
            b"\x03\x02\x01\x01",
            b"\x07\x05\x01\x01f\0\0",
            b"\x0a\x0a\x01\x08\0\x41\x87\x80\x80\x80\0\x0b",
            b"\0\x03\x01n!",
        ]
        .concat();
        let tight = [
            &header[..],
            b"\x01\x05\x01\x60\0\x01\x7f",
            b"\x03\x02\x01\0",
            b"\x07\x05\x01\x01f\0\0",
            b"\x0a\x06\x01\x04\0\x41\x07\x0b",
        ]
        .concat();
        assert_eq!(tightened(&module).unwrap(), tight);
        assert!(tightened(b"no").is_err());
    }

    #[test]
    fn only_the_message_about_the_program_is_taken() {
        let library = r#"{"target":{"kind":["cdylib"],"name":"x"},"filenames":["/t/x.wasm"]}"#;
        let script = r#"{"target":{"kind":["bin"],"name":"x"},"filenames":["/t/x"]}"#;
        let program = r#"{"target":{"kind":["bin"],"name":"app"},"filenames":["/t/app.wasm"]}"#;
        assert!(program_in(library).is_none());
        assert!(program_in(script).is_none());
        assert!(program_in("no JSON").is_none());
        assert_eq!(program_in(program).unwrap().name, "app");
    }
}

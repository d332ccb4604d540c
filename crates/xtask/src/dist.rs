//! `cargo xtask dist`: the release as an archive.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::{frontend, process};

/// Cargo's profile for it.
const PROFILE: &str = "dist";

/// What goes beside the program, from the workspace's root.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "NOTICE",
    "openapi/openapi.json",
    "openapi/README.md",
    "deploy",
];

/// Builds the web app and the server for use and packs them, unpacked and as `.tar.gz` with its
/// SHA-256, into `folder`.
///
/// # Errors
/// When a build fails or a file cannot be written.
pub(crate) fn dist(workspace: &Workspace, folder: Option<&Path>) -> Result<()> {
    let mut progress = Progress::new(3);
    progress.step("web app");
    frontend::build(&workspace.frontend(), true)?;
    progress.step("server build");
    process::run(process::cargo(&workspace.root).args([
        "build",
        "--package",
        "rapport-api",
        "--profile",
        PROFILE,
    ]))?;

    progress.step("archive");
    let folder = folder.map_or_else(|| workspace.target.join("archive"), Path::to_path_buf);
    let name = format!("rapport-{}-{}", env!("CARGO_PKG_VERSION"), host(workspace)?);
    let unpacked = folder.join(&name);
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked)?;
    }
    fs::create_dir_all(&unpacked)?;
    copy(
        &workspace.target.join(PROFILE).join("rapport"),
        &unpacked.join("rapport"),
    )?;
    for document in DOCUMENTS {
        copy(&workspace.root.join(document), &unpacked.join(document))?;
    }
    let archive = folder.join(format!("{name}.tar.gz"));
    pack(&unpacked, &name, &archive)?;
    let digest = hex(&Sha256::digest(fs::read(&archive)?));
    fs::write(
        folder.join(format!("{name}.tar.gz.sha256")),
        format!("{digest}  {name}.tar.gz\n"),
    )?;
    println!("wrote {}", workspace.shown(&archive));
    println!("sha256 {digest}");
    Ok(())
}

/// The triple that is built for.
fn host(workspace: &Workspace) -> Result<String> {
    let told = process::output(
        Command::new("rustc")
            .arg("-vV")
            .current_dir(&workspace.root),
    )?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc tells no host")?.to_owned())
}

/// Copies a file, or a folder with everything below.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for entry in sorted(from)? {
            let name = entry.file_name().context("a folder without a name")?;
            copy(&entry, &to.join(name))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// Packs everything below `folder` under `name`: the same bytes for the same files, whoever packs
/// them and when.
fn pack(folder: &Path, name: &str, archive: &Path) -> Result<()> {
    let encoder = GzEncoder::new(File::create(archive)?, Compression::best());
    let mut builder = Builder::new(encoder);
    add(&mut builder, folder, Path::new(name))?;
    builder.into_inner()?.finish()?.sync_all()?;
    Ok(())
}

fn add(builder: &mut Builder<GzEncoder<File>>, path: &Path, name: &Path) -> Result<()> {
    let mut header = Header::new_gnu();
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    if path.is_dir() {
        header.set_entry_type(EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        builder.append_data(&mut header, name, std::io::empty())?;
        for entry in sorted(path)? {
            let last = entry.file_name().context("a folder without a name")?;
            add(builder, &entry, &name.join(last))?;
        }
        return Ok(());
    }
    let file = File::open(path)?;
    let is_program = path.file_name().is_some_and(|last| last == "rapport");
    header.set_entry_type(EntryType::Regular);
    header.set_mode(if is_program { 0o755 } else { 0o644 });
    header.set_size(file.metadata()?.len());
    builder.append_data(&mut header, name, file)?;
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_the_same_bytes_whenever_it_is_packed() {
        let folder = std::env::temp_dir().join(format!("xtask-archive-{}", std::process::id()));
        let inner = folder.join("inner/deploy");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("unit"), "x").unwrap();
        fs::write(folder.join("inner/rapport"), "program").unwrap();
        let packed = |name: &str| {
            let archive = folder.join(name);
            pack(&folder.join("inner"), "rapport-1", &archive).unwrap();
            fs::read(archive).unwrap()
        };
        let first = packed("first");
        File::options()
            .write(true)
            .open(inner.join("unit"))
            .unwrap()
            .set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(first, packed("second"));
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&first[..]));
        let entries: Vec<(String, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let path = entry
                    .path()
                    .unwrap()
                    .to_string_lossy()
                    .trim_end_matches('/')
                    .to_owned();
                (path, entry.header().mode().unwrap())
            })
            .collect();
        fs::remove_dir_all(&folder).unwrap();
        let expected = [
            ("rapport-1", 0o755),
            ("rapport-1/deploy", 0o755),
            ("rapport-1/deploy/unit", 0o644),
            ("rapport-1/rapport", 0o755),
        ];
        assert_eq!(
            entries,
            expected.map(|(path, mode)| (path.to_owned(), mode))
        );
    }
}

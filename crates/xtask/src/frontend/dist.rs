//! The folder of finished files: names by content, compressed copies, sizes.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::pages::Group;

/// Files to be served, by path below the folder.
pub(super) struct Dist {
    release: bool,
    files: BTreeMap<String, Vec<u8>>,
}

impl Dist {
    /// No files yet; a release is compressed harder.
    pub(super) fn new(release: bool) -> Self {
        Self {
            release,
            files: BTreeMap::new(),
        }
    }

    /// Adds a file under a fixed path.
    pub(super) fn add(&mut self, path: &str, content: Vec<u8>) {
        self.files.insert(path.to_owned(), content);
    }

    /// Adds a file below `assets/` with a hash of its content in its name and returns its
    /// address.
    pub(super) fn add_hashed(&mut self, name: &str, content: Vec<u8>) -> String {
        let path = format!("assets/{}", hashed_name(name, &content));
        let url = format!("/{path}");
        self.files.insert(path, content);
        url
    }

    /// Makes `folder` hold these files, their compressed copies and nothing else. A file that
    /// is right already is not touched, so that a server built around the folder stays built.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(super) fn write(self, folder: &Path) -> Result<Sizes> {
        let mut sizes = Sizes(Vec::new());
        let mut written = BTreeMap::new();
        for (path, content) in self.files {
            let brotli = brotli_copy(&content, self.release)?;
            let gzip = gzip_copy(&content, self.release)?;
            sizes.0.push(Size {
                path: path.clone(),
                raw: content.len(),
                gzip: gzip.len(),
                brotli: brotli.len(),
            });
            written.insert(format!("{path}.br"), brotli);
            written.insert(format!("{path}.gz"), gzip);
            written.insert(path, content);
        }
        for (path, content) in &written {
            write_if_other(&folder.join(path), content)?;
        }
        remove_others(folder, "", &written)?;
        Ok(sizes)
    }
}

/// `name.ext` as `name-<hash>.ext`.
fn hashed_name(name: &str, content: &[u8]) -> String {
    let hash = content_hash(content);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

/// The first 64 bits of the SHA-256 digest in hexadecimal.
pub(super) fn content_hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn brotli_copy(content: &[u8], release: bool) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: if release { 11 } else { 4 },
        // The widest window that browsers must understand (RFC 7932).
        lgwin: 24,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut copy = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut copy, &parameters)?;
    Ok(copy)
}

fn gzip_copy(content: &[u8], release: bool) -> Result<Vec<u8>> {
    let level = if release {
        Compression::best()
    } else {
        Compression::fast()
    };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn write_if_other(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn remove_others(folder: &Path, prefix: &str, keep: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            let inside = format!("{path}/");
            if keep.keys().any(|kept| kept.starts_with(&inside)) {
                remove_others(&entry.path(), &inside, keep)?;
            } else {
                fs::remove_dir_all(entry.path())?;
            }
        } else if !keep.contains_key(&path) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Sizes of the written files.
pub(super) struct Sizes(Vec<Size>);

/// Sizes of one file and its copies, in bytes.
struct Size {
    path: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Sizes {
    /// All files in brotli, in bytes.
    fn brotli(&self) -> usize {
        self.0.iter().map(|size| size.brotli).sum()
    }

    /// What a first visit of each group of pages loads, in brotli, in bytes: its file, and all that
    /// is no group's. The largest first.
    pub(super) fn first_visits(&self, groups: &[Group]) -> Vec<(String, usize)> {
        let is_of = |group: &Group, size: &Size| {
            let name = size.path.rsplit('/').next();
            name == Some(group.file.as_str())
        };
        let sum = |counts: &dyn Fn(&Size) -> bool| -> usize {
            let sizes = self.0.iter().filter(|size| counts(size));
            sizes.map(|size| size.brotli).sum()
        };
        let shared = sum(&|size| !groups.iter().any(|group| is_of(group, size)));
        let visit = |group: &Group| {
            let own = sum(&|size| is_of(group, size));
            (group.name.clone(), shared + own)
        };
        let mut visits: Vec<(String, usize)> = groups.iter().map(visit).collect();
        visits.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        visits
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, path: &str, raw, gzip, brotli| {
            writeln!(
                f,
                "{path:52} {:>9} {:>9} {:>9}",
                kilobytes(raw),
                kilobytes(gzip),
                kilobytes(brotli)
            )
        };
        writeln!(f, "{:52} {:>9} {:>9} {:>9}", "kB", "raw", "gzip", "brotli")?;
        for size in &self.0 {
            line(f, &size.path, size.raw, size.gzip, size.brotli)?;
        }
        let sum = |part: fn(&Size) -> usize| self.0.iter().map(part).sum::<usize>();
        let (raw, gzip) = (sum(|size| size.raw), sum(|size| size.gzip));
        line(f, "total", raw, gzip, self.brotli())
    }
}

/// Thousands of bytes with one decimal.
fn kilobytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn a_name_changes_with_the_content_and_keeps_its_extension() {
        assert_eq!(hashed_name("app.js", b"1"), "app-6b86b273ff34fce1.js");
        assert_eq!(hashed_name("app.js", b"2"), "app-d4735e3a265e16ee.js");
        assert_eq!(hashed_name("LICENSE", b"1"), "LICENSE-6b86b273ff34fce1");
    }

    #[test]
    fn compressed_copies_hold_the_same_bytes() {
        let content = "Rapport 客服 ".repeat(500).into_bytes();
        for release in [false, true] {
            let mut unzipped = Vec::new();
            let gzip = gzip_copy(&content, release).unwrap();
            GzDecoder::new(&gzip[..])
                .read_to_end(&mut unzipped)
                .unwrap();
            assert_eq!(unzipped, content);

            let mut plain = Vec::new();
            let copy = brotli_copy(&content, release).unwrap();
            brotli::BrotliDecompress(&mut &copy[..], &mut plain).unwrap();
            assert_eq!(plain, content);
        }
    }

    #[test]
    fn a_second_build_removes_what_is_stale_and_leaves_the_rest_untouched() {
        let folder = env::temp_dir().join(format!("xtask-dist-{}", std::process::id()));
        let write = |text: &str| {
            let mut dist = Dist::new(false);
            dist.add("index.html", b"page".to_vec());
            dist.add_hashed("app.js", text.as_bytes().to_vec());
            dist.add(&format!("assets/snippets-{text}/a.js"), b"a".to_vec());
            dist.write(&folder).unwrap();
        };
        let page_changed_at = || {
            let page = fs::metadata(folder.join("index.html")).unwrap();
            page.modified().unwrap()
        };
        write("1");
        let before = page_changed_at();
        write("2");

        assert_eq!(page_changed_at(), before);
        assert!(!folder.join("assets/app-6b86b273ff34fce1.js").exists());
        assert!(!folder.join("assets/app-6b86b273ff34fce1.js.br").exists());
        assert!(!folder.join("assets/snippets-1").exists());
        assert!(folder.join("assets/app-d4735e3a265e16ee.js.gz").exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_first_visit_loads_what_all_pages_share_and_the_file_of_its_group() {
        let size = |path: &str, brotli| Size {
            path: path.to_owned(),
            raw: 0,
            gzip: 0,
            brotli,
        };
        let sizes = Sizes(vec![
            size("index.html", 1),
            size("assets/app-1/app_bg.wasm", 100),
            size("assets/app-1/a.pages", 20),
            size("assets/app-1/data.pages", 30),
        ]);
        let groups = ["a", "data"].map(|name| Group {
            name: name.to_owned(),
            file: format!("{name}.pages"),
        });
        let visits = [("data", 101 + 30), ("a", 101 + 20)];
        assert_eq!(
            sizes.first_visits(&groups),
            visits.map(|(name, bytes)| (name.to_owned(), bytes))
        );
    }

    #[test]
    fn sizes_are_rounded_up_to_a_tenth_of_a_kilobyte() {
        assert_eq!(kilobytes(0), "0.0");
        assert_eq!(kilobytes(1), "0.1");
        assert_eq!(kilobytes(499_950), "500.0");
    }
}

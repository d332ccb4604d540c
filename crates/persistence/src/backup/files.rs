//! The files of a backup: written under another name first, read whether gzipped or not.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;

use super::BackupError;

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// What a SQLite file begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// A file that gets its name only when it is complete; removed when it never is. Nobody else may
/// read it: it holds what people sign in with.
#[derive(Debug)]
pub(super) struct Unfinished {
    path: PathBuf,
    to: PathBuf,
}

impl Unfinished {
    /// An empty file in the folder of `to`.
    pub(super) fn beside(to: &Path) -> Result<Self, BackupError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(to.file_name().unwrap_or(to.as_os_str()));
        name.push(format!(".{}.part", std::process::id()));
        let path = to.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).map_err(BackupError::io(&path))?;
        Ok(Self {
            path,
            to: to.to_owned(),
        })
    }

    /// Where it lies for now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it to be written.
    pub(super) fn open(&self) -> Result<File, BackupError> {
        let file = OpenOptions::new().write(true).open(&self.path);
        file.map_err(BackupError::io(&self.path))
    }

    /// Makes it last under its name.
    pub(super) fn keep(self, replace: bool) -> Result<(), BackupError> {
        let fail = BackupError::io;
        File::open(&self.path)
            .and_then(|file| file.sync_all())
            .map_err(fail(&self.path))?;
        refuse_existing(&self.to, replace)?;
        std::fs::rename(&self.path, &self.to).map_err(fail(&self.to))?;
        let folder = self.to.parent().filter(|folder| folder != &Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(fail(folder))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After `keep` nothing lies there any more.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Refuses to replace a file that is there, unless that is wanted.
pub(super) fn refuse_existing(path: &Path, replace: bool) -> Result<(), BackupError> {
    if !replace && path.exists() {
        return Err(BackupError::Exists(path.to_owned()));
    }
    Ok(())
}

/// A file that lies beside another: the same name with an ending.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The bytes of a backup, unpacked.
pub(super) struct Unpacked {
    bytes: Box<dyn BufRead + Send>,
    /// Whether it is the file of a SQLite database.
    pub(super) is_sqlite: bool,
}

impl Unpacked {
    /// Opens a backup, gzipped or not.
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(BackupError::io(path))?;
        let mut file = BufReader::with_capacity(CHUNK, file);
        let first = file.fill_buf().map_err(BackupError::reading(path))?;
        let mut bytes: Box<dyn BufRead + Send> = if first.starts_with(&[0x1f, 0x8b]) {
            let whole = Whole(GzDecoder::new(file));
            Box::new(BufReader::with_capacity(CHUNK, whole))
        } else {
            Box::new(file)
        };
        let first = bytes.fill_buf().map_err(BackupError::reading(path))?;
        let is_sqlite = first.starts_with(SQLITE);
        Ok(Self { bytes, is_sqlite })
    }

    /// Its bytes.
    pub(super) fn into_bytes(self) -> Box<dyn BufRead + Send> {
        self.bytes
    }

    /// Writes them into a file.
    pub(super) fn copy(self, path: &Path, into: &Unfinished) -> Result<(), BackupError> {
        let mut bytes = self.bytes;
        let mut out = into.open()?;
        loop {
            let some = bytes.fill_buf().map_err(BackupError::reading(path))?;
            if some.is_empty() {
                break;
            }
            out.write_all(some).map_err(BackupError::io(into.path()))?;
            let length = some.len();
            bytes.consume(length);
        }
        out.sync_all().map_err(BackupError::io(into.path()))
    }
}

/// A gzip file with nothing after its end.
struct Whole(GzDecoder<BufReader<File>>);

impl Read for Whole {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if read == 0 && !buffer.is_empty() && !self.0.get_mut().fill_buf()?.is_empty() {
            let what = "there is something after its end";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(read)
    }
}

//! The folder of uploaded files. Everything here blocks; call it inside `spawn_blocking`.
//!
//! A file is called by its id, with `.part` behind it while it arrives. Whoever imports it holds a
//! lock of the system on it, which ends with the process: so a run whose process was killed goes on
//! at once, and no two processes read one file for one run.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::ids::ImportFileId;
use rapport_types::imports::{ImportCode, ImportFault};
use uuid::Uuid;

/// What a file is called while it arrives.
const PART: &str = "part";
/// How long a file that nobody knows of may lie there: it may be arriving still.
const GRACE: TimeDelta = TimeDelta::hours(2);

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// A file on its way into the folder; gone when it is dropped before it was kept.
#[derive(Debug)]
pub(super) struct Arriving {
    pub(super) id: ImportFileId,
    folder: Folder,
    is_kept: bool,
}

impl Folder {
    /// The folder for uploads in the data folder; made when the first file arrives.
    pub(super) fn within(data: &Path) -> Self {
        Self(data.join("imports"))
    }

    fn path(&self, id: ImportFileId) -> PathBuf {
        self.0.join(id.uuid().to_string())
    }

    /// Begins to take a file.
    pub(super) fn begin(&self, id: ImportFileId) -> io::Result<(Arriving, File)> {
        fs::create_dir_all(&self.0)?;
        let file = File::create(self.path(id).with_extension(PART))?;
        let arriving = Arriving {
            id,
            folder: self.clone(),
            is_kept: false,
        };
        Ok((arriving, file))
    }

    /// Whether the file lies in this folder.
    pub(super) fn has(&self, id: ImportFileId) -> bool {
        self.path(id).is_file()
    }

    /// Opens a file.
    pub(super) fn open(&self, id: ImportFileId) -> Result<File, ImportFault> {
        File::open(self.path(id)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ImportFault::new(ImportCode::FileGone),
            kind => ImportFault::new(ImportCode::Unreadable).with("reason", kind),
        })
    }

    /// The lock on a file, until what this gives is dropped; none while another one holds it.
    pub(super) fn lock(&self, id: ImportFileId) -> io::Result<Option<File>> {
        let file = File::open(self.path(id))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The bytes of all files.
    pub(super) fn used(&self) -> io::Result<u64> {
        let mut used = 0;
        for entry in self.entries()? {
            used += entry?.metadata().map_or(0, |about| about.len());
        }
        Ok(used)
    }

    /// The files that nobody can be waiting for, unless their row is there still.
    pub(super) fn settled(&self, now: DateTime<Utc>) -> io::Result<Vec<(ImportFileId, PathBuf)>> {
        let mut settled = Vec::new();
        for entry in self.entries()? {
            let path = entry?.path();
            let id = path
                .file_stem()
                .and_then(|name| name.to_str())
                .and_then(|name| Uuid::parse_str(name).ok());
            let Some((id, made)) = id.and_then(|id| Some((id, id.get_timestamp()?))) else {
                continue;
            };
            let (seconds, _) = made.to_unix();
            if seconds < (now - GRACE).timestamp().unsigned_abs() {
                settled.push((ImportFileId::from_uuid(id), path));
            }
        }
        Ok(settled)
    }

    fn entries(&self) -> io::Result<Box<dyn Iterator<Item = io::Result<fs::DirEntry>>>> {
        match fs::read_dir(&self.0) {
            Ok(entries) => Ok(Box::new(entries)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Box::new(std::iter::empty()))
            }
            Err(error) => Err(error),
        }
    }
}

impl Arriving {
    /// Opens what has arrived.
    pub(super) fn open(&self) -> Result<File, ImportFault> {
        File::open(self.part())
            .map_err(|error| ImportFault::new(ImportCode::Unreadable).with("reason", error.kind()))
    }

    fn part(&self) -> PathBuf {
        self.folder.path(self.id).with_extension(PART)
    }

    /// Keeps it: from now on it is a file of the folder.
    pub(super) fn keep(mut self) -> io::Result<()> {
        File::open(self.part())?.sync_all()?;
        fs::rename(self.part(), self.folder.path(self.id))?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if !self.is_kept {
            // When it cannot be removed now, the cleaning job removes it later.
            let _ = fs::remove_file(self.part());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn id(at: DateTime<Utc>, number: u8) -> ImportFileId {
        let millis = u64::try_from(at.timestamp_millis()).unwrap();
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &[number; 10]).into_uuid();
        ImportFileId::from_uuid(uuid)
    }

    #[test]
    fn a_file_is_there_once_it_is_kept_and_is_locked_once() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::within(temporary.path());
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(folder.used().unwrap(), 0, "not even made");
        let (first, second) = (id(now, 1), id(now, 2));
        let (arriving, mut file) = folder.begin(first).unwrap();
        file.write_all(b"abc").unwrap();
        assert!(!folder.has(first));
        arriving.keep().unwrap();
        drop(folder.begin(second).unwrap());
        assert!(folder.has(first) && !folder.has(second));
        assert_eq!(folder.used().unwrap(), 3);

        let held = folder.lock(first).unwrap();
        assert!(held.is_some());
        assert!(folder.lock(first).unwrap().is_none());
        drop(held);
        assert!(folder.lock(first).unwrap().is_some());
        assert_eq!(folder.open(second).unwrap_err().code, ImportCode::FileGone);

        assert!(folder.settled(now + GRACE).unwrap().is_empty());
        let later = folder.settled(now + GRACE + TimeDelta::seconds(1)).unwrap();
        assert_eq!(later.len(), 1);
    }
}

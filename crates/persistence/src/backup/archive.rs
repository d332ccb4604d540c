//! The lines of a PostgreSQL backup: a header that names the tables with their numbers of rows, then
//! each table's rows, one JSON object a line, then the checksum of all of that.

use std::fs::File;
use std::io::{self, BufRead, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupError;
use super::files::Unpacked;

/// What the header says first.
const FORMAT: &str = "rapport backup";
/// The version of these lines.
const FORMAT_VERSION: u32 = 1;
/// Rows of one batch, and the bytes after which it is full.
const BATCH: (usize, usize) = (500, 2 << 20);

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    format: String,
    format_version: u32,
    /// The version of the program.
    pub(super) product_version: String,
    /// Which database it is of.
    pub(super) database: String,
    /// When it was taken.
    pub(super) taken_at: String,
    /// The migrations that were applied, oldest first.
    pub(super) migrations: Vec<String>,
    /// The last number of the change log.
    pub(super) last_change: i64,
    /// The tables, in an order in which they can be filled.
    pub(super) tables: Vec<Table>,
}

/// A table of the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Its columns.
    pub(super) columns: Vec<String>,
    /// How many rows it has.
    pub(super) rows: u64,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct End {
    sha256: String,
}

impl Header {
    /// A header of a database that holds nothing.
    pub(super) fn new(product_version: &str, taken_at: String) -> Self {
        Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            product_version: product_version.to_owned(),
            database: "postgres".to_owned(),
            taken_at,
            migrations: Vec::new(),
            last_change: 0,
            tables: Vec::new(),
        }
    }
}

/// Writes the lines.
pub(super) struct Archive {
    out: GzEncoder<File>,
    hash: Sha256,
}

impl Archive {
    /// Begins with the header.
    pub(super) fn begin(file: File, header: &Header) -> io::Result<Self> {
        let mut archive = Self {
            out: GzEncoder::new(file, Compression::fast()),
            hash: Sha256::new(),
        };
        archive.line(&serde_json::to_string(header)?)?;
        Ok(archive)
    }

    /// Adds a row.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.hash.update(bytes);
            self.out.write_all(bytes)?;
        }
        Ok(())
    }

    /// Adds the checksum.
    pub(super) fn end(mut self) -> io::Result<()> {
        let end = End {
            sha256: hex(self.hash),
        };
        writeln!(self.out, "{}", serde_json::to_string(&end)?)?;
        self.out.finish()?.sync_all()
    }
}

fn hex(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads all lines and checks them: `each` gets the rows in batches with the place of their table
/// in the header. What it was given is to be believed only when the whole file turns out right.
pub(super) fn read(
    path: &Path,
    mut each: impl FnMut(usize, Vec<String>) -> Result<(), BackupError>,
) -> Result<Header, BackupError> {
    let unpacked = Unpacked::open(path)?;
    if unpacked.is_sqlite {
        return Err(BackupError::OtherKind);
    }
    let mut lines = Lines {
        bytes: unpacked.into_bytes(),
        hash: Sha256::new(),
        path,
    };
    let header = header(&lines.next()?)?;
    for (place, table) in header.tables.iter().enumerate() {
        let mut batch = Vec::new();
        let mut length = 0;
        for _ in 0..table.rows {
            let line = lines.next()?;
            length += line.len();
            batch.push(line);
            if batch.len() >= BATCH.0 || length >= BATCH.1 {
                each(place, std::mem::take(&mut batch))?;
                length = 0;
            }
        }
        if !batch.is_empty() {
            each(place, batch)?;
        }
    }
    let expected = hex(lines.hash.clone());
    let end: End = serde_json::from_str(&lines.next()?)
        .map_err(|_| damaged("it has other rows than its header says"))?;
    if end.sha256 != expected {
        return Err(damaged("its checksum is wrong"));
    }
    match lines.bytes.fill_buf().map_err(BackupError::reading(path))? {
        [] => Ok(header),
        _ => Err(damaged("there is something after its end")),
    }
}

fn header(line: &str) -> Result<Header, BackupError> {
    let value: serde_json::Value =
        serde_json::from_str(line).map_err(|_| damaged("it has no header"))?;
    if value["format"] != FORMAT {
        return Err(damaged("it has no header"));
    }
    if value["format_version"] != FORMAT_VERSION {
        let newer = format!("backups of format {}", value["format_version"]);
        return Err(BackupError::Newer(vec![newer]));
    }
    serde_json::from_value(value).map_err(|_| damaged("its header cannot be read"))
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.to_owned())
}

struct Lines<'p> {
    bytes: Box<dyn BufRead + Send>,
    hash: Sha256,
    path: &'p Path,
}

impl Lines<'_> {
    /// The next line without its end.
    fn next(&mut self) -> Result<String, BackupError> {
        let mut line = String::new();
        self.bytes
            .read_line(&mut line)
            .map_err(BackupError::reading(self.path))?;
        if line.pop() != Some('\n') {
            return Err(damaged("it breaks off"));
        }
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path, rows: &[(&str, &[&str])]) -> (std::path::PathBuf, Header) {
        let path = folder.join("backup.gz");
        let mut header = Header::new("0.1.0", "2026-05-31T08:00:00Z".to_owned());
        header.tables = rows
            .iter()
            .map(|(name, rows)| Table {
                name: (*name).to_owned(),
                columns: vec!["id".to_owned()],
                rows: rows.len() as u64,
            })
            .collect();
        let mut archive = Archive::begin(File::create(&path).unwrap(), &header).unwrap();
        for line in rows.iter().flat_map(|(_, rows)| *rows) {
            archive.line(line).unwrap();
        }
        archive.end().unwrap();
        (path, header)
    }

    #[test]
    fn what_was_written_is_read_and_any_damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let rows: &[(&str, &[&str])] = &[
            ("teams", &["{\"id\":1}", "{\"id\":2}"]),
            ("users", &[]),
            ("tickets", &["{\"id\":3}"]),
        ];
        let (path, header) = written(folder.path(), rows);
        let mut seen = Vec::new();
        let read_header = read(&path, |place, lines| {
            seen.push((place, lines));
            Ok(())
        });
        assert_eq!(read_header.unwrap(), header);
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen, [(0, lines(rows[0].1)), (2, lines(rows[2].1))]);

        let whole = std::fs::read(&path).unwrap();
        let damages = (0..whole.len()).map(|place| {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            bytes
        });
        let cuts = (0..whole.len()).map(|length| whole[..length].to_vec());
        let longer = [[&whole[..], b"x"].concat(), [&whole[..], &whole].concat()];
        for bytes in damages.chain(cuts).chain(longer) {
            std::fs::write(&path, &bytes).unwrap();
            let mut read_rows = Vec::new();
            let damaged = read(&path, |place, lines| {
                read_rows.push((place, lines));
                Ok(())
            });
            let Err(error) = damaged else {
                // A few bits of gzip say nothing: the time, the system, what fills up a byte.
                assert_eq!(read_rows, seen);
                continue;
            };
            let is_told = matches!(error, BackupError::Damaged(_) | BackupError::Newer(_));
            assert!(is_told, "{error:?}");
        }
    }

    #[test]
    fn a_row_that_is_not_there_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut header) = written(folder.path(), &[("teams", &["{}"])]);
        header.tables[0].rows = 2;
        let mut archive = Archive::begin(File::create(&path).unwrap(), &header).unwrap();
        archive.line("{}").unwrap();
        archive.end().unwrap();
        let refused = read(&path, |_, _| Ok(()));
        assert!(matches!(refused, Err(BackupError::Damaged(_))));
    }
}

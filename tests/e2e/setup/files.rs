//! The files that the company brings along: the real ones of the folder that `RAPPORT_REAL_DATA`
//! names, else small ones with the same headers. What they must come to is counted here by plain
//! reading.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use rapport_api::imports::reader::{Form, Records};
use rapport_tests::import_samples::complaints;
use tempfile::TempDir;

/// How the head of a holiday file begins.
const HOLIDAY_HEAD: &str = "date,kind,holiday";
/// How the columns of a file of complaints begin.
const COMPLAINT_HEAD: [&str; 2] = ["unique_key", "account"];
/// Complaints without a fault in the generated file.
const GENERATED: u32 = 240;

/// The files of the real folder; none without one.
fn real_files() -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("RAPPORT_REAL_DATA")?;
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files)
}

/// Writes a file of its own folder.
fn written(name: &str, text: &str) -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (path, folder)
}

/// A holiday file, and what it says of one year.
pub(super) struct Holidays {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The year: this one, or the last that the file knows.
    pub(super) year: String,
    /// Its days, by kind as the file writes it.
    pub(super) days: BTreeMap<String, Vec<String>>,
    /// Days of all years.
    pub(super) count: usize,
    _folder: Option<TempDir>,
}

impl Holidays {
    /// The real file, else one of this year.
    pub(super) fn of(year: i32) -> Self {
        let is_it = |path: &PathBuf| {
            std::fs::read_to_string(path).is_ok_and(|text| text.starts_with(HOLIDAY_HEAD))
        };
        let real = real_files().and_then(|files| files.into_iter().find(is_it));
        let (path, folder) = match real {
            Some(path) => (path, None),
            None => {
                let (path, folder) = written("holidays.csv", &generated_holidays(year));
                (path, Some(folder))
            }
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<Vec<&str>> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').collect())
            .collect();
        let year_of = |line: &Vec<&str>| line[0][..4].to_owned();
        let last = lines.iter().map(year_of).max().unwrap();
        let year = last.min(year.to_string());
        let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in lines.iter().filter(|line| year_of(line) == year) {
            let of_kind = days.entry(line[1].to_owned()).or_default();
            of_kind.push(line[0].to_owned());
        }
        Self {
            path,
            year,
            days,
            count: lines.len(),
            _folder: folder,
        }
    }
}

fn generated_holidays(year: i32) -> String {
    let days = [
        ("01-01", "holiday", "元旦"),
        ("05-01", "holiday", "劳动节"),
        ("05-02", "holiday", "劳动节"),
        ("05-09", "make_up_workday", "劳动节"),
        ("10-01", "holiday", "国庆节"),
        ("10-02", "holiday", "国庆节"),
        ("10-10", "make_up_workday", "国庆节"),
    ];
    let lines = days.map(|(day, kind, name)| format!("{year}-{day},{kind},{name}\n"));
    format!("{HOLIDAY_HEAD}\n{}", lines.concat())
}

/// A file of complaints, and what an import of it must come to.
#[derive(Debug)]
pub(super) struct Complaints {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its columns.
    pub(super) header: Vec<String>,
    /// Rows without a fault.
    pub(super) good: u64,
    /// Rows taken with a warning.
    pub(super) warned: u64,
    /// Rows left out.
    pub(super) rejected: u64,
    /// Tickets that are not over.
    pub(super) unresolved: u64,
    /// Tickets by the office that handles them, of rows with all their fields.
    pub(super) by_office: BTreeMap<String, u64>,
    _folder: Option<TempDir>,
}

impl Complaints {
    /// The real file, else a generated one.
    pub(super) fn read() -> Self {
        let real = real_files().and_then(|files| {
            let mut files = files.into_iter();
            files.find(|path| is_of_complaints(path))
        });
        real.map_or_else(Self::generated, Self::counted)
    }

    /// Rows that are taken.
    pub(super) const fn tickets(&self) -> u64 {
        self.good + self.warned
    }

    fn counted(path: PathBuf) -> Self {
        let mut records = Records::open(File::open(&path).unwrap(), Form::utf8(b',')).unwrap();
        let header = records.header().to_vec();
        let at = |name: &str| header.iter().position(|it| it == name).unwrap();
        let (office, closed) = (at("account"), at("closedate"));
        let (mut good, mut unresolved, mut by_office) = (0, 0, BTreeMap::new());
        while let Some(record) = records.next().unwrap() {
            good += 1;
            let [office, closed] = [office, closed].map(|at| record.fields.get(at));
            unresolved += u64::from(closed.is_some_and(String::is_empty));
            *by_office.entry(office.unwrap().clone()).or_default() += 1;
        }
        Self {
            path,
            header,
            good,
            warned: 0,
            rejected: 0,
            unresolved,
            by_office,
            _folder: None,
        }
    }

    /// Its planted faults all lie with one office.
    fn generated() -> Self {
        let sample = complaints(GENERATED);
        let (path, folder) = written("complaints.csv", &sample.csv);
        Self {
            good: sample.expected.imported,
            warned: sample.expected.with_warnings,
            rejected: sample.expected.rejected,
            unresolved: sample.expected.unresolved,
            _folder: Some(folder),
            ..Self::counted(path)
        }
    }
}

fn is_of_complaints(path: &Path) -> bool {
    let name = path.to_string_lossy();
    if !name.ends_with(".csv") && !name.ends_with(".csv.gz") {
        return false;
    }
    let records = Records::open(File::open(path).unwrap(), Form::utf8(b','));
    records.is_ok_and(|records| {
        let head = records.header().get(..2);
        head.is_some_and(|head| head == COMPLAINT_HEAD)
    })
}

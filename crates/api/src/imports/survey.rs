//! What is learnt of a file when it arrives. Blocks; call it inside `spawn_blocking`.

use std::io::Read;

use rapport_types::imports::{
    Encoding, FileColumn, ImportCode, ImportFault, SHOWN_RECORDS, Sketch,
};

use super::reader::{Form, Inspection, inspect};
use super::source::{CHUNK, Plain};

/// Most columns.
const MOST_COLUMNS: usize = 1_000;
/// Longest cell that is shown, in characters.
const LONGEST_CELL: usize = 200;
/// What may stand between two fields, the most likely first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Lines by which the delimiter is told.
const JUDGED_LINES: usize = 20;
/// How files begin that are no text: workbooks, archives, printed pages.
const NO_TEXT: [&[u8]; 4] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"Rar!"];

/// What was learnt.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) inspection: Inspection,
    pub(super) delimiter: u8,
    pub(super) columns: Vec<FileColumn>,
    /// The first records.
    pub(super) rows: Vec<Vec<String>>,
}

/// Reads a file to its end and looks at all of it; it may unpack to `limit` bytes.
///
/// # Errors
/// Why it is no file that can be imported.
pub(super) fn survey<R: Read>(
    open: impl Fn() -> Result<R, ImportFault>,
    limit: u64,
) -> Result<Survey, ImportFault> {
    let head = head(open()?, limit)?;
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if NO_TEXT.iter().any(|start| head.starts_with(start)) || (head.contains(&0) && !is_utf16) {
        return Err(ImportFault::new(ImportCode::NotCsv));
    }
    let delimiter = delimiter(&head);
    let form = Form {
        delimiter,
        encoding: Encoding::Utf8,
        limit,
    };
    let mut sketch = Sketch::new::<&str>(&[]);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut is_too_wide = false;
    let mut look = |header: &[String], record: Option<&super::reader::Record>| match record {
        None => {
            is_too_wide = header.len() > MOST_COLUMNS;
            let shown = if is_too_wide { &header[..0] } else { header };
            sketch = Sketch::new(shown);
            rows.clear();
        }
        Some(record) => {
            sketch.push(&record.fields);
            if rows.len() < SHOWN_RECORDS {
                let shown = record.fields.iter().take(MOST_COLUMNS);
                rows.push(shown.map(|cell| cut(cell)).collect());
            }
        }
    };
    let inspection = inspect(open, form, Some(&mut look))?;
    if is_too_wide {
        return Err(ImportFault::new(ImportCode::TooManyColumns).with("limit", MOST_COLUMNS));
    }
    Ok(Survey {
        inspection,
        delimiter,
        columns: sketch.finish(),
        rows,
    })
}

/// The first bytes, unpacked; what is wrong with a file is told when it is read as a whole.
fn head(file: impl Read, limit: u64) -> Result<Vec<u8>, ImportFault> {
    let unreadable = |error: std::io::Error| {
        ImportFault::new(ImportCode::Unreadable).with("reason", error.kind())
    };
    let plain = Plain::open(file, limit).map_err(unreadable)?;
    let mut head = Vec::new();
    // A packed file that breaks off gives what comes before.
    let _ = plain.take(CHUNK as u64).read_to_end(&mut head);
    Ok(head)
}

/// What stands between the fields of the first lines: what as many lines as possible have as often
/// as the first one.
fn delimiter(head: &[u8]) -> u8 {
    let mut lines = [[0_usize; DELIMITERS.len()]; JUDGED_LINES];
    let (mut line, mut in_quotes) = (0, false);
    for byte in head {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' | b'\r' if !in_quotes => {
                if lines[line].iter().any(|count| *count > 0) {
                    line += 1;
                }
                if line == JUDGED_LINES {
                    break;
                }
            }
            _ if in_quotes => {}
            byte => {
                if let Some(place) = DELIMITERS.iter().position(|known| known == byte) {
                    lines[line][place] += 1;
                }
            }
        }
    }
    let score = |place: usize| {
        let first = lines[0][place];
        let alike = lines.iter().take(line.max(1)).filter(|l| l[place] == first);
        if first == 0 {
            (0, 0)
        } else {
            (alike.count(), first)
        }
    };
    let best = (0..DELIMITERS.len())
        .rev()
        .max_by_key(|place| score(*place));
    best.map_or(b',', |place| DELIMITERS[place])
}

fn cut(cell: &str) -> String {
    match cell.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rapport_types::imports::ColumnKind;

    use super::*;

    fn surveyed(bytes: &[u8]) -> Result<Survey, ImportFault> {
        survey(|| Ok(bytes), 1 << 20)
    }

    #[test]
    fn delimiters_are_told_by_the_first_lines() {
        for (text, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b;c\n1,5;2;3\n2,5;2;3\n", b';'),
            ("a\tb\n1,1\t2\n", b'\t'),
            ("a|b\n1|2", b'|'),
            ("name\nx\n", b','),
            ("\"a;b\",c\n1,2\n", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_file_is_known_with_its_columns_and_first_rows() {
        let mut text = String::from("编号;日期\n");
        for number in 1..=30 {
            text.push_str(&format!("{number};2026-05-{:02}\n", number % 28 + 1));
        }
        let (gb18030, ..) = encoding_rs::GB18030.encode(&text);
        for (bytes, encoding) in [
            (text.as_bytes(), Encoding::Utf8),
            (&*gb18030, Encoding::Gb18030),
        ] {
            let survey = surveyed(bytes).unwrap();
            assert_eq!((survey.delimiter, survey.inspection.records), (b';', 30));
            assert_eq!(survey.inspection.encoding, encoding);
            assert_eq!(survey.rows.len(), SHOWN_RECORDS);
            assert_eq!(survey.rows[0], ["1", "2026-05-02"]);
            assert_eq!(survey.columns[1].kind, ColumnKind::Day);
            assert_eq!(
                (&*survey.columns[0].name, survey.columns[0].filled),
                ("编号", 30)
            );
        }
    }

    #[test]
    fn what_is_no_csv_is_refused_with_its_reason() {
        let wide = vec!["x"; MOST_COLUMNS + 1].join(",");
        for (bytes, code) in [
            (&b""[..], ImportCode::EmptyFile),
            (b"PK\x03\x04 a workbook", ImportCode::NotCsv),
            (b"%PDF-1.7\n", ImportCode::NotCsv),
            (b"\x7fELF\0\0", ImportCode::NotCsv),
            (b"\xff\xfea\0,\0b\0\n\0", ImportCode::UnknownEncoding),
            (b"\x1f\x8b\x08\x00", ImportCode::BrokenGzip),
            (wide.as_bytes(), ImportCode::TooManyColumns),
        ] {
            assert_eq!(surveyed(bytes).unwrap_err().code, code, "{bytes:?}");
        }
    }
}

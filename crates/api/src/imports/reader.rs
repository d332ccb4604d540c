//! Bytes of a file in, records with their line numbers out: CSV, also gzipped, in constant memory.
//!
//! Everything here blocks; call it inside `spawn_blocking`. An import reads a file twice:
//! [`inspect`] first, so that a file that cannot be read to its end changes nothing, then
//! [`Records`].

use std::io::{self, Read};

use rapport_types::imports::{ImportCode, ImportFault};
use sha2::Digest;

use super::source::{Allowance, CHUNK, LONGEST_RECORD, LineEnds, Plain};

/// A record and the line of the file on which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Counted from 1, by the ends of lines (LF, CR LF or CR).
    pub line: u64,
    /// Its fields, quotes resolved, ends of lines within them as LF.
    pub fields: Vec<String>,
}

/// What is known of a file once it was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// SHA-256 of the uncompressed bytes, in hexadecimal.
    pub digest: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// Records after the header.
    pub records: u64,
    /// Uncompressed bytes.
    pub bytes: u64,
}

/// Reads a file to its end without keeping anything.
///
/// # Errors
/// `not_utf8`, `empty_file`, `broken_gzip`, `record_too_long` or `unreadable`.
pub fn inspect(file: impl Read, delimiter: u8) -> Result<Inspection, ImportFault> {
    let mut records = Records::open(file, delimiter)?;
    let mut count = 0;
    while records.skip_one()? {
        count += 1;
    }
    let Records { header, source, .. } = records;
    let plain = &source.get_ref().plain;
    let digest = plain.digest.clone().finalize();
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Inspection {
        digest,
        header,
        records: count,
        bytes: plain.bytes,
    })
}

/// The records of a file, one after the other.
pub struct Records<R: Read> {
    header: Vec<String>,
    source: csv::Reader<LineEnds<R>>,
    allowance: Allowance,
    record: csv::ByteRecord,
}

impl<R: Read> Records<R> {
    /// Opens a file and reads its header. Whether it is compressed is seen from its first bytes; a
    /// byte order mark is skipped.
    ///
    /// # Errors
    /// `not_utf8`, `empty_file`, `broken_gzip`, `record_too_long` or `unreadable`.
    pub fn open(file: R, delimiter: u8) -> Result<Self, ImportFault> {
        let allowance = Allowance::default();
        let plain = Plain::open(file).map_err(|error| unreadable(&error, 1))?;
        let source = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(CHUNK)
            .from_reader(LineEnds::new(plain, allowance.clone()));
        let mut records = Self {
            header: Vec::new(),
            source,
            allowance,
            record: csv::ByteRecord::new(),
        };
        match records.next()? {
            Some(header) => records.header = header.fields,
            None => return Err(ImportFault::new(ImportCode::EmptyFile)),
        }
        Ok(records)
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The next record; none at the end of the file.
    ///
    /// # Errors
    /// `not_utf8`, `broken_gzip`, `record_too_long` or `unreadable`; nothing can be read after one.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator could be asked on after an error"
    )]
    pub fn next(&mut self) -> Result<Option<Record>, ImportFault> {
        if !self.skip_one()? {
            return Ok(None);
        }
        let line = self.line();
        let fields = self
            .record
            .iter()
            .map(|field| String::from_utf8_lossy(field).into_owned())
            .collect();
        Ok(Some(Record { line, fields }))
    }

    /// Reads a record and checks it; false at the end of the file.
    fn skip_one(&mut self) -> Result<bool, ImportFault> {
        self.allowance.renew();
        let is_there = self
            .source
            .read_byte_record(&mut self.record)
            .map_err(|error| {
                let line = self.source.position().line();
                match error.into_kind() {
                    csv::ErrorKind::Io(error) => unreadable(&error, line),
                    _ => ImportFault::new(ImportCode::Unreadable).with("reason", "csv"),
                }
            })?;
        if is_there
            && self
                .record
                .iter()
                .any(|field| std::str::from_utf8(field).is_err())
        {
            let line = self.line();
            return Err(ImportFault::new(ImportCode::NotUtf8).on_line(line));
        }
        Ok(is_there)
    }

    /// The line on which the record just read starts: it ends with the one LF that was read last.
    ///
    /// The reader's own position before the record would count blank lines in front of it.
    fn line(&self) -> u64 {
        let within: usize = self
            .record
            .iter()
            .map(|field| field.iter().filter(|byte| **byte == b'\n').count())
            .sum();
        self.source
            .position()
            .line()
            .saturating_sub(1 + within as u64)
    }
}

/// What an error of the source means.
fn unreadable(error: &io::Error, line: u64) -> ImportFault {
    let of_gzip = matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    );
    if error.kind() == io::ErrorKind::FileTooLarge {
        ImportFault::new(ImportCode::RecordTooLong)
            .on_line(line)
            .with("limit", LONGEST_RECORD)
    } else if of_gzip {
        ImportFault::new(ImportCode::BrokenGzip)
    } else {
        ImportFault::new(ImportCode::Unreadable).with("reason", error.kind())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use sha2::Sha256;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, ImportFault> {
        let mut records = Records::open(bytes, b',')?;
        let mut all = vec![(0, records.header().to_vec())];
        while let Some(record) = records.next()? {
            all.push((record.line, record.fields));
        }
        Ok(all)
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|&field| field.to_owned()).collect())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn records_know_the_line_they_start_on() {
        let expected = vec![
            row(0, &["a", "b"]),
            row(2, &["1", "x\ny"]),
            row(5, &["2", "say \"hi\""]),
            row(8, &["3", "王芳"]),
        ];
        let text = "a,b\n1,\"x\ny\"\n\n2,\"say \"\"hi\"\"\"\n\n\n3,王芳";
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
        assert_eq!(
            read(format!("\u{feff}{text}\n").as_bytes()).unwrap(),
            expected
        );
        assert_eq!(
            read(text.replace('\n', "\r\n").as_bytes()).unwrap(),
            expected
        );
        assert_eq!(read(text.replace('\n', "\r").as_bytes()).unwrap(), expected);
        assert_eq!(read(&gzip(text.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn a_line_end_on_the_border_of_two_chunks_is_one() {
        for padding in CHUNK - 8..CHUNK + 2 {
            let text = format!("a\r\n{}\r\nz\r\n", "x".repeat(padding));
            let records = read(text.as_bytes()).unwrap();
            assert_eq!(records.len(), 3, "{padding}");
            assert_eq!(records[2], row(3, &["z"]), "{padding}");
        }
    }

    #[test]
    fn rows_of_another_width_are_handed_on() {
        assert_eq!(
            read(b"a,b\n1\n1,2,3\n").unwrap()[1..],
            [row(2, &["1"]), row(3, &["1", "2", "3"])]
        );
    }

    #[test]
    fn text_in_gb18030_is_refused_on_its_line() {
        let fault = read(b"a,b\n1,x\n2,\xcd\xf5\xb7\xbc\n").unwrap_err();
        assert_eq!((fault.code, fault.line), (ImportCode::NotUtf8, Some(3)));
        let header = inspect(&b"\xcd\xf5\xb7\xbc,b\n1,x\n"[..], b',').unwrap_err();
        assert_eq!((header.code, header.line), (ImportCode::NotUtf8, Some(1)));
        let utf16 = read(b"\xff\xfea\0,\0b\0\n\0").unwrap_err();
        assert_eq!(utf16.code, ImportCode::NotUtf8);
    }

    #[test]
    fn an_empty_file_is_refused_and_a_header_alone_is_not() {
        for empty in [&b""[..], b"\n\r\n\n", b"\xef\xbb\xbf", &gzip(b"")] {
            assert_eq!(
                read(empty).unwrap_err().code,
                ImportCode::EmptyFile,
                "{empty:?}"
            );
        }
        assert_eq!(inspect(&b"a,b\n"[..], b',').unwrap().records, 0);
    }

    #[test]
    fn a_damaged_or_cut_off_gzip_is_refused() {
        let mut packed = gzip("a,b\n1,2\n".repeat(1000).as_bytes());
        let cut = read(&packed[..packed.len() - 6]).unwrap_err();
        assert_eq!(cut.code, ImportCode::BrokenGzip);
        let middle = packed.len() - 5;
        packed[middle] ^= 0xff;
        assert_eq!(read(&packed).unwrap_err().code, ImportCode::BrokenGzip);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_reading() {
        let endless = b"a,b\n1,2\n3,\"".chain(io::repeat(b'x'));
        let fault = inspect(endless, b',').unwrap_err();
        assert_eq!(fault.code, ImportCode::RecordTooLong);
    }

    #[test]
    fn the_digest_is_of_the_text_however_it_is_packed() {
        let text = b"a;b\n1;2\n3;4\n";
        let plain = inspect(&text[..], b';').unwrap();
        assert_eq!(inspect(&gzip(text)[..], b';').unwrap(), plain);
        assert_eq!((plain.records, plain.bytes), (2, 12));
        let expected = Sha256::digest(text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        assert_eq!(plain.digest, expected);
        assert_ne!(
            inspect(&b"a;b\n1;2\n3;5\n"[..], b';').unwrap().digest,
            plain.digest
        );
    }
}

//! Bytes of a file in, records with their line numbers out: CSV, also gzipped, in UTF-8 or GB18030,
//! in constant memory.
//!
//! Everything here blocks; call it inside `spawn_blocking`. An import reads a file twice:
//! [`inspect`] first, so that a file that cannot be read to its end changes nothing, then
//! [`Records`].

use std::io::{self, Read};

use rapport_types::imports::{Encoding, ImportCode, ImportFault};
use sha2::Digest;

use super::source::{Allowance, CHUNK, LONGEST_RECORD, LineEnds, NotText, Plain, Text, TooLarge};

/// A record and the line of the file on which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Counted from 1, by the ends of lines (LF, CR LF or CR).
    pub line: u64,
    /// Its fields, quotes resolved, ends of lines within them as LF.
    pub fields: Vec<String>,
}

/// How the bytes of a file become records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// What stands between two fields.
    pub delimiter: u8,
    /// How its text is written.
    pub encoding: Encoding,
    /// Most bytes, unpacked.
    pub limit: u64,
}

impl Form {
    /// A file in UTF-8 of any size.
    pub const fn utf8(delimiter: u8) -> Self {
        Self {
            delimiter,
            encoding: Encoding::Utf8,
            limit: u64::MAX,
        }
    }
}

/// What is known of a file once it was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// SHA-256 of the uncompressed bytes, in hexadecimal.
    pub digest: String,
    /// How its text is written.
    pub encoding: Encoding,
    /// The names of the columns.
    pub header: Vec<String>,
    /// Records after the header.
    pub records: u64,
    /// Uncompressed bytes.
    pub bytes: u64,
}

/// Who looks at the records while a file is inspected: called with the header and no record where
/// a reading begins, then with every record.
pub type Look<'l, 'f> = &'l mut (dyn FnMut(&[String], Option<&Record>) + 'f);

/// Reads a file to its end without keeping anything: as UTF-8, and when it is no such text, once
/// more as GB18030.
///
/// # Errors
/// `unknown_encoding`, `empty_file`, `broken_gzip`, `record_too_long`, `unpacked_too_large` or
/// `unreadable`.
pub fn inspect<R: Read>(
    open: impl Fn() -> Result<R, ImportFault>,
    form: Form,
    mut look: Option<Look<'_, '_>>,
) -> Result<Inspection, ImportFault> {
    let as_utf8 = Form {
        encoding: Encoding::Utf8,
        ..form
    };
    let fault = match inspect_as(open()?, as_utf8, look.as_deref_mut()) {
        Err(fault) if fault.code == ImportCode::UnknownEncoding => fault,
        done => return done,
    };
    let as_gb18030 = Form {
        encoding: Encoding::Gb18030,
        ..form
    };
    match inspect_as(open()?, as_gb18030, look) {
        // The first place that is no UTF-8 is what people can find.
        Err(other) if other.code == ImportCode::UnknownEncoding => Err(fault),
        done => done,
    }
}

fn inspect_as<R: Read>(
    file: R,
    form: Form,
    mut look: Option<Look<'_, '_>>,
) -> Result<Inspection, ImportFault> {
    let mut records = Records::open(file, form)?;
    let header = records.header.clone();
    let mut count = 0;
    match &mut look {
        Some(look) => {
            look(&header, None);
            while let Some(record) = records.next()? {
                look(&header, Some(&record));
                count += 1;
            }
        }
        None => {
            while records.skip_one()? {
                count += 1;
            }
        }
    }
    let plain = &records.source.get_ref().text.plain;
    let digest = plain.digest.clone().finalize();
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Inspection {
        digest,
        encoding: form.encoding,
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
    /// See [`inspect`].
    pub fn open(file: R, form: Form) -> Result<Self, ImportFault> {
        let allowance = Allowance::default();
        let plain = Plain::open(file, form.limit).map_err(|error| unreadable(&error, 1))?;
        let text = Text::new(plain, form.encoding);
        let source = csv::ReaderBuilder::new()
            .delimiter(form.delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(CHUNK)
            .from_reader(LineEnds::new(text, allowance.clone()));
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
    /// See [`inspect`]; nothing can be read after one.
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
            return Err(ImportFault::new(ImportCode::UnknownEncoding).on_line(line));
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
    let cause = error.get_ref();
    if cause.is_some_and(|cause| cause.is::<NotText>()) {
        return ImportFault::new(ImportCode::UnknownEncoding).on_line(line);
    }
    if let Some(TooLarge(limit)) = cause.and_then(|cause| cause.downcast_ref()) {
        return ImportFault::new(ImportCode::UnpackedTooLarge).with("limit", limit);
    }
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
mod tests;

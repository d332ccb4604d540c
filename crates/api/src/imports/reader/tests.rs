use std::io::Write;

use sha2::Sha256;

use super::*;

fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, ImportFault> {
    let mut records = Records::open(bytes, Form::utf8(b','))?;
    let mut all = vec![(0, records.header().to_vec())];
    while let Some(record) = records.next()? {
        all.push((record.line, record.fields));
    }
    Ok(all)
}

/// Inspects bytes.
fn inspected(bytes: &[u8], delimiter: u8) -> Result<Inspection, ImportFault> {
    inspect(|| Ok(bytes), Form::utf8(delimiter), None)
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

/// A table in Chinese, in GB18030; 模式 would be UTF-8 as well, taken for itself.
fn chinese() -> (String, Vec<u8>) {
    let text = "模式,姓名\n模式,王芳\n模式,\"龘𠮷, 李雷\"\n".to_owned();
    let (bytes, _, had_errors) = encoding_rs::GB18030.encode(&text);
    let bytes = bytes.into_owned();
    assert!(!had_errors);
    (text, bytes)
}

#[test]
fn text_in_gb18030_is_seen_and_read_wherever_it_is_cut() {
    let (text, bytes) = chinese();
    let expected = read(text.as_bytes()).unwrap();
    for bytes in [bytes.clone(), gzip(&bytes)] {
        let inspection = inspected(&bytes, b',').unwrap();
        assert_eq!(inspection.encoding, Encoding::Gb18030);
        assert_eq!(
            (inspection.header, inspection.records),
            (expected[0].1.clone(), 2)
        );
    }
    /// Gives one byte at a time.
    struct Drops<'b>(&'b [u8]);
    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let few = into.len().min(1);
            self.0.read(&mut into[..few])
        }
    }
    let form = Form {
        encoding: Encoding::Gb18030,
        ..Form::utf8(b',')
    };
    let mut records = Records::open(Drops(&bytes), form).unwrap();
    for (line, fields) in &expected[1..] {
        let record = records.next().unwrap().unwrap();
        assert_eq!((record.line, &record.fields), (*line, fields));
    }
    let before = "a,b\n".repeat(CHUNK);
    let long = [before.as_bytes(), &bytes].concat();
    assert_eq!(inspected(&long, b',').unwrap().encoding, Encoding::Gb18030);
    let utf8 = [before.as_bytes(), text.as_bytes()].concat();
    assert_eq!(inspected(&utf8, b',').unwrap().encoding, Encoding::Utf8);
}

#[test]
fn text_that_is_neither_is_refused_on_its_line() {
    let french = b"a,b\n1,x\n2,Zo\xeb Brown\n";
    let fault = inspected(french, b',').unwrap_err();
    assert_eq!(
        (fault.code, fault.line),
        (ImportCode::UnknownEncoding, Some(3))
    );
    let utf16 = inspected(b"\xff\xfea\0,\0b\0\n\0", b',').unwrap_err();
    assert_eq!(utf16.code, ImportCode::UnknownEncoding);
    let (_, mut cut) = chinese();
    cut.truncate(cut.len() - 3);
    assert_eq!(
        inspected(&cut, b',').unwrap_err().code,
        ImportCode::UnknownEncoding
    );
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let packed = gzip("a,b\n1,2\n".repeat(10_000).as_bytes());
    let form = Form {
        limit: 1_000,
        ..Form::utf8(b',')
    };
    let fault = inspect(|| Ok(&packed[..]), form, None).unwrap_err();
    assert_eq!(fault.code, ImportCode::UnpackedTooLarge);
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
    assert_eq!(inspected(b"a,b\n", b',').unwrap().records, 0);
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
    let endless = || Ok(b"a,b\n1,2\n3,\"".chain(io::repeat(b'x')));
    let fault = inspect(endless, Form::utf8(b','), None).unwrap_err();
    assert_eq!(fault.code, ImportCode::RecordTooLong);
}

#[test]
fn the_digest_is_of_the_text_however_it_is_packed() {
    let text = b"a;b\n1;2\n3;4\n";
    let plain = inspected(text, b';').unwrap();
    assert_eq!(inspected(&gzip(text), b';').unwrap(), plain);
    assert_eq!((plain.records, plain.bytes), (2, 12));
    let expected = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    assert_eq!(plain.digest, expected);
    assert_ne!(
        inspected(b"a;b\n1;2\n3;5\n", b';').unwrap().digest,
        plain.digest
    );
}

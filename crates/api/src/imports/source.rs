//! The bytes of a file on their way to the reader: unpacked, digested, decoded, their lines made
//! alike.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, GB18030};
use flate2::bufread::MultiGzDecoder;
use rapport_types::imports::Encoding;
use sha2::{Digest, Sha256};

/// Longest record in bytes: a missing closing quote must not draw the rest of the file into memory.
pub(super) const LONGEST_RECORD: u64 = 4 << 20;
/// Bytes read at a time.
pub(super) const CHUNK: usize = 64 << 10;

/// The uncompressed bytes of a file, counted and digested as they pass.
pub(super) struct Plain<R: Read> {
    source: Unpacked<R>,
    pub(super) digest: Sha256,
    pub(super) bytes: u64,
    /// Most bytes, unpacked.
    limit: u64,
}

/// The file unpacks to more than it may.
#[derive(Debug)]
pub(super) struct TooLarge(pub(super) u64);

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "more than {} bytes", self.0)
    }
}

impl std::error::Error for TooLarge {}

enum Unpacked<R: Read> {
    Plain(BufReader<R>),
    Gzip(Box<MultiGzDecoder<BufReader<R>>>),
}

impl<R: Read> Plain<R> {
    pub(super) fn open(file: R, limit: u64) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(CHUNK, file);
        let is_gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let source = if is_gzip {
            Unpacked::Gzip(Box::new(MultiGzDecoder::new(file)))
        } else {
            Unpacked::Plain(file)
        };
        Ok(Self {
            source,
            digest: Sha256::new(),
            bytes: 0,
            limit,
        })
    }
}

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.source {
            Unpacked::Plain(file) => file.read(into)?,
            Unpacked::Gzip(file) => file.read(into)?,
        };
        self.digest.update(&into[..count]);
        self.bytes += count as u64;
        if self.bytes > self.limit {
            return Err(io::Error::other(TooLarge(self.limit)));
        }
        Ok(count)
    }
}

/// The bytes are no text of the encoding in which they were read.
#[derive(Debug)]
pub(super) struct NotText;

impl std::fmt::Display for NotText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not text of this encoding")
    }
}

impl std::error::Error for NotText {}

/// The text of a file as UTF-8. What is said to be UTF-8 passes as it is.
pub(super) struct Text<R: Read> {
    pub(super) plain: Plain<R>,
    decoding: Option<Box<Decoding>>,
}

/// The state between two reads of a text that has to be decoded.
struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    /// Part of `raw` that was read and not decoded.
    filled: std::ops::Range<usize>,
    is_at_end: bool,
    /// Whether the decoder has given its last.
    is_over: bool,
}

impl<R: Read> Text<R> {
    pub(super) fn new(plain: Plain<R>, encoding: Encoding) -> Self {
        let decoding = match encoding {
            Encoding::Utf8 => None,
            Encoding::Gb18030 => Some(Box::new(Decoding {
                decoder: GB18030.new_decoder_without_bom_handling(),
                raw: vec![0; CHUNK],
                filled: 0..0,
                is_at_end: false,
                is_over: false,
            })),
        };
        Self { plain, decoding }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.decoding {
            None => self.plain.read(into),
            Some(decoding) => decoding.read(&mut self.plain, into),
        }
    }
}

impl Decoding {
    fn read(&mut self, plain: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
        while !self.is_over {
            if self.filled.is_empty() && !self.is_at_end {
                let read = plain.read(&mut self.raw)?;
                self.filled = 0..read;
                self.is_at_end = read == 0;
            }
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.raw[self.filled.clone()],
                into,
                self.is_at_end,
            );
            self.filled.start += read;
            match result {
                DecoderResult::Malformed(..) => return Err(io::Error::other(NotText)),
                DecoderResult::InputEmpty => self.is_over = self.is_at_end,
                DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// How many bytes may still be read for the record at hand.
#[derive(Debug, Clone, Default)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    pub(super) fn renew(&self) {
        // A chunk more, for what was read ahead belongs to the records after.
        self.0
            .store(LONGEST_RECORD + CHUNK as u64, Ordering::Relaxed);
    }

    fn spend(&self, bytes: usize) -> io::Result<()> {
        let left = self.0.load(Ordering::Relaxed).checked_sub(bytes as u64);
        self.0.store(left.unwrap_or_default(), Ordering::Relaxed);
        left.map(drop)
            .ok_or_else(|| io::ErrorKind::FileTooLarge.into())
    }
}

/// Makes every end of a line an LF, and gives the last line one, so that lines can be counted.
pub(super) struct LineEnds<R: Read> {
    pub(super) text: Text<R>,
    allowance: Allowance,
    chunk: Vec<u8>,
    /// Part of `chunk` that was read and not handed out.
    filled: std::ops::Range<usize>,
    after_cr: bool,
    last: u8,
    is_at_end: bool,
}

impl<R: Read> LineEnds<R> {
    pub(super) fn new(text: Text<R>, allowance: Allowance) -> Self {
        // The allowance counts from the header on.
        allowance.renew();
        let chunk = vec![0; CHUNK];
        Self {
            text,
            allowance,
            chunk,
            filled: 0..0,
            after_cr: false,
            last: b'\n',
            is_at_end: false,
        }
    }
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count == 0 && !into.is_empty() {
            if self.filled.is_empty() {
                if self.is_at_end {
                    return Ok(0);
                }
                let read = self.text.read(&mut self.chunk)?;
                self.filled = 0..read;
                if read == 0 {
                    self.is_at_end = true;
                    if self.last == b'\n' {
                        return Ok(0);
                    }
                    into[0] = b'\n';
                    return Ok(1);
                }
                self.allowance.spend(read)?;
            }
            for &byte in &self.chunk[self.filled.clone()] {
                if count == into.len() {
                    break;
                }
                self.filled.start += 1;
                let is_second_half = self.after_cr && byte == b'\n';
                self.after_cr = byte == b'\r';
                if is_second_half {
                    continue;
                }
                self.last = if byte == b'\r' { b'\n' } else { byte };
                into[count] = self.last;
                count += 1;
            }
        }
        Ok(count)
    }
}

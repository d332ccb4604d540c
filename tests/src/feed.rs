//! Streams of server-sent events, as a client reads them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::pin::Pin;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use serde_json::Value;

/// A stream on which nothing comes for so long is taken for dead.
const PATIENCE: Duration = Duration::from_secs(20);

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub data: Value,
}

/// Cuts bytes into events and keeps the number of the last one, as a browser does.
#[derive(Debug, Default)]
pub struct Frames {
    rest: Vec<u8>,
    /// The number by which the stream is opened again.
    pub last_id: Option<i64>,
}

impl Frames {
    /// The events that are whole by now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.rest.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|two| two == b"\n\n") {
            let frame: Vec<u8> = self.rest.drain(..end + 2).collect();
            events.extend(self.read(std::str::from_utf8(&frame).unwrap()));
        }
        events
    }

    fn read(&mut self, frame: &str) -> Option<Event> {
        let (mut name, mut data) = ("message", None);
        for line in frame.lines() {
            match line.split_once(": ").unwrap_or((line, "")) {
                ("id", id) => self.last_id = Some(id.parse().unwrap()),
                ("event", event) => name = event,
                ("data", text) => data = Some(serde_json::from_str(text).unwrap()),
                ("retry" | ":" | "", _) => {}
                other => panic!("no line of a stream: {other:?}"),
            }
        }
        Some(Event {
            name: name.to_owned(),
            data: data?,
        })
    }
}

/// A stream of a server in this process.
pub struct Feed {
    body: Pin<Box<BoxBody>>,
    frames: Frames,
    ready: VecDeque<Event>,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").finish_non_exhaustive()
    }
}

impl Feed {
    /// The stream of this body.
    pub fn new(body: BoxBody) -> Self {
        Self {
            body: Box::pin(body),
            frames: Frames::default(),
            ready: VecDeque::new(),
        }
    }

    /// The next event; none when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        while self.ready.is_empty() {
            let bytes = self.chunk().await?;
            self.ready.extend(self.frames.push(&bytes));
        }
        self.ready.pop_front()
    }

    /// The number by which the stream is opened again.
    pub const fn last_id(&self) -> Option<i64> {
        self.frames.last_id
    }

    /// Reads until the client knows this number.
    pub async fn until(&mut self, number: i64) {
        while self.last_id() < Some(number) {
            let bytes = self.chunk().await.unwrap();
            self.ready.extend(self.frames.push(&bytes));
        }
    }

    async fn chunk(&mut self) -> Option<Vec<u8>> {
        let next = poll_fn(|context| self.body.as_mut().poll_next(context));
        let chunk = tokio::time::timeout(PATIENCE, next).await.unwrap();
        chunk.map(|bytes| bytes.unwrap().to_vec())
    }
}

/// A stream of another process, read by a thread.
#[derive(Debug)]
pub struct Tap {
    reader: BufReader<TcpStream>,
    frames: Frames,
    ready: VecDeque<Event>,
}

impl Tap {
    /// Opens a stream at `http://host:port` after this number.
    ///
    /// # Errors
    /// When the connection breaks; the status, when it is another one than 200.
    pub fn open(
        address: &str,
        path: &str,
        token: &str,
        after: i64,
    ) -> io::Result<Result<Self, u16>> {
        let host = address.strip_prefix("http://").unwrap_or(address);
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Last-Event-ID: {after}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status: u16 = status.ok_or(io::ErrorKind::UnexpectedEof)?;
        if status != 200 {
            return Ok(Err(status));
        }
        while line != "\r\n" {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(Ok(Self {
            reader,
            frames: Frames::default(),
            ready: VecDeque::new(),
        }))
    }

    /// The number by which the stream is opened again.
    pub const fn last_id(&self) -> Option<i64> {
        self.frames.last_id
    }

    /// The next event; none when the stream has ended.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn wait(&mut self) -> io::Result<Option<Event>> {
        while self.ready.is_empty() {
            let mut size = String::new();
            if self.reader.read_line(&mut size)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let size = usize::from_str_radix(size.trim(), 16);
            let size = size.map_err(|_| io::ErrorKind::InvalidData)?;
            let mut chunk = vec![0; size + 2];
            self.reader.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok(None);
            }
            self.ready.extend(self.frames.push(&chunk[..size]));
        }
        Ok(self.ready.pop_front())
    }
}

//! As much of an HTTP/1.1 client as the measurement needs: one connection that is kept, answers
//! with a stated length.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that stays open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub(crate) struct Reply<'a> {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: &'a [u8],
}

/// A request without a body.
pub(crate) fn get(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n")
}

/// A request with a JSON body.
pub(crate) fn post(path: &str, token: Option<&str>, body: &str) -> String {
    let token = token
        .map(|token| format!("Authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\n{token}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(1 << 16),
        })
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) fn exchange(&mut self, request: &str) -> io::Result<Reply<'_>> {
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let (mut head_end, mut wanted) = (None, usize::MAX);
        while self.buffer.len() < wanted {
            self.receive()?;
            if head_end.is_none()
                && let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                head_end = Some(end + 4);
                wanted = end + 4 + content_length(&self.buffer[..end])?;
            }
        }
        let head_end = head_end.unwrap_or(wanted);
        let status = self
            .buffer
            .get(9..12)
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let status = status.ok_or_else(|| broken("no status"))?;
        Ok(Reply {
            status,
            body: &self.buffer[head_end..wanted],
        })
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut piece = [0; 1 << 14];
        let count = self.stream.read(&mut piece)?;
        if count == 0 {
            return Err(broken("the server closed the connection"));
        }
        self.buffer.extend_from_slice(&piece[..count]);
        Ok(())
    }
}

fn content_length(head: &[u8]) -> io::Result<usize> {
    let head = std::str::from_utf8(head).map_err(|_| broken("a head that is no text"))?;
    let header = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim())
    });
    header
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| broken("an answer without a stated length"))
}

fn broken(what: &str) -> io::Error {
    io::Error::other(what)
}

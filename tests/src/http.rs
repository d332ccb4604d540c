//! A small blocking HTTP client, for threads that talk to a real process.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// A server that does not answer for so long is taken for dead.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends one request on a connection of its own; status and body. `address` is `http://host:port`.
///
/// # Errors
/// When the connection breaks before the whole answer is there.
pub fn send(
    address: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> io::Result<(u16, Value)> {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = bearer
        .iter()
        .map(|bearer| ("Authorization", bearer.as_str()))
        .collect();
    send_with(address, method, path, &headers, body)
}

/// [`send`] with these headers.
///
/// # Errors
/// As [`send`].
pub fn send_with(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> io::Result<(u16, Value)> {
    let (status, body) = exchange(address, method, path, headers, body)?;
    Ok((status, serde_json::from_str(&body).unwrap_or_default()))
}

/// [`send`] by POST with an `Idempotency-Key`.
///
/// # Errors
/// As [`send`].
pub fn post_by_key(
    address: &str,
    path: &str,
    token: &str,
    key: &str,
    body: &Value,
) -> io::Result<(u16, Value)> {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", key)];
    send_with(address, "POST", path, &headers, Some(body))
}

/// The value of a line of `/metrics`, named as it stands there with its labels; none when there is
/// no such line.
///
/// # Errors
/// When the connection breaks before the whole answer is there.
pub fn metric(address: &str, line: &str) -> io::Result<Option<f64>> {
    let (_, page) = exchange(address, "GET", "/metrics", &[], None)?;
    let values = page.lines().filter_map(|shown| shown.rsplit_once(' '));
    Ok(values
        .filter(|(name, _)| *name == line)
        .find_map(|(_, value)| value.parse().ok()))
}

fn exchange(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> io::Result<(u16, String)> {
    let host = address.strip_prefix("http://").unwrap_or(address);
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        ));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer).ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
}

/// The answer, when all of it has arrived.
fn parse(answer: &[u8]) -> Option<(u16, String)> {
    let text = std::str::from_utf8(answer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    })?;
    Some((status, body.get(..length)?.to_owned()))
}

//! The open connections of clients: how many there are, and who is cut off.
//!
//! The HTTP server ends a connection whose first head does not arrive, and one on which nothing
//! happens after an answer. Two it lets live for ever: one on which a later head trickles in, and
//! one whose client does not read its answer. Here each connection tells what it waits for, and one
//! that waits too long for its client is closed.

use std::any::Any;
use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use actix_web::dev::Extensions;
use actix_web::rt;

/// How often it is looked for clients that are too slow.
const LOOK: Duration = Duration::from_millis(250);

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// The client's next request.
    Request = 0,
    /// This server's work.
    Work = 1,
    /// The client, who is to read more of the answer.
    Reader = 2,
}

/// A connection, and since when it waits for what.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    socket: TcpStream,
    /// Milliseconds since the start of the process times four, and [`Waits`] in the lowest bits.
    state: AtomicU64,
    all: Weak<Shared>,
}

impl Connection {
    /// A request has arrived.
    pub fn works(&self) {
        self.waits(Waits::Work);
    }

    /// A piece of an answer goes out; the next one is asked for when the client has read this one.
    pub fn sends(&self) {
        self.waits(Waits::Reader);
    }

    /// The last piece went out.
    pub fn rests(&self) {
        self.waits(Waits::Request);
    }

    fn waits(&self, what: Waits) {
        let Some(all) = self.all.upgrade() else {
            return;
        };
        self.state
            .store(all.now() << 2 | what as u64, Ordering::Relaxed);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(all) = self.all.upgrade() {
            all.open().remove(&self.id);
        }
    }
}

/// All connections of the process.
#[derive(Debug)]
pub struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    start: Instant,
    /// How long the client may take for its next request, and for reading a piece of an answer.
    patience: [Duration; 2],
    open: Mutex<HashMap<u64, Weak<Connection>>>,
    next: AtomicU64,
    cut: AtomicU64,
}

impl Shared {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX >> 2)
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Weak<Connection>>> {
        // The map is whole after every statement, whatever another thread died of.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connections whose clients are too slow.
    fn cut(&self) {
        let now = self.now();
        let open: Vec<_> = self.open().values().filter_map(Weak::upgrade).collect();
        for connection in open {
            let state = connection.state.load(Ordering::Relaxed);
            let (what, patience) = match state & 3 {
                0 => ("sent no request", self.patience[0]),
                2 => ("did not read the answer", self.patience[1]),
                _ => continue,
            };
            if u128::from(now.saturating_sub(state >> 2)) >= patience.as_millis() {
                tracing::info!("a client {what} in time and is cut off");
                self.cut.fetch_add(1, Ordering::Relaxed);
                // What is shut already needs nothing more.
                let _ = connection.socket.shutdown(Shutdown::Both);
                connection.works();
            }
        }
    }
}

impl Connections {
    /// None yet. A client may take `for_request` from the end of an answer to the end of its next
    /// head, and `for_reading` for each piece of an answer.
    pub fn new(for_request: Duration, for_reading: Duration) -> Self {
        Self(Arc::new(Shared {
            start: Instant::now(),
            patience: [for_request, for_reading],
            open: Mutex::default(),
            next: AtomicU64::new(0),
            cut: AtomicU64::new(0),
        }))
    }

    /// Takes note of a connection that was just opened, for as long as it holds `data`.
    pub fn track(&self, socket: &dyn Any, data: &mut Extensions) {
        let Some(socket) = socket.downcast_ref::<rt::net::TcpStream>() else {
            return;
        };
        // A second handle on the same connection, to be able to end it from outside.
        let Ok(socket) = socket.as_fd().try_clone_to_owned() else {
            return;
        };
        let connection = Arc::new(Connection {
            id: self.0.next.fetch_add(1, Ordering::Relaxed),
            socket: socket.into(),
            state: AtomicU64::new(self.0.now() << 2),
            all: Arc::downgrade(&self.0),
        });
        self.0
            .open()
            .insert(connection.id, Arc::downgrade(&connection));
        data.insert(connection);
    }

    /// Looks for slow clients until the task is aborted.
    pub fn watch(&self) -> rt::task::JoinHandle<()> {
        let all = self.0.clone();
        rt::spawn(async move {
            let mut ticks = tokio::time::interval(LOOK);
            loop {
                ticks.tick().await;
                all.cut();
            }
        })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.0.open().len()
    }

    /// How many were cut off.
    pub fn cut_count(&self) -> u64 {
        self.0.cut.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use rt::net::{TcpListener, TcpStream};
    use tokio::io::AsyncReadExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// Both ends of a connection, of which the server's is tracked.
    async fn tracked(all: &Connections) -> (TcpStream, TcpStream, Extensions) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let mut data = Extensions::new();
        all.track(&server, &mut data);
        (client, server, data)
    }

    #[actix_web::test]
    async fn who_sends_or_reads_nothing_is_cut_off_and_who_waits_for_the_server_is_not() {
        for (for_request, for_reading, expected) in [
            (Duration::ZERO, LONG, [1, 0, 0]),
            (LONG, Duration::ZERO, [0, 0, 1]),
        ] {
            let states: [fn(&Connection); 3] =
                [Connection::rests, Connection::works, Connection::sends];
            for (enter, count) in states.into_iter().zip(expected) {
                let all = Connections::new(for_request, for_reading);
                let (mut client, server, data) = tracked(&all).await;
                enter(data.get::<Arc<Connection>>().unwrap());
                all.0.cut();
                assert_eq!(all.cut_count(), count);
                if count == 1 {
                    assert_eq!(client.read(&mut [0]).await.unwrap(), 0, "closed");
                }
                assert_eq!(all.count(), 1);
                drop((server, data));
                assert_eq!(all.count(), 0);
                assert_eq!(client.read(&mut [0]).await.unwrap(), 0, "closed");
            }
        }
    }
}

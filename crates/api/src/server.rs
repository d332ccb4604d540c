//! Listening, serving and stopping.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::{HttpServer, web};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::state::AppState;
use crate::{descriptors, jobs, request_limits};

/// How long a client may take to close its side of a connection.
const DISCONNECT: Duration = Duration::from_secs(3);
/// How long an idle connection stays open.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Serves until SIGTERM or SIGINT. `announce` hears the real address once the server listens.
///
/// Stopping: `/readyz` says 503 at once; after `RAPPORT_DRAIN_SECONDS` no connection is accepted
/// any more; requests that are under way have `RAPPORT_SHUTDOWN_SECONDS` to finish. A second
/// signal ends it at once.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn run(state: web::Data<AppState>, announce: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let mut signals = Signals {
        interrupt: signal(SignalKind::interrupt())?,
        terminate: signal(SignalKind::terminate())?,
    };
    let config = state.config.clone();
    let workers = config
        .workers
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, std::num::NonZero::get));
    let connections = descriptors::connections(config.client_connections);
    let (served, tracked) = (state.clone(), state.clone());
    let server = HttpServer::new(move || crate::app(served.clone()))
        .workers(workers)
        // A large answer leaves in several writes, of which the last would wait for the client to
        // confirm the first.
        .tcp_nodelay(true)
        // Each worker counts its own. Beyond them the kernel lets a few more wait.
        .max_connections(connections.div_ceil(workers))
        .on_connect(move |socket, data| tracked.connections.track(socket, data))
        .disable_signals()
        .client_request_timeout(config.client)
        .client_disconnect_timeout(DISCONNECT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(config.shutdown.as_secs());
    let server = server.bind(config.listen)?;
    let address = server.addrs().first().copied().unwrap_or(config.listen);
    let server = server.run();
    let handle = server.handle();
    let jobs = if config.runs_jobs {
        jobs::start(&state)
    } else {
        Vec::new()
    };
    let watching = state.connections.watch();
    let exchanging = request_limits::start(&state);
    announce(address);
    let serving = tokio::spawn(server);
    signals.next().await;
    tracing::info!("stopping");
    state.stop();
    for job in &jobs {
        job.abort();
    }
    tokio::select! {
        () = tokio::time::sleep(config.drain) => {}
        () = signals.next() => {}
    }
    tokio::select! {
        () = handle.stop(true) => {}
        () = signals.next() => handle.stop(false).await,
    }
    watching.abort();
    if let Some(exchanging) = exchanging {
        exchanging.abort();
    }
    match serving.await {
        Ok(ended) => ended,
        Err(error) => Err(io::Error::other(error)),
    }
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

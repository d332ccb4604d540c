//! `rapport serve`.

use std::io::Write;

use actix_web::web;

use super::{Failure, open};
use crate::config::Config;
use crate::server;
use crate::state::{AppState, Options};

/// Serves the API and the web app until SIGTERM or SIGINT. The line `listening on http://…` on
/// standard output tells the real address.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {}

impl Serve {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let db = open(&config).await?;
        let state = AppState::new(db, config, Options::default()).await?;
        super::user::create_administrator(&state).await?;
        let state = web::Data::new(state);
        let db = state.db.clone();
        let served = server::run(state, |address| {
            let mut out = std::io::stdout().lock();
            // Nobody may be reading; the server serves all the same.
            let _ = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
        });
        served.await.map_err(Failure::new)?;
        db.close().await;
        Ok(())
    }
}

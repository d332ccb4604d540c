//! `rapport migrate`.

use super::{Failure, open};
use crate::config::Config;

/// Brings the database to the newest form.
pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let db = open(&config).await?;
    tracing::info!("the database is up to date");
    db.close().await;
    Ok(())
}

//! Whether the database answers at all.
//!
//! A request that finds the database silent waits for it as long as the patience lasts. While it
//! stays silent, others need not wait as long to learn the same: the first one to fail has the
//! database asked until it answers, and until then nobody is let in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::rt;
use rapport_persistence::database::Database;
use tokio::time::{sleep, timeout};

/// The database must answer within this time.
pub const PATIENCE: Duration = Duration::from_secs(1);
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(200);

/// What is known of the database.
#[derive(Debug, Default)]
pub struct Pulse {
    is_gone: AtomicBool,
    is_asked: AtomicBool,
}

impl Pulse {
    /// Whether it was asked and has not answered since.
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }

    /// Has the database asked until it answers, unless that is under way. Once is the rule: a lock
    /// or a busy pool makes requests fail, too, but not a question.
    pub fn suspect(self: &Arc<Self>, db: &Database) {
        if self.is_asked.swap(true, Ordering::AcqRel) {
            return;
        }
        let (pulse, db) = (self.clone(), db.clone());
        rt::spawn(async move {
            while !answers(&db).await {
                if !pulse.is_gone.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        "the database does not answer: requests are refused until it does"
                    );
                }
                sleep(PAUSE).await;
            }
            if pulse.is_gone.swap(false, Ordering::Relaxed) {
                tracing::info!("the database answers again");
            }
            pulse.is_asked.store(false, Ordering::Release);
        });
    }
}

async fn answers(db: &Database) -> bool {
    timeout(PATIENCE, db.ping())
        .await
        .is_ok_and(|answer| answer.is_ok())
}

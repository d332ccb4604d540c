//! How often this process has changed records, and who waits for the next time.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Rises with every transaction of this process that changes records.
#[derive(Debug, Default)]
pub(crate) struct Generation {
    number: AtomicU64,
    raised: Notify,
}

impl Generation {
    /// A transaction ended that changed something.
    pub(crate) fn raise(&self) {
        self.number.fetch_add(1, Ordering::Release);
        self.raised.notify_one();
    }

    /// The number as it is.
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Waits until it has risen since the last time that somebody waited here.
    pub(crate) async fn raised(&self) {
        self.raised.notified().await;
    }
}

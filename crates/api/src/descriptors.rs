//! Open files: every connection takes two, and systems let a process have few unless it asks.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Descriptors of a connection of a client: the HTTP server's, and the one that can end it.
const PER_CONNECTION: u64 = 2;
/// Descriptors for everything else: the database, the log, files that are imported.
const FOR_THE_REST: u64 = 256;

/// Asks for as many open files as the system allows, and gives how many connections of clients
/// there may be then, at most as many as are wanted.
pub(crate) fn connections(wanted: usize) -> usize {
    let allowed = raise();
    let Some(allowed) = allowed else {
        return wanted;
    };
    let possible = allowed.saturating_sub(FOR_THE_REST) / PER_CONNECTION;
    let possible = usize::try_from(possible).unwrap_or(usize::MAX).max(1);
    if possible < wanted {
        tracing::warn!(
            allowed,
            possible,
            wanted,
            "the system lets this process open too few files for so many connections"
        );
    }
    possible.min(wanted)
}

/// Raises the limit as far as it goes without privileges; none for no limit.
fn raise() -> Option<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    limit.current = limit.maximum;
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.current,
        Err(_) => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_connections_are_always_possible_and_no_more_than_the_system_allows() {
        assert_eq!(connections(3), 3);
        let most = connections(usize::MAX);
        assert!(most >= 3);
        assert_eq!(connections(most), most);
    }
}

//! A server that has had enough from this session says for how long (429). Until then the page loads
//! nothing again by itself; what the reader does is sent all the same, and shows why it fails.

/// The longest rest, in milliseconds: a quota comes back within a minute.
const LONGEST_MS: i64 = 60_000;

/// Until when the server is left alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rest {
    until_ms: i64,
}

impl Rest {
    /// Nobody has to wait.
    pub const fn new() -> Self {
        Self { until_ms: 0 }
    }

    /// The server has asked for a rest by its `Retry-After`, in seconds.
    #[must_use]
    pub fn asked(self, retry_after: Option<&str>, now_ms: i64) -> Self {
        let seconds = retry_after.and_then(|text| text.trim().parse::<u32>().ok());
        let rest_ms = (i64::from(seconds.unwrap_or(1)) * 1_000).min(LONGEST_MS);
        Self {
            until_ms: self.until_ms.max(now_ms + rest_ms),
        }
    }

    /// How much of it is left, in milliseconds. A clock that was set back does not make it longer.
    pub fn left_ms(self, now_ms: i64) -> u32 {
        let left = (self.until_ms - now_ms).clamp(0, LONGEST_MS);
        u32::try_from(left).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_left_alone_for_as_long_as_it_asks() {
        let rest = Rest::new();
        assert_eq!(rest.left_ms(5_000), 0);
        let rest = rest.asked(Some("12"), 5_000);
        assert_eq!(rest.left_ms(5_000), 12_000);
        assert_eq!(rest.left_ms(16_999), 1);
        assert_eq!(rest.left_ms(17_000), 0);
        // What was sent before may be answered later.
        assert_eq!(rest.asked(Some("3"), 6_000).left_ms(6_000), 11_000);
        assert_eq!(rest.left_ms(-1_000_000), 60_000);
    }

    #[test]
    fn a_time_that_says_nothing_is_a_moment_and_none_is_longer_than_a_minute() {
        for (retry_after, left) in [
            (None, 1_000),
            (Some("soon"), 1_000),
            (Some("0"), 0),
            (Some("900"), 60_000),
        ] {
            let rest = Rest::new().asked(retry_after, 0);
            assert_eq!(rest.left_ms(0), left, "{retry_after:?}");
        }
    }
}

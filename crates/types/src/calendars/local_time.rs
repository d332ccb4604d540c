//! A time of day on the wall.

use serde::{Deserialize, Serialize};

/// A local time of day in whole minutes, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(value_type = String, pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "09:00")
)]
pub struct LocalTime(u16);

impl LocalTime {
    /// The end of the day.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// The time this many minutes after the day's beginning, up to 1440.
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= Self::MIDNIGHT.0 {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Minutes since the day's beginning.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl TryFrom<&str> for LocalTime {
    type Error = &'static str;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        let two_digits = |part: &str| match part.as_bytes() {
            [a @ b'0'..=b'9', b @ b'0'..=b'9'] => {
                Some(u16::from(a - b'0') * 10 + u16::from(b - b'0'))
            }
            _ => None,
        };
        text.split_once(':')
            .and_then(|(hours, minutes)| Some((two_digits(hours)?, two_digits(minutes)?)))
            .filter(|(_, minutes)| *minutes < 60)
            .and_then(|(hours, minutes)| Self::from_minutes(hours * 60 + minutes))
            .ok_or("invalid_value")
    }
}

impl TryFrom<String> for LocalTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::try_from(text.as_str())
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl std::fmt::Display for LocalTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

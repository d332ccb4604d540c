//! How much time a clock allows.

use serde::{Deserialize, Serialize};

/// What a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Time {
    /// Every second.
    Elapsed,
    /// The open seconds of the calendar.
    Business,
}

impl Time {
    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Elapsed => "elapsed",
            Self::Business => "business",
        }
    }

    /// The time with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Elapsed, Self::Business]
            .into_iter()
            .find(|time| time.code() == code)
    }
}

/// How much time a clock allows: `{"seconds": 86400}` or `{"working_days": 1}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Target {
    /// Seconds of elapsed or business time.
    Seconds(TargetSeconds),
    /// Due at the same local time on the n-th next working day; business time only.
    WorkingDays(WorkingDays),
}

impl Target {
    /// Seconds of elapsed or business time, brought into 1 to 31,622,400.
    pub fn seconds(seconds: u32) -> Self {
        Self::Seconds(TargetSeconds(seconds.clamp(1, TargetSeconds::MAX)))
    }

    /// Working days, brought into 1 to 366.
    pub fn working_days(days: u32) -> Self {
        Self::WorkingDays(WorkingDays(days.clamp(1, WorkingDays::MAX)))
    }
}

/// Declares a number with its upper limit; the lower one is 1.
macro_rules! limited {
    ($($(#[$meta:meta])* $name:ident: 1..=$max:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        #[cfg(feature = "openapi")]
        crate::schemas::integer!($name, |number| number.minimum(Some(1)).maximum(Some($max)));

        impl $name {
            /// The largest one.
            pub const MAX: u32 = $max;

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = &'static str;

            fn try_from(number: u32) -> Result<Self, Self::Error> {
                if (1..=Self::MAX).contains(&number) { Ok(Self(number)) } else { Err("out_of_range") }
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    )*};
}

limited! {
    /// Seconds of a target: at most 366 days.
    TargetSeconds: 1..=31_622_400;
    /// Working days of a target.
    WorkingDays: 1..=366;
}

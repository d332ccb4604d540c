//! Noticing warnings and breaches: the job's part.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ClockState;

/// What was noticed about a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detected {
    /// 80 % of the target were used up.
    Warning,
    /// The due time passed.
    Breach,
}

/// Notes what has passed until `now` and marks everything not yet noticed as noticed `now`. Run
/// again it finds nothing new. Counted time stays as of the last event.
///
/// It also reports what [`super::ClockRules::apply`] came across, so call it after each event.
pub fn detect(state: &mut ClockState, now: DateTime<Utc>) -> Vec<Detected> {
    state.note_what_passed(now);
    let clock = &mut state.clock;
    let mut found = Vec::new();
    if clock.warned_at.is_some() && clock.warning_detected_at.is_none() {
        clock.warning_detected_at = Some(now);
        found.push(Detected::Warning);
    }
    if clock.breached_at.is_some() && clock.breach_detected_at.is_none() {
        clock.breach_detected_at = Some(now);
        found.push(Detected::Breach);
    }
    found
}

/// After a recomputation, before [`detect`]: notes what has passed until `now`, and what was noticed
/// before at the same true instant was noticed then, not a second time.
pub fn keep_detections(old: &[ClockState], new: &mut [ClockState], now: DateTime<Utc>) {
    for state in new {
        state.note_what_passed(now);
        let clock = &mut state.clock;
        let before = old
            .iter()
            .map(|old| &old.clock)
            .find(|old| old.code == clock.code && old.run == clock.run);
        let Some(before) = before else { continue };
        if clock.warned_at.is_some() && clock.warned_at == before.warned_at {
            clock.warning_detected_at = before.warning_detected_at;
        }
        if clock.breached_at.is_some() && clock.breached_at == before.breached_at {
            clock.breach_detected_at = before.breach_detected_at;
        }
    }
}

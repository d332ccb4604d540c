//! Whether what a list of policies names exists.

use rapport_persistence::configuration::Configuration;
use rapport_types::clocks::ClockPolicy;

use crate::conditions;
use crate::configuring::Faults;
use crate::error::ApiError;

/// The filters must be filters of tickets, and what they and the calendars name must exist.
pub(super) fn references(
    policies: &[ClockPolicy],
    current: &Configuration,
) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    for (index, policy) in policies.iter().enumerate() {
        if let Some(calendar) = policy.calendar {
            let active = current
                .calendars
                .get(&calendar)
                .map(|calendar| calendar.active);
            faults.refers(&format!("/policies/{index}/calendar"), active);
        }
        let place = format!("/policies/{index}/where");
        faults.extend(conditions::faults(&policy.filter, &place, current));
    }
    faults.finish()
}

//! The incident log: one row per event.

use super::{Sample, Writing, civil, iso_day};

/// Minutes since 1970 as the incident log writes them.
fn log_time(minutes: i64) -> String {
    let (year, month, day) = civil(minutes / 1440);
    format!(
        "{day:02}-{month:02}-{year:04} {:02}:{:02}",
        minutes / 60 % 24,
        minutes % 60
    )
}

const INCIDENT_HEADER: &str = "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at";
/// 2016-02-20 00:00 UTC, in minutes since 1970: the files cross a 29 February.
const INCIDENT_START: i64 = 16_851 * 1440;

/// One incident of the log: its number, when it was opened and what the columns repeat.
struct Incident {
    number: i64,
    opened: i64,
    priority: &'static str,
    stated_resolution: Option<i64>,
}

impl Incident {
    fn row(&self, modified: usize, state: &str, at: &str) -> String {
        let Self {
            number,
            opened,
            priority,
            stated_resolution,
        } = self;
        let resolved = stated_resolution.map_or_else(|| "?".to_owned(), log_time);
        format!(
            "INC{number:07},{state},TRUE,0,0,{modified},TRUE,Caller {},Opened by  8,{},?,?,Updated by 21,{at},Phone,\
             Location {},Category {},Subcategory {},?,?,2 - Medium,2 - Medium,{priority},Group {},Resolver {},TRUE,\
             FALSE,Do Not Notify,?,?,?,?,code 5,Resolved by 149,{resolved},?",
            number % 50,
            log_time(*opened),
            number % 7,
            number % 5,
            number % 9,
            number % 4,
            number % 11,
        )
    }
}

const INCIDENT_PRIORITIES: [(&str, &str); 4] = [
    ("1 - Critical", "urgent"),
    ("2 - High", "high"),
    ("3 - Moderate", "normal"),
    ("4 - Low", "low"),
];

/// States after the opening and minutes since it, by kind of life; `None` is the resolution.
const LIVES: [&[(&str, Option<i64>)]; 4] = [
    &[
        ("New", Some(3)),
        ("Active", Some(4)),
        ("Active", Some(5)),
        ("Resolved", None),
        ("Closed", None),
    ],
    &[
        ("Active", Some(2)),
        ("Awaiting User Info", Some(6)),
        ("Resolved", None),
        ("Resolved", None),
    ],
    &[
        ("New", Some(0)),
        ("Awaiting Problem", Some(1)),
        ("Awaiting Vendor", Some(2)),
        ("Resolved", None),
    ],
    &[("Resolved", Some(3)), ("Active", Some(5)), ("Closed", None)],
];

/// An incident log of `count` incidents without a fault and ten rows with one.
pub fn incidents(count: u32) -> Sample {
    let mut file = Writing::new(INCIDENT_HEADER);
    for number in 0..i64::from(count) {
        let life = usize::try_from(number % 5).unwrap_or_default();
        let opened = INCIDENT_START + number * 97;
        let (priority, meaning) =
            INCIDENT_PRIORITIES[usize::try_from(number % 4).unwrap_or_default()];
        let took = 10 + number * 7919 % 20_000;
        let resolved = opened + took;
        let mut incident = Incident {
            number,
            opened,
            priority,
            stated_resolution: Some(resolved),
        };
        let month = |minutes: i64| iso_day(minutes / 1440)[..7].to_owned();
        if life == 4 {
            // Left unresolved; its priority changes, and the last one counts.
            incident.stated_resolution = None;
            incident.priority = "1 - Critical";
            file.imported(&incident.row(0, "New", &log_time(opened)));
            incident.priority = priority;
            file.imported(&incident.row(1, "Active", &log_time(opened + 1)));
            file.expected.count(meaning, &month(opened), None);
            continue;
        }
        for (modified, (state, after)) in LIVES[life].iter().enumerate() {
            file.imported(&incident.row(
                modified,
                state,
                &log_time(after.map_or(resolved, |after| opened + after)),
            ));
        }
        file.expected
            .count(meaning, &month(opened), Some(&month(resolved)));
        file.expected.resolution_seconds.push(took * 60);
        file.expected.reopened += u64::from(life == 3);
    }
    plant_in_incidents(&mut file);
    file.sample("uci_incidents")
}

fn plant_in_incidents(file: &mut Writing) {
    let opened = INCIDENT_START + 100_000;
    let month = iso_day(opened / 1440)[..7].to_owned();
    let incident = |number: i64| Incident {
        number,
        opened,
        priority: "4 - Low",
        stated_resolution: Some(opened + 60),
    };

    // Something happens before the opening.
    let early = incident(9_000_001);
    file.warned(
        &early.row(0, "Active", &log_time(opened - 1)),
        "sys_updated_at",
        "event_before_opened",
    );
    file.imported(&early.row(1, "Resolved", &log_time(opened + 60)));
    file.expected.count("low", &month, Some(&month));
    file.expected.resolution_seconds.push(3_600);

    // The column tells another resolution than the events.
    let differing = incident(9_000_002);
    file.imported(&differing.row(0, "New", &log_time(opened)));
    file.warned(
        &differing.row(1, "Resolved", &log_time(opened + 50)),
        "resolved_at",
        "resolved_at_differs",
    );
    file.expected.count("low", &month, Some(&month));
    file.expected.resolution_seconds.push(3_000);

    // A step that no person may take.
    let odd = incident(9_000_003);
    file.imported(&odd.row(0, "Resolved", &log_time(opened + 60)));
    file.warned(
        &odd.row(1, "New", &log_time(opened + 70)),
        "incident_state",
        "transition_not_allowed",
    );
    file.imported(&odd.row(2, "Resolved", &log_time(opened + 60 + 20)));
    file.expected.count("low", &month, Some(&month));
    file.expected.reopened += 1;
    file.expected.resolution_seconds.push(4_800);
    // Its column tells the first resolution, its events the second.
    file.expected.imported -= 1;
    file.expected.with_warnings += 1;
    file.expected
        .faults
        .push((file.line - 1, "resolved_at", "resolved_at_differs"));

    // A wrong date takes the whole incident with it.
    let dateless = incident(9_000_004);
    file.rejected(
        &dateless.row(0, "New", &log_time(opened)),
        "",
        "other_row_rejected",
    );
    file.rejected(
        &dateless.row(1, "Resolved", "31-02-2016 10:00"),
        "sys_updated_at",
        "bad_date",
    );

    // A state that the mapping does not know.
    let stateless = incident(9_000_005);
    file.rejected(
        &stateless.row(0, "Pondering", &log_time(opened)),
        "incident_state",
        "unknown_value",
    );

    // Back to an incident that has ended.
    file.rejected(
        &early.row(2, "Closed", &log_time(opened + 90)),
        "number",
        "key_not_together",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_written_as_the_log_does() {
        assert_eq!(log_time(INCIDENT_START), "20-02-2016 00:00");
        assert_eq!(
            log_time(INCIDENT_START + 10 * 1440 + 61),
            "01-03-2016 01:01"
        );
    }
}

//! The strips of real incidents, when `RAPPORT_REAL_DATA` names their folder, against tables of open
//! minutes. A run takes a few policies; `RAPPORT_STRIP_POLICIES=50` takes as many as it says.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use rapport_api::imports::reader::{Form, Records};
use rapport_persistence::{configuration, tickets};
use rapport_tests::builders::everything;
use rapport_tests::databases::sqlite;
use rapport_tests::importing::{Importer, mapping};
use rapport_types::calendars::{CalendarRules, OpenHours};
use rapport_types::clocks::{ClockDefinition, ClockEvent, ClockRules, Holder, SegmentKind, Time};
use rapport_types::ids::{TeamId, TicketId};
use rapport_types::tickets::Status;
use serde_json::{Value, json};
use uuid::Uuid;

/// Policies of a usual run.
const USUAL: usize = 3;
/// All incidents lie in these days.
const DAYS: [(i32, u32); 2] = [(2016, 1), (2017, 6)];

/// SplitMix64, so that each run sees the same policies.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// How many minutes were open before each minute, asked of the calendar as it is written.
struct Table {
    origin: DateTime<Utc>,
    open_before: Vec<i64>,
}

impl Table {
    fn of(calendar: &Value) -> Self {
        let zone: Tz = calendar["time_zone"].as_str().unwrap().parse().unwrap();
        let [from, to] = DAYS.map(|(year, month)| {
            let day = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
            day.and_hms_opt(0, 0, 0).unwrap().and_utc()
        });
        let weekdays = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let special: BTreeMap<&str, &Value> = calendar["days"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| (day["on"].as_str().unwrap(), day))
            .collect();
        let slots_of = |on: NaiveDate| -> Vec<[String; 2]> {
            let weekday = weekdays[on.weekday().num_days_from_monday() as usize];
            let slots = match special.get(on.to_string().as_str()) {
                Some(day) if day["kind"] == "closed" => &Value::Null,
                Some(_) => &calendar["week"]["monday"],
                None => &calendar["week"][weekday],
            };
            let slots = slots.as_array().cloned().unwrap_or_default();
            let time = |slot: &Value, end: &str| slot[end].as_str().unwrap().to_owned();
            slots
                .iter()
                .map(|slot| [time(slot, "from"), time(slot, "to")])
                .collect()
        };
        let (mut day, mut slots) = (NaiveDate::MIN, Vec::new());
        let (mut open, mut open_before) = (0, Vec::new());
        let mut at = from;
        while at < to {
            open_before.push(open);
            let local = at.with_timezone(&zone).naive_local();
            if local.date() != day {
                day = local.date();
                slots = slots_of(day);
            }
            let time = format!("{:02}:{:02}", local.hour(), local.minute());
            open += i64::from(slots.iter().any(|[from, to]| *from <= time && time < *to));
            at += TimeDelta::minutes(1);
        }
        Self {
            origin: from,
            open_before,
        }
    }

    fn open_seconds(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let before = |at: DateTime<Utc>| {
            let seconds = (at - self.origin).num_seconds();
            assert_eq!(seconds % 60, 0);
            self.open_before[usize::try_from(seconds / 60).unwrap()]
        };
        (before(to) - before(from)) * 60
    }
}

/// What happened to an incident, in the order of time.
struct Incident {
    number: String,
    moves: Vec<(DateTime<Utc>, Status)>,
    holders: Vec<Holder>,
}

/// The log of incidents in the folder of real files.
fn log(folder: PathBuf) -> PathBuf {
    let mut files = std::fs::read_dir(folder).unwrap();
    files
        .find_map(|file| {
            let path = file.unwrap().path();
            let is_it = path.to_string_lossy().contains("uci_incident");
            is_it.then_some(path)
        })
        .unwrap()
}

fn incidents(folder: PathBuf) -> Vec<Incident> {
    let file = File::open(log(folder)).unwrap();
    let mut records = Records::open(file, Form::utf8(b',')).unwrap();
    let header = records.header().to_vec();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (number, state, opened, updated, group) = (
        column("number"),
        column("incident_state"),
        column("opened_at"),
        column("sys_updated_at"),
        column("assignment_group"),
    );
    let instant = |text: &str| {
        let at = NaiveDateTime::parse_from_str(text, "%d-%m-%Y %H:%M").unwrap();
        at.and_utc()
    };
    let mut found: BTreeMap<String, Incident> = BTreeMap::new();
    while let Some(record) = records.next().unwrap() {
        let field = |index: usize| record.fields[index].as_str();
        let (opened, at) = (instant(field(opened)), instant(field(updated)));
        let incident = found
            .entry(field(number).to_owned())
            .or_insert_with(|| Incident {
                number: field(number).to_owned(),
                moves: vec![(opened, Status::New)],
                holders: Vec::new(),
            });
        let status = match field(state) {
            "New" => Status::New,
            "Active" => Status::Open,
            "Awaiting User Info" => Status::WaitingOnCustomer,
            "Resolved" => Status::Resolved,
            "Closed" => Status::Closed,
            other => {
                assert!(other.starts_with("Awaiting"), "{other}");
                Status::OnHold
            }
        };
        // An incident is known from its opening on.
        let at = at.max(opened);
        incident.moves.push((at, status));
        let team: u128 = field(group)
            .trim_start_matches("Group ")
            .parse()
            .unwrap_or(0);
        incident.holders.push(Holder {
            since: at,
            team_id: TeamId::from_uuid(Uuid::from_u128(team)),
            assignee_id: None,
        });
    }
    let mut incidents: Vec<Incident> = found.into_values().collect();
    for incident in &mut incidents {
        incident.moves[1..].sort_by_key(|(at, _)| *at);
        incident.holders.sort_by_key(|holder| holder.since);
    }
    incidents
}

fn calendar(random: &mut Random) -> Value {
    let zones = [
        "UTC",
        "Asia/Shanghai",
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
    ];
    let hours = [
        json!([{"from": "09:00", "to": "18:00"}]),
        json!([{"from": "08:30", "to": "12:00"}, {"from": "13:15", "to": "17:45"}]),
        json!([{"from": "00:00", "to": "24:00"}]),
        json!([{"from": "00:00", "to": "02:30"}, {"from": "22:00", "to": "24:00"}]),
    ];
    let day = &hours[random.below(4) as usize];
    let saturday = if random.below(2) == 0 {
        json!([])
    } else {
        json!([{"from": "10:00", "to": "13:00"}])
    };
    let mut days = BTreeMap::new();
    for _ in 0..random.below(30) {
        let first = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap();
        let on = first + TimeDelta::days(random.below(480) as i64);
        let kind = ["closed", "open"][random.below(2) as usize];
        days.insert(on, json!({"on": on, "kind": kind}));
    }
    json!({
        "time_zone": zones[random.below(5) as usize],
        "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day,
            "saturday": saturday},
        "days": days.into_values().collect::<Vec<_>>(),
    })
}

fn definition(random: &mut Random) -> ClockDefinition {
    let paused: Vec<&str> = ["new", "open", "waiting_on_customer", "on_hold"]
        .into_iter()
        .filter(|_| random.below(2) == 0)
        .collect();
    let stop = [
        json!({"statuses": ["resolved", "closed"]}),
        json!({"moments": ["resolved"]}),
    ];
    let seconds = 60 * (1 + random.below(7 * 24 * 60));
    let time = ["elapsed", "business"][random.below(2) as usize];
    let stop = &stop[random.below(2) as usize];
    serde_json::from_value(json!({
        "code": "resolution",
        "target": {"seconds": seconds},
        "time": time,
        "start": {"moments": ["opened"]},
        "pause": paused,
        "stop": stop,
    }))
    .unwrap()
}

/// Seconds of each kind, and when the target was passed, added up from the table.
struct Expected {
    seconds: BTreeMap<&'static str, i64>,
    is_breached: bool,
    is_stopped: bool,
}

fn expected(table: &Table, definition: &ClockDefinition, incident: &Incident) -> Expected {
    let is_over = |status| matches!(status, Status::Resolved | Status::Closed);
    let stops_for_good = !definition.stop.moments.is_empty();
    let rapport_types::clocks::Target::Seconds(target) = definition.target else {
        panic!("a target in seconds");
    };
    let target = i64::from(target.get());
    let mut seconds: BTreeMap<&'static str, i64> = BTreeMap::new();
    let mut stopped = 0;
    let mut is_stopped = false;
    for pair in incident.moves.windows(2) {
        let ((from, status), (to, _)) = (pair[0], pair[1]);
        if is_over(status) {
            is_stopped = true;
            if stops_for_good {
                break;
            }
            stopped += (to - from).num_seconds();
            continue;
        }
        is_stopped = false;
        *seconds.entry("stopped").or_default() += std::mem::take(&mut stopped);
        let length = (to - from).num_seconds();
        if definition.pause.contains(&status) {
            *seconds.entry("paused").or_default() += length;
            continue;
        }
        let counted = match definition.time {
            Time::Elapsed => length,
            Time::Business => table.open_seconds(from, to),
        };
        *seconds.entry("counted").or_default() += counted;
        *seconds.entry("closed").or_default() += length - counted;
    }
    let (_, last) = incident.moves[incident.moves.len() - 1];
    is_stopped = (is_stopped && stops_for_good) || is_over(last);
    if !is_stopped {
        *seconds.entry("stopped").or_default() += stopped;
    }
    seconds.retain(|_, seconds| *seconds > 0);
    let counted = seconds.get("counted").copied().unwrap_or(0);
    Expected {
        seconds,
        is_breached: counted > target,
        is_stopped,
    }
}

#[allow(clippy::print_stdout, reason = "what was compared is the result")]
#[test]
fn the_strip_of_every_real_incident_is_the_clock_and_the_table_of_open_minutes() {
    let Some(folder) = std::env::var_os("RAPPORT_REAL_DATA").map(PathBuf::from) else {
        println!("real data: not given");
        return;
    };
    let policies = std::env::var("RAPPORT_STRIP_POLICIES").ok();
    let policies = policies.map_or(USUAL, |count| count.parse().unwrap());
    let incidents = incidents(folder);
    assert_eq!(incidents.len(), 890);
    let mut random = Random(2016);
    let (mut strips, mut segments, mut breached, mut slices) = (0, 0, 0, 0);
    for policy in 0..policies {
        let (written, hours) = loop {
            let written = calendar(&mut random);
            let rules: CalendarRules = serde_json::from_value(written.clone()).unwrap();
            if let Ok(hours) = OpenHours::new(&rules) {
                break (written, hours);
            }
        };
        let table = Table::of(&written);
        let definition = definition(&mut random);
        let rules = ClockRules {
            definition: &definition,
            hours: &hours,
            policy_version: policy as i64,
            calendar_version: Some(1),
            is_unknown: false,
        };
        for incident in &incidents {
            let context = || format!("{} {definition:?} {written}", incident.number);
            let mut events: Vec<ClockEvent> = incident.moves[1..]
                .iter()
                .map(|(at, to)| ClockEvent::StatusChanged { at: *at, to: *to })
                .collect();
            events.insert(
                0,
                ClockEvent::Opened {
                    at: incident.moves[0].0,
                },
            );
            let (until, _) = incident.moves[incident.moves.len() - 1];
            let runs = rules.recompute(&events);
            let told = rules.strips(&events, until);
            assert_eq!((runs.len(), told.len()), (1, 1), "{}", context());
            let (clock, strip) = (&runs[0].clock, &told[0]);
            assert_eq!(strip.state, runs[0], "{}", context());
            assert_eq!(
                strip.counted_seconds(),
                clock.counted_seconds,
                "{}",
                context()
            );

            let mut seconds: BTreeMap<&str, i64> = BTreeMap::new();
            let mut next = clock.started_at;
            for segment in &strip.segments {
                assert_eq!(segment.from, next, "{}", context());
                next = segment.to;
                let kind = match segment.kind {
                    SegmentKind::Counted => "counted",
                    SegmentKind::Paused => "paused",
                    SegmentKind::Closed => "closed",
                    SegmentKind::Stopped => "stopped",
                };
                *seconds.entry(kind).or_default() += (segment.to - segment.from).num_seconds();
            }
            assert_eq!(next, clock.fulfilled_at.unwrap_or(until), "{}", context());
            let expected = expected(&table, &definition, incident);
            assert_eq!(seconds, expected.seconds, "{}", context());
            assert_eq!(
                clock.breached_at.is_some(),
                expected.is_breached,
                "{}",
                context()
            );
            assert_eq!(
                clock.fulfilled_at.is_some(),
                expected.is_stopped,
                "{}",
                context()
            );

            let parts = strip.slices(&incident.holders);
            let sum: i64 = parts.iter().map(|slice| slice.counted_seconds).sum();
            assert_eq!(sum, clock.counted_seconds, "{}", context());
            strips += 1;
            segments += strip.segments.len();
            breached += usize::from(expected.is_breached);
            slices += parts.len();
        }
    }
    assert!(breached > 0 && slices > strips / 2);
    println!(
        "{} incidents under {policies} policies: {strips} strips of {segments} segments, {slices} slices, {breached} breached",
        incidents.len()
    );
}

#[tokio::test]
async fn the_strips_of_imported_incidents_are_their_stored_clocks() {
    let Some(folder) = std::env::var_os("RAPPORT_REAL_DATA").map(PathBuf::from) else {
        return;
    };
    let fresh = sqlite().await;
    let path = log(folder);
    let (import, _) = Importer::default()
        .import(&fresh.db, mapping("uci_incidents"), move || {
            File::open(&path).unwrap()
        })
        .await
        .unwrap();
    assert!(import.numbers.rows() >= 890);
    let configuration = configuration::load(&fresh.db).await.unwrap();
    let mut told = 0;
    for row in fresh.rows("SELECT id FROM tickets").await {
        let id = TicketId::from_uuid(row.try_get("", "id").unwrap());
        let loaded = tickets::get(&fresh.db, &everything(), id).await.unwrap();
        let (events, holders) = tickets::clock_history(&fresh.db, &loaded.ticket)
            .await
            .unwrap();
        let until = events.iter().map(ClockEvent::at).max().unwrap();
        let strips = loaded.clocks.strips(&configuration, &events, until);
        assert_eq!(strips.len(), loaded.ticket.clocks.len());
        for (strip, stored) in strips.iter().zip(&loaded.ticket.clocks) {
            let clock = &strip.state.clock;
            assert_eq!((&clock.code, clock.run), (&stored.code, stored.run));
            assert_eq!(clock.counted_seconds, stored.counted_seconds, "{stored:?}");
            assert_eq!(
                strip.counted_seconds(),
                stored.counted_seconds,
                "{stored:?}"
            );
            assert_eq!(
                (
                    clock.started_at,
                    clock.due_at,
                    clock.paused_at,
                    clock.fulfilled_at
                ),
                (
                    stored.started_at,
                    stored.due_at,
                    stored.paused_at,
                    stored.fulfilled_at
                )
            );
            let parts = strip.slices(&holders);
            let sum: i64 = parts.iter().map(|slice| slice.counted_seconds).sum();
            assert_eq!(sum, stored.counted_seconds);
            told += 1;
        }
    }
    assert!(told >= 890, "{told}");
}

//! The customers: people and organisations of four regions.
//!
//! Telephone numbers lie in ranges that are given to nobody (mobile numbers from 154, local
//! numbers with a leading 1, the ranges that Ofcom and NANPA keep for fiction), e-mail addresses
//! in domains that are reserved for examples.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use rapport_types::customers::{Customer, CustomerKind, Lifecycle, Nature};
use rapport_types::ids::{CustomerId, TeamId, UserId};
use rapport_types::locale::Locale;
use rapport_types::text::{Code, LabelText};

use super::company::Company;
use super::names::{self, City};
use super::parsed;
use super::random::Random;
use crate::error::ApiError;

/// A customer, the language that it writes in, and the people who speak for it.
#[derive(Debug, Clone)]
pub(super) struct Patron {
    pub(super) customer: Customer,
    pub(super) locale: Locale,
    pub(super) contacts: Vec<CustomerId>,
}

/// The regions: team, cities, share of the customers.
const REGIONS: &[((&str, &[City]), u32)] = &[
    (("east", names::EAST), 34),
    (("south", names::SOUTH), 28),
    (("north", names::NORTH), 24),
    (("west", names::WEST), 14),
];

/// How customers came to know the company.
const SOURCES: &[(&str, u32)] = &[
    ("web", 30),
    ("wechat", 25),
    ("phone", 18),
    ("counter", 12),
    ("social", 9),
    ("email", 6),
];

const LIFECYCLES: &[(Lifecycle, u32)] = &[
    (Lifecycle::Active, 52),
    (Lifecycle::New, 16),
    (Lifecycle::Potential, 14),
    (Lifecycle::Lapsed, 12),
    (Lifecycle::Lost, 6),
];

/// These many of the first customers are called 王芳, a name that many people share.
const NAMESAKES: usize = 3;

/// What makes up the identity of a customer.
struct Identity {
    kind: CustomerKind,
    name: String,
    mailbox: String,
    nature: Option<Nature>,
    industry: Option<&'static str>,
    locale: Locale,
}

/// Makes `count` customers, the longest known first: half of them were there before the demo's
/// six months began at `since`, the others came until `now`.
pub(super) fn make(
    company: &Company,
    count: usize,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    random: &mut Random,
) -> Result<Vec<Patron>, ApiError> {
    let old = count / 2;
    (0..count)
        .map(|index| {
            let created_at = if index < old {
                let left = (old - index) as f64 / old as f64;
                since - TimeDelta::minutes((left * 500_000.0) as i64 + random.between(0, 300))
            } else {
                let gone = (index - old) as f64 / (count - old) as f64;
                since + TimeDelta::seconds(((now - since).num_seconds() as f64 * gone) as i64)
            };
            one(company, index, created_at, now, random)
        })
        .collect()
}

fn one(
    company: &Company,
    index: usize,
    created_at: DateTime<Utc>,
    now: DateTime<Utc>,
    random: &mut Random,
) -> Result<Patron, ApiError> {
    let (region, cities) = random.weighted(REGIONS);
    let (city, area) = *random.pick(cities);
    let identity = identity(index, city, random);
    let is_person = identity.kind == CustomerKind::Person;
    let team_id = company.team(if random.chance(0.93) {
        region
    } else {
        "marketing"
    });
    let updated_at = created_at
        + TimeDelta::seconds(((now - created_at).num_seconds() as f64 * random.unit()) as i64);
    let job_title = *random.pick(names::JOB_TITLES);
    let domain = *random.pick(&["example.com", "example.cn"]);
    let address = format!(
        "{city}市{}{}号",
        random.pick(names::STREETS),
        random.between(1, 680)
    );
    let customer = Customer {
        id: CustomerId::from_uuid(random.id(created_at)),
        number: 0,
        version: 1,
        kind: identity.kind,
        name: parsed(&identity.name)?,
        nature: identity.nature,
        industry: identity.industry.map(parsed).transpose()?,
        job_title: optional(is_person && random.chance(0.2), job_title)?,
        phones: vec![parsed(&phone(&identity, area, index, random))?],
        emails: if random.chance(0.8) {
            vec![parsed(&format!("{}@{domain}", identity.mailbox))?]
        } else {
            Vec::new()
        },
        address: optional(random.chance(0.6), &address)?,
        region: Some(parsed(city)?),
        birthday_on: (is_person && random.chance(0.35))
            .then(|| birthday(now, random))
            .flatten(),
        source_channel: Some(code(random.weighted(SOURCES))?),
        owner_id: owner(company, team_id, random),
        team_id,
        lifecycle: random.weighted(LIFECYCLES),
        tags: tags(random)?,
        note: optional(
            random.chance(0.06),
            "偏好微信联系，工作日白天方便接听电话。",
        )?,
        external_ids: Vec::new(),
        import_id: None,
        created_at,
        updated_at,
    };
    Ok(Patron {
        customer,
        locale: identity.locale,
        contacts: Vec::new(),
    })
}

fn identity(index: usize, city: &str, random: &mut Random) -> Identity {
    let number = index + 1;
    if index < NAMESAKES {
        return person("王芳".into(), format!("wang.fang{number}"), Locale::ZhCn);
    }
    match random.between(1, 100) {
        1..=62 => {
            let (surname, surname_pinyin) = random.pick(names::SURNAMES);
            let (given, given_pinyin) = random.pick(names::GIVEN);
            let mailbox = format!("{surname_pinyin}.{given_pinyin}{number}");
            person(format!("{surname}{given}"), mailbox, Locale::ZhCn)
        }
        63..=74 => {
            let (first, family) = (
                random.pick(names::FIRST_NAMES),
                random.pick(names::FAMILY_NAMES),
            );
            let mailbox = format!("{}.{}{number}", first.to_lowercase(), family.to_lowercase());
            person(format!("{first} {family}"), mailbox, Locale::En)
        }
        75..=92 => {
            let (brand, pinyin) = random.pick(names::BRANDS);
            let (sector, industry) = random.pick(names::SECTORS);
            let nature = if random.chance(0.1) {
                Nature::SpecialEnterprise
            } else {
                Nature::OrdinaryEnterprise
            };
            organisation(
                format!("{city}{brand}{sector}"),
                format!("office{number}.{pinyin}"),
                nature,
                industry,
                Locale::ZhCn,
            )
        }
        93..=96 => {
            let body = random.pick(names::PUBLIC_BODIES);
            organisation(
                format!("{city}市{body}"),
                format!("service{number}"),
                Nature::Government,
                "公共管理",
                Locale::ZhCn,
            )
        }
        _ => {
            let (firm, industry) = random.pick(names::FIRMS);
            let nature = Nature::OrdinaryEnterprise;
            organisation(
                (*firm).to_owned(),
                format!("office{number}"),
                nature,
                industry,
                Locale::En,
            )
        }
    }
}

fn person(name: String, mailbox: String, locale: Locale) -> Identity {
    Identity {
        kind: CustomerKind::Person,
        name,
        mailbox,
        nature: None,
        industry: None,
        locale,
    }
}

fn organisation(
    name: String,
    mailbox: String,
    nature: Nature,
    industry: &'static str,
    locale: Locale,
) -> Identity {
    let kind = CustomerKind::Organisation;
    Identity {
        kind,
        name,
        mailbox,
        nature: Some(nature),
        industry: Some(industry),
        locale,
    }
}

/// Spreads the last digits over all there are: people look for customers by them.
fn phone(identity: &Identity, area: &str, index: usize, random: &mut Random) -> String {
    let last = (index * 7_919 + 4_217) % 10_000;
    match (identity.kind, identity.locale) {
        (CustomerKind::Organisation, _) => {
            format!("+86{area}1{:03}{last:04}", random.between(0, 999))
        }
        (CustomerKind::Person, Locale::ZhCn) => {
            format!("+86154{:04}{last:04}", random.between(0, 9_999))
        }
        (CustomerKind::Person, Locale::En) => match random.between(1, 4) {
            1 => format!("+447700900{:03}", last % 1_000),
            2 => format!("+1212555{:04}", 100 + last % 100),
            _ => format!("+86154{:04}{last:04}", random.between(0, 9_999)),
        },
    }
}

fn birthday(now: DateTime<Utc>, random: &mut Random) -> Option<NaiveDate> {
    let year = now.year() - random.between(20, 75) as i32;
    NaiveDate::from_yo_opt(year, random.between(1, 365) as u32)
}

/// Nearly half of the customers have somebody who looks after them.
fn owner(company: &Company, team: TeamId, random: &mut Random) -> Option<UserId> {
    let workers = company.workers(team);
    (!workers.is_empty() && random.chance(0.45)).then(|| random.weighted(workers))
}

fn tags(random: &mut Random) -> Result<Vec<LabelText>, ApiError> {
    let mut tags: Vec<&str> = Vec::new();
    while tags.len() < 3 && random.chance(0.35) {
        let tag = random.pick(names::TAGS);
        if !tags.contains(tag) {
            tags.push(tag);
        }
    }
    tags.into_iter().map(parsed).collect()
}

fn code(text: &str) -> Result<Code, ApiError> {
    parsed(text)
}

/// The text, when it is there.
fn optional<T: TryFrom<String>>(is_there: bool, text: &str) -> Result<Option<T>, ApiError>
where
    T::Error: std::fmt::Display,
{
    is_there.then(|| parsed(text)).transpose()
}

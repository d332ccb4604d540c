//! The first start: what an empty database gets, so that the product can be used at once.

use chrono_tz::Tz;
use rapport_types::calendars::{Calendar, LocalTime, Slot, Week};
use rapport_types::categories::Category;
use rapport_types::channels::{self, Channel};
use rapport_types::clocks::{
    ClockDefinition, ClockPolicies, ClockPolicy, FIRST_RESPONSE, RESOLUTION, Target, Time,
};
use rapport_types::filters::{Filter, Op};
use rapport_types::ids::{CalendarId, CategoryId, TeamId, UserId};
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use rapport_types::permissions::BUILT_IN_ROLES;
use rapport_types::roles::Role;
use rapport_types::settings::Settings;
use rapport_types::teams::Team;
use rapport_types::text::{Code, LabelText, NameText, Username};
use rapport_types::ticket_types::{self, TicketType};
use rapport_types::tickets::Priority;
use rapport_types::users::{User, UserKind};
use uuid::Uuid;

use super::stored;
use crate::database::Database;
use crate::error::StoreError;
use crate::writes::{WriteContext, Writer, write};
use crate::{calendars as calendar_rows, categories, clock_policies, settings, teams, users};

/// What the first start needs to know.
#[derive(Clone)]
pub struct FirstStart {
    /// The organisation's names; also those of the root team.
    pub names: Names,
    /// The organisation's time zone.
    pub zone: Tz,
    /// The organisation's language.
    pub locale: Locale,
    /// The country calling code of numbers without a country, without `+`.
    pub phone_country_code: LabelText,
    /// The administrator's name to sign in with.
    pub username: Username,
    /// The hash of the administrator's password.
    pub password_hash: String,
}

impl std::fmt::Debug for FirstStart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstStart")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl FirstStart {
    /// An organisation called Rapport in UTC that speaks English, its telephones in China; all of
    /// it can be changed in the settings.
    ///
    /// # Errors
    /// None in practice: the defaults fit their types.
    pub fn new(username: Username, password_hash: String) -> Result<Self, StoreError> {
        Ok(Self {
            names: Names::both("Rapport", "Rapport"),
            zone: Tz::UTC,
            locale: Locale::En,
            phone_country_code: label("86")?,
            username,
            password_hash,
        })
    }
}

/// A clock policy to begin with.
struct SeededPolicy {
    code: &'static str,
    en: &'static str,
    zh_cn: &'static str,
    /// Which tickets it is for; none for all.
    priority: Option<Priority>,
    first_response_hours: u32,
    resolution_hours: u32,
}

/// First response and resolution within 24 elapsed hours (S0-07 of the requirements: answered with
/// a solution within 24 hours); what is urgent or high is given less. The first that matches holds.
const POLICIES: &[SeededPolicy] = &[
    SeededPolicy {
        code: "urgent",
        en: "Urgent",
        zh_cn: "紧急",
        priority: Some(Priority::Urgent),
        first_response_hours: 1,
        resolution_hours: 8,
    },
    SeededPolicy {
        code: "high",
        en: "High",
        zh_cn: "高优先级",
        priority: Some(Priority::High),
        first_response_hours: 4,
        resolution_hours: 16,
    },
    SeededPolicy {
        code: "standard",
        en: "Standard",
        zh_cn: "标准",
        priority: None,
        first_response_hours: 24,
        resolution_hours: 24,
    },
];

/// Categories to begin with: code, English and Chinese name, code of the category above.
const CATEGORIES: &[(&str, &str, &str, Option<&str>)] = &[
    ("product", "Product", "产品", None),
    ("quality", "Quality", "质量", Some("product")),
    ("usage", "Usage", "使用", Some("product")),
    ("delivery", "Delivery", "配送", None),
    ("billing", "Billing", "账务", None),
    ("service", "Service", "服务", None),
    ("other", "Other", "其他", None),
];

/// Whether the first start has been.
///
/// # Errors
/// What the database says.
pub async fn is_seeded(db: &Database) -> Result<bool, StoreError> {
    Ok(settings::find(&db.reader).await?.is_some())
}

/// Fills an empty database, in one write: settings, root team, calendar, roles, ticket types,
/// channels, categories, clock policies and the administrator. Does nothing and answers false when
/// there are settings already. `new_id` makes a fresh UUIDv7.
///
/// # Errors
/// What the database says.
pub async fn seed(
    db: &Database,
    context: WriteContext,
    start: &FirstStart,
    new_id: impl Fn() -> Uuid,
) -> Result<bool, StoreError> {
    write(db, context, async |writer: &mut Writer| {
        // A second process that starts at the same time waits here for the first.
        let mut counters = writer.sql();
        counters.push("INSERT INTO counters (kind, value) VALUES ('change', 0), ('customer', 0), ");
        counters.push("('ticket', 0), ('configuration', 0) ON CONFLICT (kind) DO NOTHING");
        writer.change_parts(counters).await?;
        if settings::find(writer.connection()).await?.is_some() {
            return Ok(false);
        }
        let calendar = Calendar {
            id: CalendarId::from_uuid(new_id()),
            version: 1,
            names: Names::both("Office hours", "工作时间"),
            time_zone: start.zone.name().to_owned(),
            week: office_hours()?,
            days: Vec::new(),
            active: true,
        };
        calendar_rows::insert(writer, &calendar).await?;
        let team = Team {
            id: TeamId::from_uuid(new_id()),
            version: 1,
            names: start.names.clone(),
            parent_id: None,
            time_zone: None,
            calendar_id: None,
            active: true,
        };
        teams::insert(writer, &team).await?;
        let organisation = Settings {
            version: 1,
            names: start.names.clone(),
            time_zone: label(start.zone.name())?,
            locale: start.locale,
            calendar_id: calendar.id,
            phone_country_code: start.phone_country_code.clone(),
        };
        settings::insert(writer, &organisation).await?;
        writer.insert_all(&roles()?).await?;
        writer.insert_all(&ticket_types()?).await?;
        writer.insert_all(&channels()?).await?;
        insert_categories(writer, &new_id).await?;
        clock_policies::insert(writer, policies()?).await?;
        let administrator = User {
            id: UserId::from_uuid(new_id()),
            version: 1,
            username: start.username.clone(),
            name: NameText::try_from("Administrator").map_err(|_| stored("name"))?,
            email: None,
            roles: vec![code("admin")?],
            team_id: team.id,
            scope_team_id: team.id,
            locale: start.locale,
            active: true,
            kind: UserKind::Person,
            must_change_password: false,
        };
        users::insert(writer, &administrator, &start.password_hash).await?;
        Ok(true)
    })
    .await
}

fn code(text: &str) -> Result<Code, StoreError> {
    Code::try_from(text).map_err(|_| stored("code"))
}

fn label(text: &str) -> Result<LabelText, StoreError> {
    LabelText::try_from(text).map_err(|_| stored("label"))
}

/// Monday to Friday, nine to six.
fn office_hours() -> Result<Week, StoreError> {
    let time = |hour: u16| LocalTime::from_minutes(hour * 60).ok_or_else(|| stored("time of day"));
    Ok(Week::working(&[Slot {
        from: time(9)?,
        to: time(18)?,
    }]))
}

fn roles() -> Result<Vec<Role>, StoreError> {
    let role = |role: &rapport_types::permissions::BuiltInRole| {
        Ok(Role {
            code: code(role.code)?,
            version: 1,
            names: Names::both(role.en, role.zh_cn),
            permissions: role.permissions.to_vec(),
            built_in: true,
        })
    };
    BUILT_IN_ROLES.iter().map(role).collect()
}

fn ticket_types() -> Result<Vec<TicketType>, StoreError> {
    let kind = |(position, (code_text, en, zh_cn)): (i64, &(&str, &str, &str))| {
        Ok(TicketType {
            code: code(code_text)?,
            version: 1,
            names: Names::both(en, zh_cn),
            position,
            active: true,
            definition_version: 0,
            fields: Vec::new(),
            pipelines: Vec::new(),
        })
    };
    (1..).zip(ticket_types::SEEDED).map(kind).collect()
}

fn channels() -> Result<Vec<Channel>, StoreError> {
    let channel = |(position, (code_text, en, zh_cn)): (i64, &(&str, &str, &str))| {
        Ok(Channel {
            code: code(code_text)?,
            version: 1,
            names: Names::both(en, zh_cn),
            position,
            active: true,
        })
    };
    (1..).zip(channels::SEEDED).map(channel).collect()
}

async fn insert_categories(
    writer: &mut Writer,
    new_id: &impl Fn() -> Uuid,
) -> Result<(), StoreError> {
    let mut made: Vec<Category> = Vec::with_capacity(CATEGORIES.len());
    for (code_text, en, zh_cn, above) in CATEGORIES {
        let above = above.and_then(|above| {
            made.iter().find(|category| {
                category
                    .code
                    .as_ref()
                    .is_some_and(|code| code.as_str() == above)
            })
        });
        let category = Category {
            id: CategoryId::from_uuid(new_id()),
            version: 1,
            code: Some(code(code_text)?),
            names: Names::both(en, zh_cn),
            parent_id: above.map(|category| category.id),
            active: true,
        };
        categories::insert(writer, &category).await?;
        made.push(category);
    }
    Ok(())
}

fn policies() -> Result<ClockPolicies, StoreError> {
    let policy = |seeded: &SeededPolicy| {
        let filter = seeded
            .priority
            .map(|priority| Filter::of("priority", Op::Is, &[priority.code()]));
        let hours = |hours: u32| Target::seconds(hours * 3_600);
        let response = hours(seeded.first_response_hours);
        let resolution = hours(seeded.resolution_hours);
        Ok(ClockPolicy {
            code: code(seeded.code)?,
            names: Names::both(seeded.en, seeded.zh_cn),
            filter: filter.unwrap_or_default(),
            calendar: None,
            clocks: vec![
                ClockDefinition::first_response(code(FIRST_RESPONSE)?, response, Time::Elapsed),
                ClockDefinition::resolution(code(RESOLUTION)?, resolution, Time::Elapsed),
            ],
        })
    };
    let policies = POLICIES
        .iter()
        .map(policy)
        .collect::<Result<_, StoreError>>()?;
    Ok(ClockPolicies {
        version: 1,
        policies,
    })
}

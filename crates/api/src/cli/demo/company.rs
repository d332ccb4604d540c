//! Teams, calendars, categories and staff.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_persistence::configuration::{self, Configuration, FirstStart};
use rapport_persistence::database::Database;
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_persistence::{calendars, categories, teams, users};
use rapport_types::calendars::{Calendar, LocalTime, Slot, Week};
use rapport_types::categories::Category;
use rapport_types::ids::{CalendarId, CategoryId, TeamId, UserId};
use rapport_types::locale::Locale::{self, En, ZhCn as Zh};
use rapport_types::names::Names;
use rapport_types::teams::Team;
use rapport_types::users::{User, UserKind};

use super::parsed;
use super::random::Random;
use crate::error::ApiError;

/// Teams below the root: key, English and Chinese name, key of the team above.
const TEAMS: &[(&str, &str, &str, &str)] = &[
    ("centre", "Service centre", "客服中心", ROOT),
    ("after_sales", "After-sales", "售后服务", ROOT),
    ("marketing", "Marketing", "市场部", ROOT),
    ("east", "East", "华东", "centre"),
    ("south", "South", "华南", "centre"),
    ("north", "North", "华北", "centre"),
    ("west", "West", "西部", "centre"),
];

/// The key of the root team.
pub(super) const ROOT: &str = "root";

/// Calendars of teams: team, English and Chinese name, first and last hour, open on Sundays.
const CALENDARS: &[(&str, &str, &str, u16, u16, bool)] = &[
    ("centre", "Hotline hours", "热线服务时间", 8, 22, true),
    (
        "after_sales",
        "Workshop hours",
        "维修服务时间",
        8,
        20,
        false,
    ),
];

/// Categories beside those of the first start: code, English and Chinese name, code of the one
/// above.
const CATEGORIES: &[(&str, &str, &str, &str)] = &[
    ("accessories", "Accessories", "配件耗材", "product"),
    ("damage", "Damaged in transit", "运输破损", "delivery"),
    ("invoice", "Invoices", "发票", "billing"),
    ("refund", "Refunds", "退款", "billing"),
    ("installation", "Installation", "安装", "service"),
    ("warranty", "Warranty", "保修", "service"),
];

/// Everybody but the administrator: name to sign in with, name, role, team, language.
const STAFF: &[(&str, &str, &str, &str, Locale)] = &[
    ("manager", "周敏", "manager", ROOT, En),
    ("analyst", "Helen Foster", "analyst", ROOT, En),
    ("agent.centre", "李娜", "agent", "centre", Zh),
    ("lead.centre", "郑国庆", "manager", "centre", Zh),
    ("tang.jing", "唐静", "agent", "centre", Zh),
    ("oliver.reed", "Oliver Reed", "agent", "centre", En),
    ("he.xiaodong", "何晓东", "agent", "centre", Zh),
    ("ma.yutong", "马雨桐", "agent", "centre", Zh),
    ("agent", "Emma Clark", "agent", "east", En),
    ("lead.east", "陈建华", "manager", "east", Zh),
    ("xu.min", "徐敏", "agent", "east", Zh),
    ("daniel.hall", "Daniel Hall", "agent", "east", En),
    ("zeng.jie", "曾杰", "agent", "east", Zh),
    ("zhu.jiaqi", "朱佳琪", "agent", "east", Zh),
    ("shen.haoran", "沈浩然", "agent", "east", Zh),
    ("agent.south", "黄美玲", "agent", "south", Zh),
    ("lead.south", "梁志强", "manager", "south", Zh),
    ("lin.tao", "林涛", "agent", "south", Zh),
    ("grace.evans", "Grace Evans", "agent", "south", En),
    ("xie.xinyi", "谢欣怡", "agent", "south", Zh),
    ("deng.lei", "邓磊", "agent", "south", Zh),
    ("agent.north", "赵雪梅", "agent", "north", Zh),
    ("lead.north", "宋立新", "manager", "north", Zh),
    ("shan.wei", "单伟", "agent", "north", Zh),
    ("han.yan", "韩艳", "agent", "north", Zh),
    ("simon.parker", "Simon Parker", "agent", "north", En),
    ("gao.tianyu", "高天宇", "agent", "north", Zh),
    ("agent.west", "罗红梅", "agent", "west", Zh),
    ("lead.west", "彭勇", "manager", "west", Zh),
    ("qiu.ming", "仇明", "agent", "west", Zh),
    ("laura.shaw", "Laura Shaw", "agent", "west", En),
    ("technician", "刘刚", "technician", "after_sales", Zh),
    ("lead.after_sales", "曹军", "manager", "after_sales", Zh),
    ("wu.qiang", "吴强", "technician", "after_sales", Zh),
    ("tom.mason", "Tom Mason", "technician", "after_sales", En),
    ("yang.chao", "杨超", "technician", "after_sales", Zh),
    (
        "account",
        "Sarah Bennett",
        "account_manager",
        "marketing",
        En,
    ),
    ("guo.shihan", "郭诗涵", "account_manager", "marketing", Zh),
    ("marketer", "潘嘉怡", "marketer", "marketing", Zh),
];

/// Whom the table at the end names: one of each role and one agent of each team.
const SHOWN: &[&str] = &[
    "admin",
    "manager",
    "agent",
    "agent.centre",
    "agent.south",
    "agent.north",
    "agent.west",
    "technician",
    "account",
    "marketer",
    "analyst",
];

/// A person of the demo company, for the table of those who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoUser {
    /// The name to sign in with.
    pub username: String,
    /// The role's English name.
    pub role: String,
    /// The team's names.
    pub team: String,
    /// The language of the page for this person.
    pub language: &'static str,
}

/// The company, as customers and tickets need it.
pub(super) struct Company {
    /// All configuration.
    pub(super) configuration: Configuration,
    teams: HashMap<&'static str, TeamId>,
    workers: HashMap<TeamId, Vec<(UserId, u32)>>,
}

impl Company {
    /// The team with this key of the tables above; the root for an unknown one.
    pub(super) fn team(&self, key: &str) -> TeamId {
        self.teams
            .get(key)
            .or_else(|| self.teams.get(ROOT))
            .copied()
            .unwrap_or(TeamId::from_uuid(uuid::Uuid::nil()))
    }

    /// The people of a team who work on tickets, with how much of the work each gets.
    pub(super) fn workers(&self, team: TeamId) -> &[(UserId, u32)] {
        self.workers.get(&team).map_or(&[], Vec::as_slice)
    }

    /// The user with this name to sign in with.
    pub(super) fn user(&self, username: &str) -> Option<&User> {
        self.configuration
            .users
            .values()
            .find(|user| user.username.as_str() == username)
    }

    /// The category with this code.
    pub(super) fn category(&self, code: &str) -> Option<CategoryId> {
        let has_code = |category: &&Category| {
            category
                .code
                .as_ref()
                .is_some_and(|own| own.as_str() == code)
        };
        self.configuration
            .categories
            .values()
            .find(has_code)
            .map(|category| category.id)
    }

    /// Who can sign in, for the table at the end.
    pub(super) fn shown(&self) -> Vec<DemoUser> {
        let shown = |username: &&str| {
            let user = self.user(username)?;
            let role = user
                .roles
                .first()
                .and_then(|code| self.configuration.roles.get(code));
            let names = self.configuration.team_ref(user.team_id).names;
            Some(DemoUser {
                username: user.username.as_str().to_owned(),
                role: role.map_or("", |role| role.names.get(En)).to_owned(),
                team: format!("{} {}", names.get(En), names.get(Zh)),
                language: if user.locale == En {
                    "English"
                } else {
                    "中文"
                },
            })
        };
        SHOWN.iter().filter_map(shown).collect()
    }
}

/// Makes the company in an empty, migrated database, as if it had begun `since`.
pub(super) async fn found(
    db: &Database,
    password_hash: &str,
    since: DateTime<Utc>,
    random: &mut Random,
) -> Result<Company, ApiError> {
    let start = FirstStart {
        names: Names::both("Rapport Demo", "锐泊科技"),
        zone: chrono_tz::Asia::Shanghai,
        locale: En,
        phone_country_code: parsed("86")?,
        username: parsed("admin")?,
        password_hash: password_hash.to_owned(),
    };
    let random = RefCell::new(random);
    let new_id = || random.borrow_mut().id(since);
    let context = WriteContext::system("demo", since);
    if !configuration::seed(db, context.clone(), &start, new_id).await? {
        return Err(ApiError::internal("the database is in use already"));
    }
    let seeded = configuration::load(db).await?;
    let root = seeded
        .root_team()
        .map(|team| team.id)
        .ok_or_else(|| ApiError::internal("no root team"))?;
    let keyed = std::iter::once(ROOT).chain(TEAMS.iter().map(|team| team.0));
    let ids: HashMap<&str, TeamId> = keyed
        .map(|key| {
            (
                key,
                if key == ROOT {
                    root
                } else {
                    TeamId::from_uuid(new_id())
                },
            )
        })
        .collect();
    let team_of = |key: &str| ids.get(key).copied().unwrap_or(root);
    let people = STAFF
        .iter()
        .map(|row| user(row, new_id(), &team_of))
        .collect::<Result<Vec<_>, _>>()?;
    let category_ids: Vec<CategoryId> = CATEGORIES
        .iter()
        .map(|_| CategoryId::from_uuid(new_id()))
        .collect();
    let calendar_ids: Vec<CalendarId> = CALENDARS
        .iter()
        .map(|_| CalendarId::from_uuid(new_id()))
        .collect();
    write(db, context, async |writer: &mut Writer| {
        for (row, id) in CALENDARS.iter().zip(&calendar_ids) {
            calendars::insert(writer, &calendar(row, *id)?).await?;
        }
        for (key, en, zh, above) in TEAMS {
            let own = CALENDARS.iter().position(|row| row.0 == *key);
            let team = Team {
                id: team_of(key),
                version: 1,
                names: Names::both(en, zh),
                parent_id: Some(team_of(above)),
                time_zone: None,
                calendar_id: own.map(|index| calendar_ids[index]),
                active: true,
            };
            teams::insert(writer, &team).await?;
        }
        for ((code, en, zh, above), id) in CATEGORIES.iter().zip(&category_ids) {
            let is_above = |category: &&Category| {
                category
                    .code
                    .as_ref()
                    .is_some_and(|own| own.as_str() == *above)
            };
            let category = Category {
                id: *id,
                version: 1,
                code: Some(parsed(code)?),
                names: Names::both(en, zh),
                parent_id: seeded
                    .categories
                    .values()
                    .find(is_above)
                    .map(|category| category.id),
                active: true,
            };
            categories::insert(writer, &category).await?;
        }
        for user in &people {
            users::insert(writer, user, password_hash).await?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    let workers = workers(&people);
    Ok(Company {
        configuration: configuration::load(db).await?,
        teams: ids,
        workers,
    })
}

fn user(
    (username, name, role, team, locale): &(&str, &str, &str, &str, Locale),
    id: uuid::Uuid,
    team_of: &impl Fn(&str) -> TeamId,
) -> Result<User, ApiError> {
    let team_id = team_of(team);
    Ok(User {
        id: UserId::from_uuid(id),
        version: 1,
        username: parsed(username)?,
        name: parsed(name)?,
        email: Some(parsed(&format!("{username}@rapport.example.com"))?),
        roles: vec![parsed(role)?],
        team_id,
        scope_team_id: team_id,
        locale: *locale,
        active: true,
        kind: UserKind::Person,
        must_change_password: false,
    })
}

fn calendar(
    (_, en, zh, from, to, sundays): &(&str, &str, &str, u16, u16, bool),
    id: CalendarId,
) -> Result<Calendar, ApiError> {
    let time = |hour: u16| {
        LocalTime::from_minutes(hour * 60).ok_or_else(|| ApiError::internal("no time of day"))
    };
    let day = vec![Slot {
        from: time(*from)?,
        to: time(*to)?,
    }];
    let week = Week::working(&day);
    let sunday = if *sundays { day.clone() } else { Vec::new() };
    Ok(Calendar {
        id,
        version: 1,
        names: Names::both(en, zh),
        time_zone: chrono_tz::Asia::Shanghai.name().to_owned(),
        week: Week {
            saturday: day,
            sunday,
            ..week
        },
        days: Vec::new(),
        active: true,
    })
}

/// Agents, technicians and account managers do most of the work, leaders a little.
fn workers(people: &[User]) -> HashMap<TeamId, Vec<(UserId, u32)>> {
    let mut workers: HashMap<TeamId, Vec<(UserId, u32)>> = HashMap::new();
    for (index, user) in people.iter().enumerate() {
        let weight = match user.roles.first().map(rapport_types::text::Code::as_str) {
            // Nobody works as much as the next.
            Some("agent" | "technician" | "account_manager") => [10, 8, 11, 7, 9][index % 5],
            Some("manager") if index > 0 => 2,
            _ => continue,
        };
        workers
            .entry(user.team_id)
            .or_default()
            .push((user.id, weight));
    }
    workers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_teams_and_forty_people_are_named_once_each() {
        assert_eq!(TEAMS.len() + 1, 8, "the root is the eighth");
        assert_eq!(STAFF.len() + 1, 40, "the administrator is the fortieth");
        let mut names: Vec<_> = STAFF.iter().map(|row| row.0).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STAFF.len());
        for row in STAFF {
            assert!(
                row.3 == ROOT || TEAMS.iter().any(|team| team.0 == row.3),
                "{}",
                row.0
            );
        }
        for name in SHOWN {
            assert!(
                *name == "admin" || STAFF.iter().any(|row| row.0 == *name),
                "{name}"
            );
        }
    }
}

//! How many requests each credential has sent a moment ago: a session of a person, or an API key.
//!
//! Each process counts for itself, in memory, and tells the others of its database every second
//! what it has admitted. A request waits for none of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::{rt, web};
use chrono::{DateTime, Utc};
use rapport_persistence::database::Kind;
use rapport_persistence::request_counts::{self, RequestCount};
use rapport_types::ids::{ApiKeyId, SessionId};
use rapport_types::limits::{Quota, Standing, WINDOW_SECONDS, Window};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use crate::config::Config;
use crate::error::ApiError;
use crate::state::AppState;

/// How often processes tell each other.
const EVERY: Duration = Duration::from_secs(1);
/// How far back it is asked again what others have admitted: what a slow one told late, or one whose
/// clock is a little behind.
const AGAIN_SECONDS: i64 = 10;
/// How often at most the log tells that requests are refused.
const TELL: Duration = Duration::from_secs(10);

/// Whose requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A person, by the session.
    Session(SessionId),
    /// A service, by the API key.
    Key(ApiKeyId),
}

/// The requests of one process.
#[derive(Debug)]
pub struct RequestLimits {
    sessions: Limit,
    keys: Limit,
    counted: Mutex<Counted>,
    /// When the log last told that requests are refused.
    told: Mutex<Option<Instant>>,
}

/// What holds for one kind of asker.
#[derive(Debug)]
struct Limit {
    quota: Option<Quota>,
    refused: AtomicU64,
}

impl Limit {
    fn new(name: &'static str, requests: u32) -> Self {
        Self {
            quota: (requests > 0).then_some(Quota { name, requests }),
            refused: AtomicU64::default(),
        }
    }
}

#[derive(Debug, Default)]
struct Counted {
    windows: HashMap<Uuid, Window>,
    /// The second in which it was last looked for windows that are over.
    swept: i64,
    /// Up to which second the others have been told and asked.
    exchanged: Option<i64>,
    /// The second in which old rows were last removed.
    purged: i64,
}

/// What a process has to say to the others, and to ask them.
#[derive(Debug)]
struct News {
    own: Vec<RequestCount>,
    /// The seconds of which it asks.
    asked: (i64, i64),
    is_to_purge: bool,
}

impl RequestLimits {
    /// The quotas of the settings, and nothing counted yet.
    pub fn new(config: &Config) -> Self {
        Self {
            sessions: Limit::new("session", config.requests_per_minute),
            keys: Limit::new("key", config.key_requests_per_minute),
            counted: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Counts a request; none when there is no quota for such an asker.
    pub fn ask(&self, asker: Asker, now: DateTime<Utc>) -> Option<Standing> {
        let (limit, id) = match asker {
            Asker::Session(id) => (&self.sessions, id.uuid()),
            Asker::Key(id) => (&self.keys, id.uuid()),
        };
        let quota = limit.quota?;
        let standing = self.counted().window(id, now).ask(quota, now);
        if !standing.is_admitted {
            let refused = limit.refused.fetch_add(1, Ordering::Relaxed) + 1;
            self.tell(asker, refused);
        }
        Some(standing)
    }

    /// How many requests were refused, by the kind of asker.
    pub fn refused(&self) -> [(&'static str, u64); 2] {
        let count = |limit: &Limit| limit.refused.load(Ordering::Relaxed);
        [
            ("session", count(&self.sessions)),
            ("key", count(&self.keys)),
        ]
    }

    /// Tells in the log, now and then, that requests are refused.
    fn tell(&self, asker: Asker, refused: u64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() > TELL) {
            *told = Some(Instant::now());
            drop(told);
            let (session, key) = match asker {
                Asker::Session(id) => (Some(id.to_string()), None),
                Asker::Key(id) => (None, Some(id.to_string())),
            };
            tracing::warn!(
                session,
                key,
                refused,
                "a credential sends more than its quota"
            );
        }
    }

    /// What there is to exchange; none when nothing was admitted since.
    fn news(&self, now: DateTime<Utc>) -> Option<News> {
        let mut counted = self.counted();
        let (second, since) = (now.timestamp(), counted.exchanged);
        // The second that was under way then has gone on.
        let first = since.unwrap_or(second - WINDOW_SECONDS);
        let own: Vec<_> = counted
            .windows
            .iter()
            .flat_map(|(credential, window)| {
                window.own_since(first).map(|(second, count)| RequestCount {
                    credential: *credential,
                    second,
                    count: i64::from(count),
                })
            })
            .collect();
        if own.is_empty() {
            return None;
        }
        let is_to_purge = second - counted.purged >= WINDOW_SECONDS;
        if is_to_purge {
            counted.purged = second;
        }
        let oldest = second + 1 - WINDOW_SECONDS;
        Some(News {
            own,
            asked: (oldest.max(first - AGAIN_SECONDS), second),
            is_to_purge,
        })
    }

    fn learn(&self, others: &[RequestCount], (_, last): (i64, i64), now: DateTime<Utc>) {
        let mut counted = self.counted();
        for told in others {
            let count = u32::try_from(told.count).unwrap_or(u32::MAX);
            counted
                .window(told.credential, now)
                .learn(told.second, count);
        }
        counted.exchanged = Some(last);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        // The map is whole after every statement, whatever another thread died of.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// The window of a credential. Those that are over are thrown away when a new one comes, once a
    /// minute at most.
    fn window(&mut self, credential: Uuid, now: DateTime<Utc>) -> &mut Window {
        let second = now.timestamp();
        if (second - self.swept).abs() >= WINDOW_SECONDS && !self.windows.contains_key(&credential)
        {
            self.swept = second;
            self.windows.retain(|_, window| !window.is_over(now));
        }
        self.windows
            .entry(credential)
            .or_insert_with(|| Window::new(now))
    }
}

/// Starts telling the other processes; none where there is nobody to tell. SQLite is for one
/// server.
pub fn start(state: &web::Data<AppState>) -> Option<JoinHandle<()>> {
    let limits = &state.request_limits;
    let has_quota = limits.sessions.quota.or(limits.keys.quota).is_some();
    (has_quota && state.db.kind == Kind::Postgres).then(|| rt::spawn(repeat(state.clone())))
}

async fn repeat(state: web::Data<AppState>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = exchange(&state, state.clock.now()).await {
            tracing::debug!(cause = %error, "requests were counted without the other processes");
        }
    }
}

/// Tells the other processes what was admitted here since the last time, and learns what was
/// admitted there. Does nothing when nothing was admitted here.
///
/// # Errors
/// What the database says; all of it is told the next time.
pub async fn exchange(state: &AppState, now: DateTime<Utc>) -> Result<(), ApiError> {
    let Some(news) = state.request_limits.news(now) else {
        return Ok(());
    };
    let db = &state.db;
    request_counts::tell(db, &state.process, &news.own).await?;
    let others = request_counts::of_others(db, &state.process, news.asked).await?;
    state.request_limits.learn(&others, news.asked, now);
    if news.is_to_purge {
        request_counts::purge(db, now.timestamp()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn limits(settings: &[(&str, &str)]) -> RequestLimits {
        let config = Config::read(|key| {
            let given = settings.iter().find(|(name, _)| *name == key);
            given.map(|(_, value)| (*value).to_owned())
        });
        RequestLimits::new(&config.unwrap())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
    }

    const KEY: Asker = key(1);

    const fn key(number: u128) -> Asker {
        Asker::Key(ApiKeyId::from_uuid(Uuid::from_u128(number)))
    }

    #[test]
    fn each_kind_of_credential_has_its_quota_unless_it_is_off() {
        let limits = limits(&[
            ("RAPPORT_REQUESTS_PER_MINUTE", "0"),
            ("RAPPORT_KEY_REQUESTS_PER_MINUTE", "1"),
        ]);
        let session = Asker::Session(SessionId::from_uuid(Uuid::from_u128(2)));
        assert_eq!(limits.ask(session, at(0)), None);
        assert!(limits.ask(KEY, at(0)).unwrap().is_admitted);
        assert!(!limits.ask(KEY, at(0)).unwrap().is_admitted);
        assert!(limits.ask(key(3), at(0)).unwrap().is_admitted);
        assert_eq!(limits.refused(), [("session", 0), ("key", 1)]);
    }

    #[test]
    fn credentials_that_nobody_uses_any_more_are_forgotten() {
        let limits = limits(&[]);
        for number in 0..1_000 {
            limits.ask(key(number), at(0));
        }
        limits.ask(KEY, at(30));
        limits.ask(key(1_000), at(60));
        let counted = limits.counted();
        assert_eq!(
            counted.windows.len(),
            2,
            "the one of before and the new one"
        );
    }

    #[test]
    fn what_was_admitted_is_news_until_it_was_told() {
        let limits = limits(&[]);
        let told = |now| {
            let news = limits.news(now)?;
            limits.learn(&[], news.asked, now);
            let own = news.own.iter();
            Some(
                own.map(|told| (told.second, told.count))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(told(at(0)), None);
        let second = at(0).timestamp();
        limits.ask(KEY, at(0));
        assert_eq!(told(at(0)), Some(vec![(second, 1)]));
        // More in the same second, and in the next one.
        limits.ask(KEY, at(0));
        limits.ask(KEY, at(1));
        assert_eq!(told(at(1)), Some(vec![(second, 2), (second + 1, 1)]));
        assert_eq!(told(at(2)), Some(vec![(second + 1, 1)]));
        assert_eq!(told(at(3)), None);
        // What could not be told is told the next time.
        limits.ask(KEY, at(4));
        assert!(limits.news(at(4)).is_some());
        limits.ask(KEY, at(9) + TimeDelta::milliseconds(500));
        let both = vec![(second + 4, 1), (second + 9, 1)];
        assert_eq!(told(at(9)), Some(both));
    }
}

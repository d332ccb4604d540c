//! The caller of a request: loaded from the database, kept for a moment.
//!
//! A caller's roles, scope and activity are kept for at most [`KEEP`], and dropped at once in the
//! process that changes them; other processes follow within that time. A session that is ended in
//! this process is refused here at once; elsewhere its access tokens run out by themselves
//! ([`super::tokens::ACCESS_LIFE`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::writes::WriteContext;
use rapport_types::ids::{SessionId, UserId};
use rapport_types::problem::ErrorCode;
use rapport_types::records::Actor;
use rapport_types::sessions::Me;

use super::tokens::{ACCESS_LIFE, Claims};
use crate::error::ApiError;
use crate::state::AppState;

/// How long a loaded caller is taken for true.
pub const KEEP: TimeDelta = TimeDelta::seconds(5);
/// How many callers are kept before outdated ones are thrown away.
const MANY: usize = 4_096;

/// Who is asking; also everything that `GET /me` tells.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) me: Arc<Me>,
    /// The session of the token.
    pub session_id: SessionId,
    /// The id of the request, which every change names.
    pub request_id: String,
}

impl Caller {
    /// Everything that `GET /me` tells.
    pub fn me(&self) -> &Me {
        &self.me
    }

    /// The person, as the author of a change.
    pub fn actor(&self) -> Actor {
        Actor::User(self.me.id)
    }

    /// What a write by the caller is signed with.
    pub fn write_context(&self, now: DateTime<Utc>) -> WriteContext {
        WriteContext {
            actor: self.actor(),
            on_behalf_of: None,
            request_id: self.request_id.clone(),
            now,
        }
    }
}

impl std::ops::Deref for Caller {
    type Target = Me;

    fn deref(&self) -> &Me {
        &self.me
    }
}

/// The callers that were loaded a moment ago, and the sessions that ended here.
#[derive(Debug, Default)]
pub struct Callers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    callers: HashMap<UserId, (DateTime<Utc>, Arc<Me>)>,
    ended: HashMap<SessionId, DateTime<Utc>>,
    /// Raised by every [`Callers::forget`]: what was read before must not be kept after.
    changes: u64,
}

impl Callers {
    /// The person that a token names.
    ///
    /// # Errors
    /// 401 `session_expired` when the session has ended or the person may not sign in any more.
    pub async fn get(&self, state: &AppState, claims: &Claims) -> Result<Arc<Me>, ApiError> {
        let now = state.clock.now();
        let changes = {
            let kept = self.kept();
            if kept.ended.contains_key(&claims.sid) {
                return Err(ErrorCode::SessionExpired.into());
            }
            if let Some((loaded_at, me)) = kept.callers.get(&claims.sub)
                && (TimeDelta::zero()..KEEP).contains(&(now - *loaded_at))
            {
                return Ok(me.clone());
            }
            kept.changes
        };
        let me = rapport_persistence::users::find_caller(&state.db, claims.sub).await?;
        let me = Arc::new(me.ok_or(ErrorCode::SessionExpired)?);
        self.keep(&me, now, changes);
        Ok(me)
    }

    fn keep(&self, me: &Arc<Me>, now: DateTime<Utc>, changes: u64) {
        let mut kept = self.kept();
        if kept.changes == changes {
            if kept.callers.len() >= MANY {
                kept.callers
                    .retain(|_, (loaded_at, _)| now - *loaded_at < KEEP);
            }
            kept.callers.insert(me.id, (now, me.clone()));
        }
    }

    /// Drops one person, after a change of that person alone.
    pub fn forget(&self, user: UserId) {
        let mut kept = self.kept();
        kept.callers.remove(&user);
        kept.changes += 1;
    }

    /// Drops everybody, after a change of a role or of the team tree.
    pub fn forget_all(&self) {
        let mut kept = self.kept();
        kept.callers.clear();
        kept.changes += 1;
    }

    /// Refuses the access tokens of these sessions from now on.
    pub fn end_sessions(&self, sessions: impl IntoIterator<Item = SessionId>, now: DateTime<Utc>) {
        let mut kept = self.kept();
        kept.ended
            .retain(|_, ended_at| now - *ended_at < ACCESS_LIFE);
        kept.ended
            .extend(sessions.into_iter().map(|session| (session, now)));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // The maps are whole after every statement, whatever another thread died of.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

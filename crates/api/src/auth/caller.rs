//! The caller of a request: loaded from the database, kept for a moment.
//!
//! A caller's roles, scope, activity and session are kept for at most [`KEEP`], and dropped at once
//! in the process that changes them; other processes, and this one after a restart, ask the
//! database and so follow within that time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::sessions::Owner;
use rapport_persistence::writes::WriteContext;
use rapport_persistence::writes::replies::RequestKey;
use rapport_types::ids::{SessionId, UserId};
use rapport_types::problem::ErrorCode;
use rapport_types::records::Actor;
use rapport_types::sessions::Me;

use super::tokens::Claims;
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
    /// By which the request may be sent again.
    pub request_key: Option<RequestKey>,
    /// When the token ends.
    pub(crate) until: DateTime<Utc>,
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

    /// The caller as it is by now.
    ///
    /// # Errors
    /// 401 `session_expired` when the token or the session has ended or the person may not sign in
    /// any more.
    pub async fn again(&self, state: &AppState) -> Result<Arc<Me>, ApiError> {
        if state.clock.now() >= self.until {
            return Err(ErrorCode::SessionExpired.into());
        }
        let owner = Owner {
            session: self.session_id,
            user: self.me.id,
        };
        state.callers.find(state, owner).await
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

/// The callers that were loaded a moment ago.
#[derive(Debug, Default)]
pub struct Callers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    callers: HashMap<SessionId, (DateTime<Utc>, Arc<Me>)>,
    /// Raised whenever somebody is dropped: what was read before must not be kept after.
    changes: u64,
}

impl Callers {
    /// The person that a token names.
    ///
    /// # Errors
    /// 401 `session_expired` when the session has ended or the person may not sign in any more.
    pub async fn get(&self, state: &AppState, claims: &Claims) -> Result<Arc<Me>, ApiError> {
        let owner = Owner {
            session: claims.sid,
            user: claims.sub,
        };
        self.find(state, owner).await
    }

    async fn find(&self, state: &AppState, owner: Owner) -> Result<Arc<Me>, ApiError> {
        let now = state.clock.now();
        let changes = {
            let kept = self.kept();
            if let Some((loaded_at, me)) = kept.callers.get(&owner.session)
                && (TimeDelta::zero()..KEEP).contains(&(now - *loaded_at))
                && me.id == owner.user
            {
                return Ok(me.clone());
            }
            kept.changes
        };
        let me = rapport_persistence::users::find_caller(&state.db, owner).await?;
        let me = Arc::new(me.ok_or(ErrorCode::SessionExpired)?);
        self.keep(owner.session, &me, now, changes);
        Ok(me)
    }

    fn keep(&self, session: SessionId, me: &Arc<Me>, now: DateTime<Utc>, changes: u64) {
        let mut kept = self.kept();
        if kept.changes == changes {
            if kept.callers.len() >= MANY {
                kept.callers
                    .retain(|_, (loaded_at, _)| now - *loaded_at < KEEP);
            }
            kept.callers.insert(session, (now, me.clone()));
        }
    }

    /// Drops one person in every session, after a change of that person alone.
    pub fn forget(&self, user: UserId) {
        let mut kept = self.kept();
        kept.callers.retain(|_, (_, me)| me.id != user);
        kept.changes += 1;
    }

    /// Drops everybody, after a change of a role or of the team tree.
    pub fn forget_all(&self) {
        let mut kept = self.kept();
        kept.callers.clear();
        kept.changes += 1;
    }

    /// Drops a session that has ended.
    pub fn forget_session(&self, session: SessionId) {
        let mut kept = self.kept();
        kept.callers.remove(&session);
        kept.changes += 1;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // The map is whole after every statement, whatever another thread died of.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

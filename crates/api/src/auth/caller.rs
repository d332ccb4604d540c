//! The caller of a request: loaded from the database, kept for a moment.
//!
//! A caller's roles, scope, activity and session or API key are kept for at most [`KEEP`], and dropped at once
//! in the process that changes them; other processes, and this one after a restart, ask the
//! database and so follow within that time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::api_keys;
use rapport_persistence::sessions::{Owner, TokenDigest};
use rapport_persistence::writes::WriteContext;
use rapport_persistence::writes::replies::RequestKey;
use rapport_types::api_keys::ApiKey;
use rapport_types::granting::{Granter, Holder};
use rapport_types::ids::{ApiKeyId, SessionId, TeamId, UserId};
use rapport_types::problem::ErrorCode;
use rapport_types::records::Actor;
use rapport_types::sessions::Me;
use rapport_types::teams::Tree;
use rapport_types::text::NameText;
use uuid::Uuid;

use super::tokens::Claims;
use crate::error::ApiError;
use crate::state::AppState;

/// How long a loaded caller is taken for true.
pub const KEEP: TimeDelta = TimeDelta::seconds(5);
/// How many callers are kept before outdated ones are thrown away.
const MANY: usize = 4_096;

/// What a caller has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credential {
    /// An access token of this session.
    Session(SessionId),
    /// An API key with this digest.
    ApiKey([u8; 32]),
    /// None: work that was started earlier goes on in the name of who started it.
    Started,
}

/// A caller as it was loaded.
#[derive(Debug, Clone)]
struct Known {
    me: Arc<Me>,
    /// The key, with an API key.
    key: Option<Arc<ApiKey>>,
}

/// Who is asking; also everything that `GET /me` tells.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) me: Arc<Me>,
    /// What the caller has shown.
    pub credential: Credential,
    /// The id of the request, which every change names.
    pub request_id: String,
    /// By which the request may be sent again.
    pub request_key: Option<RequestKey>,
    /// When the token ends; an API key has an end of its own.
    pub(crate) until: Option<DateTime<Utc>>,
    /// From where.
    pub(crate) address: Option<IpAddr>,
    /// The person in another system for whom a trusted service says that it acts.
    pub on_behalf_of: Option<NameText>,
}

impl Caller {
    /// Everything that `GET /me` tells.
    pub fn me(&self) -> &Me {
        &self.me
    }

    /// What stands for the credential in keys and counts: the API key, else the person.
    pub fn credential_id(&self) -> Uuid {
        let key = self.me.api_key_id.map(ApiKeyId::uuid);
        key.unwrap_or_else(|| self.me.id.uuid())
    }

    /// The session that the request belongs to; an API key has none.
    pub fn session(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session(session) => Some(session),
            Credential::ApiKey(_) | Credential::Started => None,
        }
    }

    /// The person or service, as the author of a change.
    pub fn actor(&self) -> Actor {
        Actor::User(self.me.id)
    }

    /// The caller as it is by now.
    ///
    /// # Errors
    /// 401 when the token, the session or the API key has ended or the caller is not active any
    /// more.
    pub async fn again(&self, state: &AppState) -> Result<Arc<Me>, ApiError> {
        match self.credential {
            Credential::Session(_) if self.until.is_some_and(|end| state.clock.now() >= end) => {
                Err(ErrorCode::SessionExpired.into())
            }
            Credential::Session(session) => {
                let user = self.me.id;
                state.callers.person(state, Owner { session, user }).await
            }
            Credential::ApiKey(digest) => {
                let digest = TokenDigest(digest);
                state.callers.get_service(state, digest, self.address).await
            }
            Credential::Started => Ok(self.me.clone()),
        }
    }

    /// The caller as somebody who gives rights to others.
    pub fn granter<'a>(&'a self, teams: &'a Tree<TeamId>) -> Granter<'a> {
        Granter {
            holds: Holder {
                permissions: &self.me.permissions,
                scope_team_id: self.me.scope_team_id,
            },
            is_key: matches!(self.credential, Credential::ApiKey(_)),
            teams,
        }
    }

    /// What a write by the caller is signed with.
    pub fn write_context(&self, now: DateTime<Utc>) -> WriteContext {
        WriteContext {
            actor: self.actor(),
            on_behalf_of: self.on_behalf_of.as_ref().map(ToString::to_string),
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
    callers: HashMap<Credential, (DateTime<Utc>, Known)>,
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
        self.person(state, owner).await
    }

    async fn person(&self, state: &AppState, owner: Owner) -> Result<Arc<Me>, ApiError> {
        let now = state.clock.now();
        let credential = Credential::Session(owner.session);
        let (found, changes) = self.find(credential, now);
        if let Some(known) = found.filter(|known| known.me.id == owner.user) {
            return Ok(known.me);
        }
        let me = rapport_persistence::users::find_caller(&state.db, owner).await?;
        let known = Known {
            me: Arc::new(me.ok_or(ErrorCode::SessionExpired)?),
            key: None,
        };
        self.keep(credential, &known, now, changes);
        Ok(known.me)
    }

    /// The service whose API key has this digest, calling from `address`.
    ///
    /// # Errors
    /// 401 `invalid_api_key` when there is no such key, it has expired or its service is not active;
    /// 403 `address_not_allowed`.
    pub async fn get_service(
        &self,
        state: &AppState,
        digest: TokenDigest,
        address: Option<IpAddr>,
    ) -> Result<Arc<Me>, ApiError> {
        let now = state.clock.now();
        let credential = Credential::ApiKey(digest.0);
        let (found, changes) = self.find(credential, now);
        let known = match found {
            Some(known) => known,
            None => {
                let known = load_service(state, &digest, now, address).await?;
                self.keep(credential, &known, now, changes);
                known
            }
        };
        check(known.key.as_deref(), now, address)?;
        Ok(known.me)
    }

    /// What is kept of a caller, and how many changes there have been.
    fn find(&self, credential: Credential, now: DateTime<Utc>) -> (Option<Known>, u64) {
        let kept = self.kept();
        let found = kept.callers.get(&credential);
        let fresh = found.filter(|(at, _)| (TimeDelta::zero()..KEEP).contains(&(now - *at)));
        (fresh.map(|(_, known)| known.clone()), kept.changes)
    }

    fn keep(&self, credential: Credential, known: &Known, now: DateTime<Utc>, changes: u64) {
        let mut kept = self.kept();
        if kept.changes == changes {
            if kept.callers.len() >= MANY {
                kept.callers
                    .retain(|_, (loaded_at, _)| now - *loaded_at < KEEP);
            }
            kept.callers.insert(credential, (now, known.clone()));
        }
    }

    /// Drops one person in every session, after a change of that person alone.
    pub fn forget(&self, user: UserId) {
        let mut kept = self.kept();
        kept.callers.retain(|_, (_, known)| known.me.id != user);
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
        kept.callers.remove(&Credential::Session(session));
        kept.changes += 1;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // The map is whole after every statement, whatever another thread died of.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a caller from `address` is let in by a key at `now`.
fn check(
    key: Option<&ApiKey>,
    now: DateTime<Utc>,
    address: Option<IpAddr>,
) -> Result<(), ErrorCode> {
    let key = key.ok_or(ErrorCode::InvalidApiKey)?;
    if !key.holds(now) {
        return Err(ErrorCode::InvalidApiKey);
    }
    if !key.admits(address) {
        return Err(ErrorCode::AddressNotAllowed);
    }
    Ok(())
}

/// Loads a service by its key, and notes the use now and then; that fails without harm. A call that
/// is refused is no use.
async fn load_service(
    state: &AppState,
    digest: &TokenDigest,
    now: DateTime<Utc>,
    address: Option<IpAddr>,
) -> Result<Known, ApiError> {
    let found = api_keys::find_caller(&state.db, digest).await?;
    let service = found.ok_or(ErrorCode::InvalidApiKey)?;
    check(Some(&service.key), now, address)?;
    if let Err(error) = api_keys::note_use(&state.db, &service, now).await {
        tracing::warn!(key = %service.key.id, cause = ?error, "the use of an API key was not noted");
    }
    Ok(Known {
        me: Arc::new(service.me),
        key: Some(Arc::new(service.key)),
    })
}

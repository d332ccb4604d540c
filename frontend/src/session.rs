//! Who is signed in.
//!
//! ```ignore
//! let session = use_session();
//! if session.may(Permission::WorkTickets) { … }      // tracked
//! let me = session.me();                             // Option<Me>, tracked
//! ```

use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_types::permissions::Permission;
use rapport_types::sessions::{Me, SignIn};

use crate::api::{self, ApiError};
use crate::components::effect::effect;
use crate::components::toast::{Toasts, use_toasts};
use crate::preferences::{Preferences, use_preferences};

/// What is known about the reader.
#[derive(Clone, PartialEq)]
pub enum SessionState {
    /// The browser's cookie is being tried.
    Starting,
    /// The server could not say who is there; the cookie may still be good.
    Unknown(ApiError),
    /// Nobody is signed in.
    SignedOut,
    /// This person is.
    SignedIn(Box<Me>),
}

/// The session, as a signal.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    preferences: Preferences,
    toasts: Toasts,
}

/// Makes the session available below.
pub fn provide_session() -> Session {
    let session = Session {
        state: RwSignal::new(SessionState::Starting),
        preferences: use_preferences(),
        toasts: use_toasts(),
    };
    provide_context(session);
    api::auth::on_session_end(move || session.state.set(SessionState::SignedOut));
    session
}

/// The session.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Takes the skeleton that `index.html` painted away once it is known who is there. For what
    /// stands in its place.
    pub fn end_skeleton(self) {
        effect(move || {
            if self.state() != SessionState::Starting
                && let Some(skeleton) = document().get_element_by_id("shell")
            {
                skeleton.remove();
            }
        });
    }

    /// Tries the browser's cookie.
    pub fn start(self) {
        spawn_local(async move {
            let found = match api::auth::resume().await {
                Ok(true) => self.load().await,
                Ok(false) => {
                    self.state.set(SessionState::SignedOut);
                    Ok(())
                }
                Err(error) => Err(error),
            };
            // Unless the session has ended on the way.
            if let Err(error) = found
                && self.state.get_untracked() == SessionState::Starting
            {
                self.state.set(SessionState::Unknown(error));
            }
        });
    }

    /// Tries once more who is there.
    pub fn start_again(self) {
        self.state.set(SessionState::Starting);
        self.start();
    }

    /// Signs in.
    ///
    /// # Errors
    /// What the sign-in page shows in place.
    pub async fn sign_in(self, credentials: SignIn) -> Result<(), ApiError> {
        api::auth::sign_in(&credentials).await?;
        self.load().await
    }

    /// Signs out; the shell then gives way to the sign-in page.
    pub fn sign_out(self) {
        spawn_local(async move {
            match api::auth::sign_out().await {
                Ok(()) => self.state.set(SessionState::SignedOut),
                // Whoever comes next to this browser would be in: so nobody is told otherwise.
                Err(error) => self
                    .toasts
                    .failed(error.title(self.preferences.locale_untracked())),
            }
        });
    }

    /// Reads once more who the reader is: after a change of the own password or name.
    ///
    /// # Errors
    /// As every read.
    pub async fn load(self) -> Result<(), ApiError> {
        let me = api::auth::me().await?;
        self.preferences.adopt_locale(me.locale);
        self.state.set(SessionState::SignedIn(Box::new(me)));
        Ok(())
    }

    /// The state; tracked.
    pub fn state(self) -> SessionState {
        self.state.get()
    }

    /// Whether somebody is signed in; tracked.
    pub fn is_signed_in(self) -> bool {
        self.state
            .with(|state| matches!(state, SessionState::SignedIn(_)))
    }

    /// Who is signed in; tracked.
    pub fn me(self) -> Option<Me> {
        self.state.with(|state| match state {
            SessionState::SignedIn(me) => Some((**me).clone()),
            _ => None,
        })
    }

    /// Whether the reader has to choose a password before anything else; tracked.
    pub fn must_change_password(self) -> bool {
        self.state
            .with(|state| matches!(state, SessionState::SignedIn(me) if me.must_change_password))
    }

    /// Whether the reader's role allows it; tracked.
    pub fn may(self, permission: Permission) -> bool {
        self.state.with(|state| match state {
            SessionState::SignedIn(me) => me.permissions.contains(&permission),
            _ => false,
        })
    }
    /// Whether a section of the administration is open to the reader; tracked.
    pub fn may_administer(self) -> bool {
        [
            Permission::ManageUsers,
            Permission::ManageConfiguration,
            Permission::ImportRecords,
        ]
        .into_iter()
        .any(|right| self.may(right))
    }
}

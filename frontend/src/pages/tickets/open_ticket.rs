//! The ticket that is open: its facts, its history, and the one way in which the page changes it.
//!
//! A change that fails is kept with all that was typed for it; [`ChangeNotice`] offers to send it
//! again, after a 412 on top of the version that somebody else has made.
//!
//! [`ChangeNotice`]: super::change_notice::ChangeNotice

use leptos::prelude::*;
use rapport_types::ids::{TicketId, UserId};
use rapport_types::permissions::Permission;
use rapport_types::tickets::{Message, Rating, Ticket, TicketEvent, TicketNames, TicketView};

use crate::api::configuration::{Directory, use_directory};
use crate::api::live;
use crate::api::query::{Query, every_minute, use_query};
use crate::api::submission::{Submission, use_submission};
use crate::api::tickets::{self, Change};
use crate::api::{ApiError, Reply};
use crate::components::effect::effect;
use crate::components::toast::{Toasts, use_toasts};
use crate::i18n::*;
use crate::session::{Session, use_session};

/// The open ticket.
#[derive(Clone, Copy)]
pub(super) struct OpenTicket {
    /// Its id.
    pub id: TicketId,
    /// Its facts.
    pub ticket: Memo<Ticket>,
    /// The names of what it refers to.
    pub names: Memo<Option<TicketNames>>,
    /// What was said, oldest first.
    pub messages: Query<Vec<Message>>,
    /// What happened, oldest first.
    pub events: Query<Vec<TicketEvent>>,
    /// How it was rated, newest first.
    pub ratings: Query<Vec<Rating>>,
    /// Names and choices.
    pub directory: Directory,
    session: Session,
    view: Query<Reply<TicketView>>,
    change: Submission<(Change, String), Reply<Ticket>>,
    pending: RwSignal<Option<Change>>,
    /// The version that the last change was made on.
    changed_version: RwSignal<i64>,
    /// How many ratings the reader has recorded here.
    rated: RwSignal<u32>,
    /// How many messages the reader has sent here.
    sent: RwSignal<u32>,
    i18n: leptos_i18n::I18nContext<Locale>,
    toasts: Toasts,
}

/// Opens a ticket that has been loaded, for everything below.
pub(super) fn provide_open_ticket(
    id: TicketId,
    view: Query<Reply<TicketView>>,
    reply: Signal<Reply<TicketView>>,
) -> OpenTicket {
    let open = OpenTicket {
        id,
        ticket: Memo::new(move |_| reply.read().value.ticket.clone()),
        names: Memo::new(move |_| reply.read().value.included.clone()),
        messages: use_query(move || id, |id| async move { tickets::messages(id).await }),
        events: use_query(move || id, |id| async move { tickets::events(id).await }),
        ratings: use_query(move || id, |id| async move { tickets::ratings(id).await }),
        directory: use_directory(),
        session: use_session(),
        view,
        change: use_submission(move |(change, etag): (Change, String)| async move {
            tickets::change(id, &change, &etag).await
        }),
        pending: RwSignal::new(None),
        changed_version: RwSignal::new(0),
        rated: RwSignal::new(0),
        sent: RwSignal::new(0),
        i18n: use_i18n(),
        toasts: use_toasts(),
    };
    provide_context(open);
    // What colleagues and the customer do meanwhile appears by itself.
    every_minute(Box::new(move || {
        if !open.change.busy().get_untracked() && !open.view.is_loading_untracked() {
            open.reload();
        }
    }));
    live::on_change(id.to_string(), Box::new(move || open.reload()));
    // A stale answer means that the page is: what somebody else has done is shown at once.
    effect(move || {
        if open.change.error().is_some_and(|error| error.is_stale()) {
            open.reload();
        }
    });
    open
}

/// The open ticket.
pub(super) fn use_open_ticket() -> OpenTicket {
    expect_context()
}

impl OpenTicket {
    /// Whether the reader may work on it; tracked.
    pub(super) fn may_work(self) -> bool {
        self.session.may(Permission::WorkTickets)
    }

    /// The reader; tracked.
    pub(super) fn me(self) -> Option<UserId> {
        self.session.me().map(|me| me.id)
    }

    /// The name of a person; tracked.
    pub(super) fn user_name(self, id: UserId) -> String {
        let included = || {
            self.names.with(|names| {
                let user = names.as_ref()?.users.iter().find(|user| user.id == id)?;
                Some(user.name.as_str().to_owned())
            })
        };
        self.directory
            .user_name(id)
            .or_else(included)
            .unwrap_or_else(|| "…".to_owned())
    }

    /// Changes it, and answers whether the change was taken. One at a time: while another is under
    /// way, or has failed and waits above the conversation, none is, and the page says so. Then
    /// whatever was typed for it has to stay.
    pub(super) fn apply(self, change: Change) -> bool {
        self.apply_on(change, None)
    }

    /// The same on top of this version, when it is not the one that is shown: somebody else has
    /// changed the very thing that the reader was changing.
    pub(super) fn apply_on(self, change: Change, version: Option<i64>) -> bool {
        if self.pending.with_untracked(Option::is_some) {
            let i18n = self.i18n;
            let words = untrack(|| t_string!(i18n, tickets.one_at_a_time));
            self.toasts.failed(words);
            return false;
        }
        self.send(change, version);
        true
    }

    fn send(self, change: Change, version: Option<i64>) {
        let version = version.unwrap_or_else(|| self.ticket.read_untracked().version);
        let etag = format!("\"{version}\"");
        if self.change.busy().get_untracked() {
            return;
        }
        self.pending.set(Some(change.clone()));
        self.changed_version.set(version);
        self.change.send_then((change, etag), move |reply| {
            let is_rating = self
                .pending
                .try_update(|pending| matches!(pending.take(), Some(Change::Rating(_))))
                .unwrap_or(false);
            self.view.update(|view| {
                view.etag = reply.etag;
                view.value.ticket = reply.value;
            });
            self.events.reload();
            if is_rating {
                self.rated.update(|count| *count += 1);
                self.ratings.reload();
            }
        });
    }

    /// Another part of the page has changed it: shows what came back.
    pub(super) fn took(self, reply: Reply<Ticket>) {
        self.view.update(|view| {
            view.etag = reply.etag;
            view.value.ticket = reply.value;
        });
        self.events.reload();
    }

    /// Sends the change that failed once more, on top of the version that is shown now.
    pub(super) fn apply_again(self) {
        if let Some(change) = self.pending.get_untracked() {
            self.send(change, None);
        }
    }

    /// Sends another change in place of the one that failed, on top of the version that is shown now.
    pub(super) fn apply_instead(self, change: Change) {
        self.send(change, None);
    }

    /// Whether what is shown is newer than what the last change was made on; tracked.
    pub(super) fn is_newer(self) -> bool {
        self.ticket.read().version != self.changed_version.get()
    }

    /// Drops the change that failed.
    pub(super) fn drop_change(self) {
        self.pending.set(None);
        self.change.clear();
    }

    /// The change that is under way or failed; tracked.
    pub(super) fn pending(self) -> Option<Change> {
        self.pending.get()
    }

    /// Why the last change failed; tracked.
    pub(super) fn failure(self) -> Option<ApiError> {
        self.change.error()
    }

    /// Whether a change is under way.
    pub(super) fn busy(self) -> Signal<bool> {
        self.change.busy()
    }

    /// Whether a change is under way or waits for the reader: no other can be made.
    pub(super) fn blocked(self) -> Signal<bool> {
        let pending = self.pending;
        Signal::derive(move || pending.read().is_some())
    }

    /// Whether the reader may work on it and no change is in the way; tracked.
    pub(super) fn may_change(self) -> bool {
        self.may_work() && !self.blocked().get()
    }

    /// How many ratings the reader has recorded here; tracked.
    pub(super) fn own_ratings(self) -> u32 {
        self.rated.get()
    }

    /// How many messages the reader has sent here; tracked.
    pub(super) fn own_messages(self) -> u32 {
        self.sent.get()
    }

    /// Loads the ticket and its history again.
    pub(super) fn reload(self) {
        self.view.reload();
        self.messages.reload();
        self.events.reload();
        self.ratings.reload();
    }

    /// A message has been sent: shows it, and what it has changed.
    pub(super) fn said(self, message: Message) {
        self.sent.update(|count| *count += 1);
        self.messages.update(|messages| {
            if !messages.iter().any(|it| it.id == message.id) {
                messages.push(message);
            }
        });
        self.view.reload();
        self.events.reload();
    }
}

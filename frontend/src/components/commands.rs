//! What can be done on this page, with a name: the palette lists it, a key of its own does it, the
//! sheet of keys shows that key.
//!
//! ```ignore
//! use_commands(
//!     move || if may_work() { vec![Command::Reply, Command::Note] } else { Vec::new() },
//!     move |command| …,
//! );
//! ```
//! A component's commands end with it; of two that offer the same one, the one that came last does
//! it. A `Popover` with `command=…` opens by that command.

use leptos::prelude::*;

pub use super::keyboard::Command;

#[derive(Clone, Copy)]
struct Offer {
    id: u64,
    offered: Callback<(), Vec<Command>>,
    run: Callback<Command>,
}

/// The commands of the page.
#[derive(Clone, Copy)]
pub struct Commands(StoredValue<Vec<Offer>>);

/// Makes them available below.
pub(super) fn provide_commands() -> Commands {
    let commands = Commands(StoredValue::new(Vec::new()));
    provide_context(commands);
    commands
}

/// Offers commands as long as the component lives. `offered` is asked when somebody wants to know.
pub fn use_commands(
    offered: impl Fn() -> Vec<Command> + Send + Sync + 'static,
    run: impl Fn(Command) + Send + Sync + 'static,
) {
    let Commands(list) = expect_context();
    let id = list.with_value(|list| list.last().map_or(0, |last| last.id + 1));
    let (offered, run) = (Callback::new(move |()| offered()), Callback::new(run));
    list.update_value(|list| list.push(Offer { id, offered, run }));
    on_cleanup(move || {
        list.try_update_value(|list| list.retain(|other| other.id != id));
    });
}

/// The commands of the page.
pub fn all_commands() -> Commands {
    expect_context()
}

impl Commands {
    /// Everything that is offered now.
    pub fn offered(self) -> Vec<Command> {
        let ask = |offer: Offer| untrack(|| offer.offered.run(()));
        self.latest_first().into_iter().flat_map(ask).collect()
    }

    /// Does it, and answers whether it was offered.
    pub fn run(self, command: Command) -> bool {
        let offer = self
            .latest_first()
            .into_iter()
            .find(|offer| untrack(|| offer.offered.run(())).contains(&command));
        if let Some(offer) = offer {
            offer.run.run(command);
        }
        offer.is_some()
    }

    /// Copied: a command may end the components that offer others.
    fn latest_first(self) -> Vec<Offer> {
        self.0
            .with_value(|list| list.iter().rev().copied().collect())
    }
}

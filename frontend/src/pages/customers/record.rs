//! The customer on the page, with the version that the next change refers to.

use leptos::prelude::*;
use rapport_types::customers::{Customer, CustomerView};
use rapport_types::ids::CustomerId;
use serde_json::{Map, Value};

use crate::api::query::Query;
use crate::api::{self, ApiError, Reply};

/// The customer on the page.
#[derive(Clone, Copy)]
pub(super) struct Record {
    /// Its id.
    pub(super) id: CustomerId,
    query: Query<Reply<CustomerView>>,
    /// What is known of it now.
    value: Signal<Reply<CustomerView>>,
}

impl Record {
    /// The record that `query` loads; `value` follows it.
    pub(super) const fn new(
        id: CustomerId,
        query: Query<Reply<CustomerView>>,
        value: Signal<Reply<CustomerView>>,
    ) -> Self {
        Self { id, query, value }
    }

    /// The customer, read in place; tracked.
    pub(super) fn with<U>(self, read: impl FnOnce(&Customer) -> U) -> U {
        self.value.with(|reply| read(&reply.value.customer))
    }

    /// The name of its owner; tracked.
    pub(super) fn owner_name(self) -> Option<String> {
        self.value.with(|reply| {
            let names = reply.value.included.as_ref()?;
            let owner = names.owner.as_ref()?;
            (Some(owner.id) == reply.value.customer.owner_id)
                .then(|| owner.name.as_str().to_owned())
        })
    }

    /// Sends a change of one member, for the version that is on the page.
    pub(super) async fn change(
        self,
        member: &'static str,
        value: Value,
    ) -> Result<Reply<Customer>, ApiError> {
        let members = Map::from_iter([(member.to_owned(), value)]);
        api::customers::change(self.id, &members, &self.etag()).await
    }

    /// The version on the page, as If-Match wants it.
    pub(super) fn etag(self) -> String {
        let Some(reply) = self.query.get_untracked() else {
            return String::new();
        };
        reply
            .etag
            .unwrap_or_else(|| format!("\"{}\"", reply.value.customer.version))
    }

    /// Takes over what a change brought back.
    pub(super) fn accept(self, changed: Reply<Customer>) {
        let included = self
            .query
            .get_untracked()
            .and_then(|reply| reply.value.included);
        let value = CustomerView {
            customer: changed.value,
            included,
        };
        self.query.set(Reply {
            value,
            etag: changed.etag,
        });
    }

    /// Takes over what was loaded.
    pub(super) fn replace(self, loaded: Reply<CustomerView>) {
        self.query.set(loaded);
    }

    /// Loads it again.
    pub(super) fn reload(self) {
        self.query.reload();
    }
}

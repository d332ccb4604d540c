//! What the two kinds of records have in common.

use rapport_types::channels::Channel;
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use rapport_types::ticket_types::TicketType;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::api::administration::Write;
use crate::api::configuration::Directory;
use crate::api::query::Query;
use crate::i18n::td_string;
use crate::links;
use crate::pages::administration::SectionName;
use crate::pages::administration::words::members;
use crate::preferences::text_locale;

/// A record with a code, names and a place in its list.
pub(super) trait Coded:
    Clone + PartialEq + DeserializeOwned + Send + Sync + 'static
{
    /// Where it is administered.
    const SECTION: SectionName;
    /// Its path in the API.
    const PATH: &'static str;

    /// The title of the form for another one.
    fn new_title(locale: Locale) -> &'static str;
    /// The list of them.
    fn list(directory: Directory) -> Query<Vec<Self>>;
    /// The address of the list.
    fn address() -> String;
    /// What programs call it.
    fn code(&self) -> &str;
    /// Its names.
    fn names(&self) -> &Names;
    /// Its place in lists.
    fn position(&self) -> i64;
    /// Raised by every change.
    fn version(&self) -> i64;
    /// Whether it is in use.
    fn is_active(&self) -> bool;
}

macro_rules! coded {
    ($record:ident, $section:ident, $path:literal, $list:ident, $address:ident, $new:ident) => {
        impl Coded for $record {
            const SECTION: SectionName = SectionName::$section;
            const PATH: &'static str = $path;

            fn new_title(locale: Locale) -> &'static str {
                td_string!(text_locale(locale), administration.codes.$new)
            }

            fn list(directory: Directory) -> Query<Vec<Self>> {
                directory.$list()
            }

            fn address() -> String {
                links::$address()
            }

            fn code(&self) -> &str {
                self.code.as_str()
            }

            fn names(&self) -> &Names {
                &self.names
            }

            fn position(&self) -> i64 {
                self.position
            }

            fn version(&self) -> i64 {
                self.version
            }

            fn is_active(&self) -> bool {
                self.active
            }
        }
    };
}

coded!(
    TicketType,
    TicketTypes,
    "/ticket-types",
    types,
    ticket_types,
    new_type
);
coded!(
    Channel,
    Channels,
    "/channels",
    channels,
    channels,
    new_channel
);

/// The records in the order of lists.
pub(super) fn in_order<T: Coded>(mut all: Vec<T>) -> Vec<T> {
    all.sort_by(|a, b| {
        let place = |it: &T| (it.position(), it.names().get(Locale::En).to_lowercase());
        place(a).cmp(&place(b))
    });
    all
}

/// The write that replaces a record, or makes it.
pub(super) fn replacing<T: Coded>(
    code: &str,
    body: Map<String, Value>,
    version: Option<i64>,
) -> Write {
    Write::put(format!("{}/{code}", T::PATH), body, version)
}

/// The writes that give every record the place it has in this order; none for those that have it.
pub(super) fn placing<T: Coded>(order: &[T]) -> Vec<Write> {
    let writes = order.iter().zip(1_i64..).filter_map(|(record, at)| {
        let position = at * 10;
        (record.position() != position).then(|| {
            let body = members([
                ("names", json!(record.names())),
                ("position", position.into()),
                ("active", record.is_active().into()),
            ]);
            replacing::<T>(record.code(), body, Some(record.version()))
        })
    });
    writes.collect()
}

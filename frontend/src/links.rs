//! Every path of the page in one place. Pages never write a path by hand.
//!
//! ```ignore
//! view! { <a href=links::ticket(id)>…</a> }
//! navigate(&links::tickets(&[("status", "open,new"), ("assignee", "me")]), Default::default());
//! ```

use rapport_types::ids::{BulkChangeId, CalendarId, CustomerId, ImportFileId, ImportId, TicketId};

/// My work and today's figures.
pub fn home() -> String {
    "/".to_owned()
}

/// The sign-in page; afterwards the reader lands on `next`.
pub fn sign_in(next: Option<&str>) -> String {
    match next {
        Some(next) if next != "/" => with_query("/sign-in", &[("next", next)]),
        _ => "/sign-in".to_owned(),
    }
}

/// The list of tickets with its filters, order, search and page, as the API spells them.
pub fn tickets(filters: &[(&str, &str)]) -> String {
    with_query("/tickets", filters)
}

/// One ticket.
pub fn ticket(id: TicketId) -> String {
    format!("/tickets/{id}")
}

/// The form for a new ticket, with the customer chosen when one is given.
pub fn new_ticket(customer: Option<CustomerId>) -> String {
    match customer {
        Some(id) => format!("/tickets/new?customer={id}"),
        None => "/tickets/new".to_owned(),
    }
}

/// The form for a new ticket that follows up a closed one.
pub fn follow_up(ticket: TicketId) -> String {
    format!("/tickets/new?follows={ticket}")
}

/// One ticket with its facts in front on a narrow screen.
pub fn ticket_facts(id: TicketId) -> String {
    format!("/tickets/{id}?pane=facts")
}

/// The list of customers.
pub fn customers(filters: &[(&str, &str)]) -> String {
    with_query("/customers", filters)
}

/// One customer; `tab` is `timeline`, `tickets`, `contacts` or `profile`.
pub fn customer(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// One customer with a tab open.
pub fn customer_tab(id: CustomerId, tab: &str) -> String {
    with_query(&format!("/customers/{id}"), &[("tab", tab)])
}

/// The comparison of a customer with the one that is to be merged into it; without that one the
/// choice of it.
pub fn merge_customers(id: CustomerId, other: Option<CustomerId>) -> String {
    match other {
        Some(other) => format!("/customers/{id}/merge/{other}"),
        None => format!("/customers/{id}/merge"),
    }
}

/// The form for a new customer.
pub fn new_customer() -> String {
    "/customers/new".to_owned()
}

/// The reports with their period, zone and team.
pub fn reports(parameters: &[(&str, &str)]) -> String {
    with_query("/reports", parameters)
}

/// The approvals that the reader may decide, or all that it sees.
pub fn approvals(all: bool) -> String {
    with_query("/approvals", &[("show", if all { "all" } else { "" })])
}

/// The sections of the administration.
pub fn administration() -> String {
    "/administration".to_owned()
}

/// The people who sign in; the query filters the list.
pub fn users(filters: &[(&str, &str)]) -> String {
    with_query("/administration/users", filters)
}

/// The roles and what they allow.
pub fn roles() -> String {
    "/administration/roles".to_owned()
}

/// The tree of teams.
pub fn teams() -> String {
    "/administration/teams".to_owned()
}

/// The tree of categories.
pub fn categories() -> String {
    "/administration/categories".to_owned()
}

/// The types of tickets.
pub fn ticket_types() -> String {
    "/administration/ticket-types".to_owned()
}

/// What needs an approval, and who decides.
pub fn approval_rules() -> String {
    "/administration/approval-rules".to_owned()
}

/// The channels that tickets come by.
pub fn channels() -> String {
    "/administration/channels".to_owned()
}

/// The calendars of opening hours.
pub fn calendars() -> String {
    "/administration/calendars".to_owned()
}

/// One calendar.
pub fn calendar(id: CalendarId) -> String {
    format!("/administration/calendars/{id}")
}

/// What the clocks of tickets run by.
pub fn clock_policies() -> String {
    "/administration/clock-policies".to_owned()
}

/// A version of them, to be read.
pub fn clock_policies_version(version: i64) -> String {
    with_query(&clock_policies(), &[("version", &version.to_string())])
}

/// The organisation's name, zone and language.
pub fn organisation() -> String {
    "/administration/organisation".to_owned()
}

/// The imports of files.
pub fn imports() -> String {
    "/imports".to_owned()
}

/// A new import: of an uploaded file when one is given, with the columns as an earlier import of it
/// had them.
pub fn new_import(file: Option<ImportFileId>, from: Option<ImportId>) -> String {
    let text = |id: Option<String>| id.unwrap_or_default();
    let file = text(file.map(|id| id.to_string()));
    let from = text(from.map(|id| id.to_string()));
    with_query("/imports/new", &[("file", &file), ("from", &from)])
}

/// One import, under way or over.
pub fn import(id: ImportId) -> String {
    format!("/imports/{id}")
}

/// The bulk changes; the query filters the list.
pub fn bulk_changes(filters: &[(&str, &str)]) -> String {
    with_query("/bulk-changes", filters)
}

/// One bulk change: its draft, under way or over.
pub fn bulk_change(id: BulkChangeId) -> String {
    format!("/bulk-changes/{id}")
}

/// One record of a list whose records open beside it, or `new` for the form of another one.
pub fn beside(list: &str, record: &str) -> String {
    let (path, query) = list.split_once('?').unwrap_or((list, ""));
    let record = encode(record);
    if query.is_empty() {
        format!("{path}/{record}")
    } else {
        format!("{path}/{record}?{query}")
    }
}

/// The reader's own name, language, password and sessions.
pub fn account() -> String {
    "/me".to_owned()
}

/// The choice of a password before anything else.
pub fn first_password() -> String {
    "/first-password".to_owned()
}

/// A path with an encoded query string; pairs without a value are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// The parameters of a query string, each decoded once. The router decodes twice, which would make
/// a space of the `%2B` in an address within an address.
pub fn pairs_of(search: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        js_sys::decode_uri_component(&text).map_or(text, String::from)
    };
    search
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-encodes a query value, but leaves the comma of lists readable.
pub fn encode(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
        .replace("%2C", ",")
        .replace("%3A", ":")
}

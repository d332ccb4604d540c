//! Lists of customers, and finding them by what people type.

use rapport_types::customers::{Customer, CustomerSummary, FIELDS};
use rapport_types::filters::Filter;
use rapport_types::page::{BY_NUMBER, KeyKind, Page, Paging};
use rapport_types::records::Entity;
use sea_orm::FromQueryResult;

use super::{PEOPLE, TEAM};
use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::customer;
use crate::error::StoreError;
use crate::filters::{Column, push};
use crate::lists::{Alternatives, List, Order, Request, cursor_digest, finish, order_key};
use crate::scope::Scope;
use crate::search::{Records, Search, SearchQuery, nothing, place};
use crate::sql::Sql;

/// What customers can be sorted by.
pub const ORDERS: &[&str] = &["updated_at", "created_at", "name"];

const LIST: List = List {
    table: "customers c",
    alias: "c",
    team: TEAM,
    people: PEOPLE,
    orders: &[
        Order {
            name: "updated_at",
            column: "c.updated_at",
            is_text: false,
        },
        Order {
            name: "created_at",
            column: "c.created_at",
            is_text: false,
        },
        Order {
            name: "name",
            column: "c.name",
            is_text: true,
        },
        Order {
            name: BY_NUMBER,
            column: "c.number",
            is_text: false,
        },
    ],
};

/// Columns that a list can be walked by when the filter names their values.
const ALTERNATIVES: &[(&str, &str, bool)] = &[
    ("owner", "c.owner_id", true),
    ("team", "c.team_id", false),
    ("lifecycle", "c.lifecycle", false),
];

const RECORDS: Records = Records {
    entity: Entity::Customer,
    columns: "c.*",
    table: "customers c",
    alias: "c",
    joins: "",
    team: TEAM,
    people: PEOPLE,
};

/// Which customers are asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// The resolved filter.
    pub filter: Filter,
    /// What somebody typed to find them; the order is then exact matches first, newest first.
    pub q: Option<String>,
    /// Which page.
    pub paging: Paging,
}

impl Query {
    /// What the keys of its cursors are.
    pub fn key_kind(&self) -> KeyKind {
        if self.q.is_none() && self.paging.sort.field == "name" {
            KeyKind::Text
        } else {
            KeyKind::Integer
        }
    }

    /// The digest that its cursors carry.
    pub fn digest(&self) -> u64 {
        cursor_digest(
            "customers",
            &self.filter,
            self.q.as_deref().unwrap_or_default(),
            &self.paging,
        )
    }
}

/// Where a field of a customer is kept.
pub(crate) fn column(field: &str) -> Option<Column> {
    let name = match field {
        "kind" => "c.kind",
        "nature" => "c.nature",
        "industry" => "c.industry",
        "region" => "c.region",
        "lifecycle" => "c.lifecycle",
        "source_channel" => "c.source_channel",
        "team" => "c.team_id",
        "owner" => "c.owner_id",
        "number" => "c.number",
        "created" => "c.created_at",
        "updated" => "c.updated_at",
        "import" => "c.import_id",
        "tag" => return Some(Column::CustomerValue("tag")),
        "email" => return Some(Column::CustomerValue("email")),
        "phone" => return Some(Column::CustomerValue("phone")),
        _ => return None,
    };
    let kind = FIELDS.iter().find(|f| f.name == field)?.kind;
    Some(Column::Plain(name, kind))
}

/// The page of customers in the scope that the query asks for.
///
/// # Errors
/// What the database says.
pub async fn list(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    query: &Query,
) -> Result<Page<CustomerSummary>, StoreError> {
    let trees = configuration.trees();
    if let Some(q) = &query.q {
        return find(db, configuration, scope, q, query).await;
    }
    let request = Request {
        scope,
        alternatives: Alternatives::of(&query.filter, FIELDS, ALTERNATIVES, trees),
        paging: &query.paging,
        digest: query.digest(),
    };
    let filter = |sql: &mut Sql| push(sql, &query.filter, trees, column);
    let statement = LIST.page_statement(Sql::new(db.kind), &request, "c.*", "", filter)?;
    let is_text = query.paging.sort.field == "name";
    let mut rows = Vec::new();
    for row in statement.rows(&db.reader).await? {
        let customer = customer::Model::from_query_result(&row, "")?.into_wire()?;
        let number = customer.number;
        rows.push((
            summary(customer, configuration),
            order_key(&row, is_text)?,
            number,
        ));
    }
    let total = LIST
        .total(&db.reader, Sql::new(db.kind), &request, filter)
        .await?;
    Ok(finish(rows, &query.paging, request.digest, total))
}

async fn find(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    typed: &str,
    query: &Query,
) -> Result<Page<CustomerSummary>, StoreError> {
    let (paging, digest) = (&query.paging, query.digest());
    let Some(typed) = SearchQuery::parse(typed) else {
        return Ok(finish(Vec::new(), paging, digest, nothing(paging.total)));
    };
    let filter: &(dyn Fn(&mut Sql) + Sync) =
        &|sql| push(sql, &query.filter, configuration.trees(), column);
    let has_filter = !query.filter.conditions.is_empty();
    let search = Search {
        records: RECORDS,
        scope,
        query: &typed,
        filter: has_filter.then_some(filter),
    };
    let statement = search.statement(db.kind, paging.after.as_ref(), paging.limit + 1);
    let mut rows = Vec::new();
    for row in statement.rows(&db.reader).await? {
        let customer = customer::Model::from_query_result(&row, "")?.into_wire()?;
        let number = customer.number;
        rows.push((summary(customer, configuration), place(&row)?, number));
    }
    let total = search.total(db, paging.total).await?;
    Ok(finish(rows, paging, digest, total))
}

/// The best matches for what somebody typed: exact ones first, then the newest.
///
/// # Errors
/// What the database says.
pub async fn search(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    typed: &str,
    limit: u32,
) -> Result<(Vec<CustomerSummary>, bool), StoreError> {
    let Some(query) = SearchQuery::parse(typed) else {
        return Ok((Vec::new(), false));
    };
    let search = Search {
        records: RECORDS,
        scope,
        query: &query,
        filter: None,
    };
    let statement = search.statement(db.kind, None, limit + 1);
    let mut rows = statement.all::<customer::Model>(&db.reader).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let rows = rows
        .into_iter()
        .map(|row| Ok(summary(row.into_wire()?, configuration)))
        .collect::<Result<_, StoreError>>()?;
    Ok((rows, more))
}

fn summary(customer: Customer, configuration: &Configuration) -> CustomerSummary {
    CustomerSummary {
        id: customer.id,
        number: customer.number,
        version: customer.version,
        kind: customer.kind,
        name: customer.name,
        phone: customer.phones.into_iter().next(),
        email: customer.emails.into_iter().next(),
        region: customer.region,
        lifecycle: customer.lifecycle,
        tags: customer.tags,
        owner: customer
            .owner_id
            .and_then(|owner| configuration.user_ref(owner)),
        team: configuration.team_ref(customer.team_id),
        created_at: customer.created_at,
        updated_at: customer.updated_at,
    }
}

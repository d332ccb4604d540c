//! Lists of customers, and finding them by what people type.

use rapport_types::customers::{Customer, CustomerSummary, FIELDS};
use rapport_types::filters::{Filter, Op};
use rapport_types::page::{Page, Paging};
use rapport_types::records::Entity;
use sea_orm::FromQueryResult;

use super::{PEOPLE, TEAM};
use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::customer;
use crate::error::StoreError;
use crate::filters::{Column, Trees, push, values};
use crate::lists::{List, Order, Request, cursor_digest, finish, order_key};
use crate::scope::Scope;
use crate::search::{SearchQuery, index};
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
    ],
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

fn column(field: &str) -> Option<Column> {
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
        let numbers = crate::search::page(db, Entity::Customer, scope, q, &query.paging, |sql| {
            sql.push(" AND EXISTS (SELECT 1 FROM customers c WHERE c.number = ");
            sql.push(index::number_column(db.kind)).push(" AND ");
            push(sql, &query.filter, trees, column);
            sql.push(")");
        })
        .await?;
        let rows = by_numbers(db, configuration, &numbers.data).await?;
        return Ok(crate::search::in_order(
            numbers,
            rows,
            |row| row.number,
            query.digest(),
        ));
    }
    let request = Request {
        scope,
        alternatives: alternatives(&query.filter, trees),
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
    let numbers = crate::search::best(db, Entity::Customer, scope, &query, limit + 1).await?;
    let more = numbers.len() > limit as usize;
    let numbers: Vec<i64> = numbers.into_iter().take(limit as usize).collect();
    let mut rows = by_numbers(db, configuration, &numbers).await?;
    rows.sort_by_key(|row| numbers.iter().position(|number| *number == row.number));
    Ok((rows, more))
}

async fn by_numbers(
    db: &Database,
    configuration: &Configuration,
    numbers: &[i64],
) -> Result<Vec<CustomerSummary>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT c.* FROM customers c WHERE c.number IN (")
        .bind_all(numbers.iter().copied())
        .push(")");
    let rows = sql.all::<customer::Model>(&db.reader).await?;
    rows.into_iter()
        .map(|row| Ok(summary(row.into_wire()?, configuration)))
        .collect()
}

/// The branches that a filter names itself when the scope names none.
fn alternatives(filter: &Filter, trees: Trees<'_>) -> Option<(&'static str, Vec<sea_orm::Value>)> {
    let columns = [
        ("team", "c.team_id"),
        ("owner", "c.owner_id"),
        ("lifecycle", "c.lifecycle"),
    ];
    columns.into_iter().find_map(|(field, column)| {
        let kind = FIELDS.iter().find(|f| f.name == field)?.kind;
        let condition = filter
            .conditions
            .iter()
            .find(|c| c.field == field && c.op == Op::Is)?;
        if condition.values.iter().any(|value| value == "none") {
            return None;
        }
        Some((
            column,
            condition
                .values
                .iter()
                .flat_map(|value| values(kind, value, trees))
                .collect(),
        ))
    })
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

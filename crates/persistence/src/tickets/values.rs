//! The fields of a ticket's type, as rows to find tickets by and as text to search.

use chrono::Datelike;
use rapport_types::ticket_types::FieldValue;
use rapport_types::tickets::Ticket;
use sea_orm::Set;

use crate::entities::ticket_value::{self, ActiveModel};
use crate::error::StoreError;
use crate::writes::{PartTable, Writer};

impl PartTable for ticket_value::Entity {}

/// Longest text that a filter can ask for, in bytes; longer ones are found by search.
const LONGEST: usize = 400;

/// A row for each field that is filled in.
pub(super) fn rows(ticket: &Ticket) -> impl Iterator<Item = ActiveModel> + '_ {
    ticket.fields.iter().map(|(code, value)| {
        let (text, number, record) = columns(value);
        ActiveModel {
            ticket_id: Set(ticket.id.uuid()),
            field: Set(code.to_string()),
            text: Set(text),
            number: Set(number),
            record: Set(record),
        }
    })
}

/// What the columns hold. Which kind a text is does not matter to who reads the row: a filter asks
/// the column of its field's kind. Ids and days lie in both.
fn columns(value: &FieldValue) -> (Option<String>, Option<i64>, Option<uuid::Uuid>) {
    match value {
        FieldValue::YesNo(flag) => (None, Some(i64::from(*flag)), None),
        FieldValue::Number(number) => (None, Some(*number), None),
        FieldValue::Money(money) => (None, Some(money.amount), None),
        FieldValue::Text(text) => {
            let day = value.as_day().map(|day| i64::from(day.num_days_from_ce()));
            let person = value.as_person().map(|id| id.uuid());
            let customer = value.as_customer().map(|id| id.uuid());
            let text = text.as_str();
            let short = (text.len() <= LONGEST).then(|| text.to_owned());
            (short, day, person.or(customer))
        }
    }
}

/// Puts the rows of a ticket in place of those it had.
pub(super) async fn replace(writer: &mut Writer, ticket: &Ticket) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    sql.push("DELETE FROM ticket_values WHERE ticket_id = ")
        .bind(ticket.id.uuid());
    writer.change_parts(sql).await?;
    let rows: Vec<ActiveModel> = rows(ticket).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writer.insert_parts(rows).await
}

/// The words that stand in the fields.
pub(super) fn words(ticket: &Ticket) -> Vec<&str> {
    ticket
        .fields
        .values()
        .filter_map(FieldValue::as_text)
        .collect()
}

//! The value of a field of a ticket's type, to find the ticket by it.

use sea_orm::entity::prelude::*;

/// A row of `ticket_values`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_values")]
pub struct Model {
    /// The ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: Uuid,
    /// The field's code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub field: String,
    /// A text short enough to be asked for, or an option's code.
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    /// A number, an amount, a day counted from the first of the common era, 1 for yes and 0 for no.
    pub number: Option<i64>,
    /// A person or a customer.
    pub record: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

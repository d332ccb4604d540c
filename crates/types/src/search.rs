//! Search over customers and tickets.

use serde::{Deserialize, Serialize};

use crate::customers::CustomerSummary;
use crate::tickets::TicketSummary;

/// `GET /search?q=…`: the best matches of each kind, exact ones first, then the newest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResults {
    /// Matching customers.
    pub customers: Vec<CustomerSummary>,
    /// Whether more customers match.
    pub more_customers: bool,
    /// Matching tickets.
    pub tickets: Vec<TicketSummary>,
    /// Whether more tickets match.
    pub more_tickets: bool,
}

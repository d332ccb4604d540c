//! What a column of a file goes into, as a person picks it: one field or several, or none.
//!
//! The page keeps no form of its own: it reads and edits the [`Mapping`] by these functions, so what
//! is picked, previewed and sent is one thing. A mapping on its way may lack what it needs;
//! [`Mapping::missing`] says what.

use super::mapping::{Mapping, RowPer};

/// How the value of a field is read, and so what can be said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// As it stands.
    Text,
    /// As a date or time, by formats.
    Instant,
    /// As one of few; the mapping says what each means.
    Value,
}

/// Declares the fields: identifier, name, how it is read, whether several columns go into it
/// together, and of which rows it is.
macro_rules! targets {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $kind:ident, $several:literal, [$($row:ident),+];)*) => {
        /// A field that a column of the file can go into.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Target { $($(#[$meta])* $name,)* }

        impl Target {
            /// Every field, in the order in which a form lists them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// How its value is read.
            pub const fn kind(self) -> TargetKind {
                match self { $(Self::$name => TargetKind::$kind),* }
            }

            /// Whether several columns go into it together.
            pub const fn takes_several(self) -> bool {
                match self { $(Self::$name => $several),* }
            }

            /// Whether rows of this kind have it.
            pub const fn fits(self, row_per: RowPer) -> bool {
                match self { $(Self::$name => matches!(row_per, $(RowPer::$row)|+)),* }
            }
        }
    };
}

targets! {
    /// What names the record: its number or code in the source.
    Key = "key", Text, false, [Ticket, Event, Customer];
    /// The subject; several columns stand on one line.
    Subject = "subject", Text, true, [Ticket, Event];
    /// The description; of several columns each has a line.
    Description = "description", Text, true, [Ticket, Event];
    /// When it was opened.
    OpenedAt = "opened_at", Instant, false, [Ticket, Event];
    /// When it was first answered.
    FirstRespondedAt = "first_responded_at", Instant, false, [Ticket, Event];
    /// When it was resolved.
    ResolvedAt = "resolved_at", Instant, false, [Ticket, Event];
    /// When it was closed.
    ClosedAt = "closed_at", Instant, false, [Ticket];
    /// When the event of the row happened.
    EventAt = "event_at", Instant, false, [Event];
    /// The status after the event.
    EventStatus = "event_status", Value, false, [Event];
    /// What orders the events of a ticket.
    EventOrder = "event_order", Text, false, [Event];
    /// Where it stands.
    Status = "status", Value, false, [Ticket];
    /// How urgent it is.
    Priority = "priority", Value, false, [Ticket, Event];
    /// The ticket type.
    Type = "type", Value, false, [Ticket, Event];
    /// The channel.
    Channel = "channel", Value, false, [Ticket, Event];
    /// The levels of the category, the top one first.
    Category = "category", Text, true, [Ticket, Event];
    /// The number or code of who asks.
    CustomerId = "customer_id", Text, false, [Ticket, Event];
    /// The name of who asks.
    CustomerName = "customer_name", Text, false, [Ticket, Event];
    /// The e-mail address of who asks.
    CustomerEmail = "customer_email", Text, false, [Ticket, Event];
    /// The telephone number of who asks.
    CustomerPhone = "customer_phone", Text, false, [Ticket, Event];
    /// The rating, 1 to 5.
    Rating = "rating", Text, false, [Ticket, Event];
    /// When it was rated.
    RatedAt = "rated_at", Instant, false, [Ticket, Event];
    /// The customer's name.
    Name = "name", Text, false, [Customer];
    /// Person or organisation.
    Kind = "kind", Value, false, [Customer];
    /// The customer's telephone numbers.
    Phones = "phones", Text, true, [Customer];
    /// The customer's e-mail addresses.
    Emails = "emails", Text, true, [Customer];
    /// The postal address.
    Address = "address", Text, true, [Customer];
    /// The region.
    Region = "region", Text, true, [Customer];
    /// The nature of an organisation.
    Nature = "nature", Value, false, [Customer];
    /// The industry.
    Industry = "industry", Text, false, [Customer];
    /// The job title.
    JobTitle = "job_title", Text, false, [Customer];
    /// The birthday.
    BirthdayOn = "birthday_on", Instant, false, [Customer];
    /// Where the customer stands in its life with us.
    Lifecycle = "lifecycle", Value, false, [Customer];
    /// The channel through which we came to know the customer.
    SourceChannel = "source_channel", Value, false, [Customer];
    /// Labels.
    Tags = "tags", Text, true, [Customer];
    /// A free note.
    Note = "note", Text, true, [Customer];
    /// The number or code of who works on the ticket or looks after the customer.
    AgentId = "agent_id", Text, false, [Ticket, Event, Customer];
    /// Their name.
    AgentName = "agent_name", Text, false, [Ticket, Event, Customer];
    /// Their e-mail address.
    AgentEmail = "agent_email", Text, false, [Ticket, Event, Customer];
    /// The team.
    Team = "team", Value, false, [Ticket, Event, Customer];
}

impl Target {
    /// The field with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|target| target.code() == code)
    }

    /// The names that a preview gives to what becomes of it.
    pub const fn preview_fields(self) -> &'static [&'static str] {
        match self {
            Self::Key => &["external_id"],
            Self::Subject => &["subject"],
            Self::Description => &["description"],
            Self::OpenedAt => &["opened_at"],
            Self::FirstRespondedAt => &["first_responded_at"],
            Self::ResolvedAt => &["resolved_at", "status"],
            Self::ClosedAt => &["closed_at", "status"],
            Self::EventAt | Self::EventOrder => &["event_count"],
            Self::EventStatus => &["status", "event_count"],
            Self::Status => &["status"],
            Self::Priority => &["priority"],
            Self::Type => &["type"],
            Self::Channel => &["channel"],
            Self::Category => &["category"],
            Self::CustomerId | Self::CustomerName => &["customer"],
            Self::CustomerEmail => &["customer_email", "customer"],
            Self::CustomerPhone => &["customer_phone", "customer"],
            Self::Rating | Self::RatedAt => &["satisfaction_score"],
            Self::Name => &["name"],
            Self::Kind => &["kind"],
            Self::Phones => &["phones"],
            Self::Emails => &["emails"],
            Self::Address => &["address"],
            Self::Region => &["region"],
            Self::Nature => &["nature"],
            Self::Industry => &["industry"],
            Self::JobTitle => &["job_title"],
            Self::BirthdayOn => &["birthday_on"],
            Self::Lifecycle => &["lifecycle"],
            Self::SourceChannel => &["source_channel"],
            Self::Tags => &["tags"],
            Self::Note => &["note"],
            Self::AgentId | Self::AgentName | Self::AgentEmail => &["assignee", "owner"],
            Self::Team => &["team"],
        }
    }
}

impl Mapping {
    /// What a column goes into, in the order of the form.
    pub fn targets(&self, column: &str) -> Vec<Target> {
        let fits = |target: &Target| {
            target.fits(self.row_per) && self.columns_of(*target).iter().any(|it| it == column)
        };
        Target::ALL.iter().copied().filter(fits).collect()
    }

    /// Puts a column into a field, besides what it goes into already. Where only one column has
    /// room, it takes the place of the one before.
    pub fn assign(&mut self, column: &str, target: Target, header: &[String]) {
        let mut columns = self.columns_of(target);
        if columns.iter().any(|it| it == column) {
            return;
        }
        if target.takes_several() {
            // Where the file has it, as far as the others stand in that order.
            let place = |name: &str| header.iter().position(|it| it == name);
            let at = columns
                .iter()
                .position(|it| place(it) > place(column))
                .unwrap_or(columns.len());
            columns.insert(at, column.to_owned());
        } else {
            columns = vec![column.to_owned()];
        }
        self.set_columns(target, columns);
        self.settle(header);
    }

    /// Takes a column out of a field. One that goes nowhere any more is ignored.
    pub fn unassign(&mut self, column: &str, target: Target, header: &[String]) {
        let mut columns = self.columns_of(target);
        columns.retain(|it| it != column);
        self.set_columns(target, columns);
        self.settle(header);
    }

    /// Makes a mapping of another file one of a file with this header: columns that it lacks go,
    /// those that nothing is said of are ignored.
    pub fn fit_header(&mut self, header: &[String]) {
        let row_per = self.row_per;
        for target in Target::ALL.iter().filter(|it| it.fits(row_per)) {
            let mut columns = self.columns_of(*target);
            let before = columns.len();
            columns.retain(|it| header.contains(it));
            if columns.len() != before {
                self.set_columns(*target, columns);
            }
        }
        self.settle(header);
    }

    /// Ignores exactly the columns that go nowhere.
    pub(super) fn settle(&mut self, header: &[String]) {
        self.ignore = header
            .iter()
            .filter(|column| self.targets(column).is_empty())
            .cloned()
            .collect();
    }

    /// Which fields still need a column or a value that holds for every row.
    pub fn missing(&self) -> Vec<Target> {
        let lacks = |target: &Target| {
            let is_said = !self.columns_of(*target).is_empty();
            match target {
                Target::Key => self.key.is_empty(),
                Target::OpenedAt => {
                    !is_said
                        && self
                            .instant(Target::OpenedAt)
                            .is_none_or(|it| it.default.is_none())
                }
                Target::Type | Target::Channel => {
                    !is_said && self.values(*target).is_none_or(|it| it.default.is_none())
                }
                Target::Subject => self
                    .texts(Target::Subject)
                    .is_none_or(|it| it.default.is_none()),
                Target::EventAt | Target::EventStatus => !is_said,
                // Told apart by nothing but a telephone number.
                Target::CustomerName => self.customer.as_ref().is_some_and(|it| it.key.is_empty()),
                _ => false,
            }
        };
        Target::ALL
            .iter()
            .copied()
            .filter(|target| target.fits(self.row_per) && lacks(target))
            .collect()
    }
}

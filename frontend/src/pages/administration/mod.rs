//! The administration: the frame of its sections, and the sections that say who works here and what
//! tickets are made of. A section's page stands inside [`Section`], which draws the list of the
//! sections, the place in the top bar and the head:
//!
//! ```ignore
//! <Section at=SectionName::Calendars record=name actions=|| view! { <LinkButton …/> }>
//!     …
//! </Section>
//! ```

mod approval_rules;
mod beside;
mod categories;
mod code_field;
mod codes;
mod danger;
mod list_tools;
mod names_fields;
mod organisation;
mod overview;
mod record_form;
mod roles;
mod section;
mod section_name;
mod teams;
mod tree;
mod users;
mod words;
mod zones;

pub use approval_rules::ApprovalRules;
pub use categories::Categories;
pub use codes::{Channels, TicketTypes};
pub use organisation::Organisation;
pub use overview::Administration;
pub use roles::Roles;
pub use section::Section;
pub use section_name::SectionName;
pub use teams::Teams;
pub use users::Users;

//! The administration: the frame of its sections, and the sections that say who works here and what
//! tickets are made of. A section's page stands inside [`Section`], which draws the list of the
//! sections, the place in the top bar and the head:
//!
//! ```ignore
//! <Section at=SectionName::Calendars record=name actions=|| view! { <LinkButton …/> }>
//!     …
//! </Section>
//! ```

mod overview;
mod section;
mod section_name;

pub use overview::Administration;
pub use section::Section;
pub use section_name::SectionName;

//! A contact as a choice.

use rapport_types::contacts::ContactSummary;

use crate::components::select::Choice;

/// The person, with the role and the number by which it is told from others of its name.
pub(super) fn choice(contact: &ContactSummary) -> Choice {
    let phone = contact
        .reach
        .as_ref()
        .and_then(|reach| reach.phones.first());
    let details: Vec<&str> = contact
        .role
        .iter()
        .map(|role| role.as_str())
        .chain(phone.map(|phone| phone.as_str()))
        .collect();
    let choice = Choice::new(contact.person.id.to_string(), contact.person.name.as_str());
    if details.is_empty() {
        choice
    } else {
        choice.with_detail(details.join(" · "))
    }
}

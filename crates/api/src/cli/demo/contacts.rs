//! Who speaks for the organisations: one to four people of the same team, each in a role.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_persistence::contacts;
use rapport_persistence::database::Database;
use rapport_persistence::writes::{WriteContext, Writer};
use rapport_types::contacts::{Contact, MOST};
use rapport_types::customers::{Customer, CustomerKind};
use rapport_types::ids::{ContactId, CustomerId, TeamId};
use rapport_types::locale::Locale;

use super::customers::Patron;
use super::random::Random;
use super::{BATCH, SEED, parsed};
use crate::error::ApiError;

/// What people are to their organisation, in English and Chinese.
const ROLES: &[(&str, &str)] = &[
    ("Purchasing", "采购"),
    ("Finance", "财务"),
    ("Office manager", "行政"),
    ("Facilities", "设备维护"),
    ("Front desk", "前台"),
    ("Director", "负责人"),
];

/// How they want to be asked.
const CHANNELS: &[(Option<&str>, u32)] = &[
    (Some("phone"), 45),
    (Some("wechat"), 25),
    (Some("email"), 15),
    (None, 15),
];

/// Gives each organisation its contacts, people who were known before it where there are such. The
/// sequence is its own, so that the tickets do not depend on it.
pub(super) fn make(patrons: &mut [Patron]) -> Result<Vec<Contact>, ApiError> {
    let mut random = Random::new(SEED + 1);
    let mut people: HashMap<(TeamId, Locale), Vec<CustomerId>> = HashMap::new();
    let mut organisations_of: HashMap<CustomerId, usize> = HashMap::new();
    let mut all = Vec::new();
    for patron in patrons {
        let customer = &patron.customer;
        let place = (customer.team_id, patron.locale);
        if customer.kind == CustomerKind::Person {
            people.entry(place).or_default().push(customer.id);
            continue;
        }
        let known = people.get(&place).map_or(&[][..], Vec::as_slice);
        if known.is_empty() {
            continue;
        }
        let mut chosen: Vec<CustomerId> = Vec::new();
        for _ in 0..random.between(1, 4) {
            let person = *random.pick(known);
            let spoken_for = organisations_of.entry(person).or_default();
            if !chosen.contains(&person) && *spoken_for < MOST {
                *spoken_for += 1;
                chosen.push(person);
            }
        }
        for person in &chosen {
            let at = customer.created_at;
            let role = random.pick(ROLES);
            all.push(Contact {
                id: ContactId::from_uuid(random.id(at)),
                version: 1,
                customer_id: customer.id,
                person_id: *person,
                role: Some(parsed(match patron.locale {
                    Locale::En => role.0,
                    Locale::ZhCn => role.1,
                })?),
                preferred_channel: random.weighted(CHANNELS).map(parsed).transpose()?,
                is_primary: chosen.first() == Some(person),
                note: None,
                created_at: at,
                updated_at: at,
            });
        }
        patron.contacts = chosen;
    }
    Ok(all)
}

/// Writes them; the customers are there already.
pub(super) async fn write(
    db: &Database,
    all: &[Contact],
    patrons: &[Patron],
    now: DateTime<Utc>,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<(), ApiError> {
    let known: HashMap<CustomerId, &Customer> = patrons
        .iter()
        .map(|patron| (patron.customer.id, &patron.customer))
        .collect();
    let mut done = 0;
    for some in all.chunks(BATCH) {
        let linked: Vec<(&Contact, &Customer)> = some
            .iter()
            .filter_map(|contact| Some((contact, *known.get(&contact.customer_id)?)))
            .collect();
        rapport_persistence::writes::write(
            db,
            WriteContext::system("demo", now),
            async |writer: &mut Writer| {
                contacts::insert_all(writer, &linked).await?;
                Ok::<_, ApiError>(())
            },
        )
        .await?;
        done += some.len();
        progress("contacts", done, all.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{company_of, patrons_of};
    use super::*;

    #[actix_web::test]
    async fn organisations_have_one_to_four_people_of_their_team_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let company = company_of(&folder).await;
        let mut patrons = patrons_of(&company);
        let all = make(&mut patrons).unwrap();
        assert_eq!(make(&mut patrons_of(&company)).unwrap(), all);
        let known: HashMap<CustomerId, &Patron> = patrons
            .iter()
            .map(|patron| (patron.customer.id, patron))
            .collect();
        let mut counts: HashMap<CustomerId, (usize, usize)> = HashMap::new();
        for contact in &all {
            let (of, person) = (
                &known[&contact.customer_id].customer,
                &known[&contact.person_id].customer,
            );
            assert_eq!(
                (of.kind, person.kind, of.team_id),
                (
                    CustomerKind::Organisation,
                    CustomerKind::Person,
                    person.team_id
                )
            );
            assert!(person.created_at <= of.created_at);
            let (many, first) = counts.entry(of.id).or_default();
            *many += 1;
            *first += usize::from(contact.is_primary);
        }
        let organisations = patrons
            .iter()
            .filter(|it| it.customer.kind == CustomerKind::Organisation);
        assert!(counts.len() * 3 > organisations.count() * 2);
        assert!(
            counts
                .values()
                .all(|(many, first)| (1..=4).contains(many) && *first == 1)
        );
    }
}

//! Mappings as a person makes them on the page, column by column.

use super::{KeyKind, Mapping, Recognised, RowPer, Source, Target, TargetKind};

const NYC: &str = include_str!("../../../../tests/data/mappings/nyc_complaints.json");
const RATED: &str = include_str!("../../../../tests/data/mappings/rated_tickets.json");
const UCI: &str = include_str!("../../../../tests/data/mappings/uci_incidents.json");

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn blank(row_per: RowPer, header: &[String]) -> Mapping {
    Mapping::blank("crm".try_into().unwrap(), row_per, "UTC", header)
}

/// The columns of the file that a mapping is of, in an order in which all its lists stand.
fn header_of(mapping: &Mapping) -> Vec<String> {
    let mut header = Vec::new();
    let mapped = [Target::Category]
        .iter()
        .chain(Target::ALL)
        .flat_map(|target| mapping.columns_of(*target));
    for column in mapped.chain(mapping.ignore.clone()) {
        if !header.contains(&column) {
            header.push(column);
        }
    }
    header
}

#[test]
fn what_is_picked_column_by_column_is_the_mapping_written_by_hand() {
    for written in [NYC, RATED, UCI] {
        let written = Mapping::parse(written.as_bytes()).unwrap();
        let header = header_of(&written);
        let mut picked = Mapping {
            delimiter: written.delimiter,
            date_formats: written.date_formats.clone(),
            null_markers: written.null_markers.clone(),
            ..Mapping::blank(
                written.source.clone(),
                written.row_per,
                &written.zone,
                &header,
            )
        };
        for target in Target::ALL {
            for column in written.columns_of(*target) {
                picked.assign(&column, *target, &header);
            }
            if let Some(source) = written.values(*target) {
                picked.edit_values(*target, |it| *it = source.clone());
            }
            if let Some(source) = written.instant(*target) {
                picked.edit_instant(*target, |it| it.default.clone_from(&source.default));
            }
            if let Some(source) = written.texts(*target) {
                picked.edit_texts(*target, |it| it.default.clone_from(&source.default));
            }
        }
        assert_eq!(picked.missing(), []);
        picked.ignore.sort();
        let mut written = written;
        written.ignore.sort();
        assert_eq!(picked, written);
    }
}

#[test]
fn a_column_goes_into_several_fields_and_is_ignored_when_it_goes_nowhere() {
    let header = texts(&["id", "closed", "title", "more"]);
    let mut mapping = blank(RowPer::Ticket, &header);
    assert_eq!(mapping.ignore, header);
    mapping.assign("closed", Target::ResolvedAt, &header);
    mapping.assign("closed", Target::ClosedAt, &header);
    assert_eq!(
        mapping.targets("closed"),
        [Target::ResolvedAt, Target::ClosedAt]
    );
    assert_eq!(mapping.ignore, texts(&["id", "title", "more"]));
    mapping.unassign("closed", Target::ResolvedAt, &header);
    assert_eq!(mapping.targets("closed"), [Target::ClosedAt]);
    mapping.unassign("closed", Target::ClosedAt, &header);
    assert_eq!(mapping.ignore, header);
    assert_eq!(mapping.ticket, blank(RowPer::Ticket, &header).ticket);
}

#[test]
fn one_column_takes_the_place_of_another_where_only_one_has_room() {
    let header = texts(&["a", "b", "c"]);
    let mut mapping = blank(RowPer::Ticket, &header);
    mapping.assign("a", Target::Priority, &header);
    mapping.edit_values(Target::Priority, |source| {
        source.default = Some("normal".to_owned());
        source.values.insert("1".to_owned(), "urgent".to_owned());
    });
    mapping.assign("b", Target::Priority, &header);
    assert_eq!(
        mapping.values(Target::Priority),
        Some(&Source {
            column: Some("b".to_owned()),
            default: Some("normal".to_owned()),
            ..Source::default()
        }),
        "what the values of the other column meant is not known of these"
    );
    assert_eq!(mapping.ignore, texts(&["a", "c"]));
    for column in ["c", "a"] {
        mapping.assign(column, Target::Subject, &header);
    }
    assert_eq!(
        mapping.columns_of(Target::Subject),
        ["a", "c"],
        "in the order of the file"
    );
}

#[test]
fn customers_and_agents_are_recognised_by_one_of_their_columns() {
    let header = texts(&["no", "mail", "name", "tel"]);
    let mut mapping = blank(RowPer::Ticket, &header);
    let by = |mapping: &Mapping| mapping.recognised_by(Recognised::Customer);
    mapping.assign("tel", Target::CustomerPhone, &header);
    assert_eq!(by(&mapping), None);
    assert!(mapping.missing().contains(&Target::CustomerName));
    mapping.assign("name", Target::CustomerName, &header);
    assert_eq!(by(&mapping), Some(KeyKind::Name));
    mapping.assign("mail", Target::CustomerEmail, &header);
    assert_eq!(by(&mapping), Some(KeyKind::Email));
    mapping.recognise_by(Recognised::Customer, KeyKind::Name, &header);
    assert_eq!(mapping.columns_of(Target::CustomerEmail), ["mail"]);
    mapping.recognise_by(Recognised::Customer, KeyKind::Email, &header);
    let customer = mapping.customer.clone().unwrap();
    assert_eq!(
        (customer.key.as_str(), customer.name.as_deref()),
        ("mail", Some("name"))
    );
    assert_eq!(
        (customer.email, customer.phone.as_deref()),
        (None, Some("tel"))
    );
    mapping.assign("no", Target::CustomerId, &header);
    assert_eq!(
        by(&mapping),
        Some(KeyKind::ExternalId),
        "no other place for it"
    );
    assert_eq!(mapping.columns_of(Target::CustomerEmail), ["mail"]);
    mapping.recognise_by(Recognised::Customer, KeyKind::Name, &header);
    assert_eq!(mapping.ignore, ["no"]);
    for target in [
        Target::CustomerName,
        Target::CustomerEmail,
        Target::CustomerPhone,
    ] {
        for column in mapping.columns_of(target) {
            mapping.unassign(&column, target, &header);
        }
    }
    assert_eq!(mapping.customer, None);

    mapping.assign("name", Target::AgentName, &header);
    mapping.assign("mail", Target::AgentEmail, &header);
    let agent = mapping.agent.clone().unwrap();
    assert_eq!(
        (agent.by, agent.name.as_deref()),
        (KeyKind::Email, Some("name"))
    );
    mapping.assign("no", Target::AgentId, &header);
    assert_eq!(
        mapping.targets("mail"),
        [],
        "an agent has room for one of the two"
    );
}

#[test]
fn the_customers_of_a_file_are_recognised_by_number_address_or_name() {
    let header = texts(&["no", "name", "mail", "mail2"]);
    let mut mapping = blank(RowPer::Customer, &header);
    assert_eq!(mapping.missing(), [Target::Key]);
    mapping.assign("mail2", Target::Emails, &header);
    mapping.assign("mail", Target::Emails, &header);
    assert_eq!(mapping.columns_of(Target::Emails), ["mail", "mail2"]);
    assert_eq!(
        (mapping.key.as_str(), mapping.missing()),
        ("mail", Vec::new())
    );
    mapping.assign("name", Target::Name, &header);
    mapping.assign("no", Target::Key, &header);
    assert_eq!(
        mapping.recognised_by(Recognised::Record),
        Some(KeyKind::ExternalId)
    );
    let profile = mapping.profile.clone().unwrap();
    assert_eq!(
        (mapping.key.as_str(), profile.name.as_deref()),
        ("no", Some("name"))
    );
    assert_eq!(profile.emails, ["mail", "mail2"]);
    mapping.recognise_by(Recognised::Record, KeyKind::Name, &header);
    assert_eq!(
        (mapping.key.as_str(), &mapping.ignore[..]),
        ("name", &header[..1])
    );
    assert_eq!(mapping.columns_of(Target::Emails), ["mail", "mail2"]);
    mapping.recognise_by(Recognised::Record, KeyKind::Email, &header);
    assert_eq!(mapping.columns_of(Target::Emails), ["mail", "mail2"]);
    assert_eq!(mapping.columns_of(Target::Name), ["name"]);
    mapping.unassign("mail", Target::Emails, &header);
    assert_eq!(mapping.key, "mail2");
}

#[test]
fn a_mapping_says_what_it_still_needs() {
    let header = texts(&["a", "b"]);
    let mut mapping = blank(RowPer::Ticket, &header);
    assert_eq!(
        mapping.missing(),
        [
            Target::Key,
            Target::Subject,
            Target::OpenedAt,
            Target::Type,
            Target::Channel
        ]
    );
    mapping.assign("a", Target::Key, &header);
    mapping.assign("b", Target::OpenedAt, &header);
    for target in [Target::Type, Target::Channel] {
        mapping.edit_values(target, |source| source.default = Some("x".to_owned()));
    }
    mapping.edit_texts(Target::Subject, |source| {
        source.default = Some("-".to_owned());
    });
    assert_eq!(mapping.missing(), []);
    mapping.set_has_events(true, &header);
    assert_eq!(mapping.missing(), [Target::EventAt, Target::EventStatus]);
    mapping.set_has_events(false, &header);
    assert_eq!((mapping.missing(), mapping.event), (Vec::new(), None));
}

#[test]
fn a_mapping_of_another_file_keeps_what_this_one_has() {
    let header = texts(&["a", "b", "c"]);
    let mut mapping = blank(RowPer::Ticket, &header);
    mapping.assign("a", Target::Key, &header);
    mapping.assign("b", Target::Subject, &header);
    mapping.assign("c", Target::Subject, &header);
    let other = texts(&["c", "a", "d"]);
    mapping.fit_header(&other);
    assert_eq!(mapping.columns_of(Target::Subject), ["c"]);
    assert_eq!(
        (mapping.key.as_str(), &mapping.ignore[..]),
        ("a", &other[2..])
    );
}

#[test]
fn every_field_can_be_given_a_column_and_lose_it() {
    let header = texts(&["a", "b"]);
    for row_per in [RowPer::Ticket, RowPer::Event, RowPer::Customer] {
        for target in Target::ALL.iter().filter(|it| it.fits(row_per)) {
            let mut mapping = blank(row_per, &header);
            mapping.assign("a", *target, &header);
            assert_eq!(mapping.targets("a"), [*target], "{row_per:?}");
            assert_eq!(
                mapping
                    .instant(*target)
                    .is_some_and(|it| it.column.is_some()),
                target.kind() == TargetKind::Instant
            );
            mapping.unassign("a", *target, &header);
            assert_eq!(mapping.ignore, header);
        }
    }
}

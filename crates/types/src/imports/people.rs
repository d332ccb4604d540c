//! By what customers and agents are recognised: of the columns that say who somebody is, one is the
//! key of a [`Mapping`].

use super::mapping::{AgentSource, CustomerSource, KeyKind, Mapping};
use super::targets::Target;

/// Who is recognised by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// Who asks, in a file of tickets.
    Customer,
    /// Who works on a ticket or looks after a customer.
    Agent,
    /// The customer of the row, in a file of customers.
    Record,
}

impl Recognised {
    /// The columns for which a mapping has no place but the key.
    const fn keys_only(self) -> &'static [KeyKind] {
        match self {
            Self::Customer | Self::Record => &[KeyKind::ExternalId],
            Self::Agent => &[KeyKind::ExternalId, KeyKind::Email],
        }
    }
}

/// The columns that say who somebody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Person {
    id: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

impl Person {
    /// The column of one way to recognise them.
    pub(super) const fn part(&self, by: KeyKind) -> Option<&String> {
        match by {
            KeyKind::ExternalId => self.id.as_ref(),
            KeyKind::Email => self.email.as_ref(),
            KeyKind::Name => self.name.as_ref(),
        }
    }

    fn put(&mut self, by: KeyKind, column: Option<String>) {
        match by {
            KeyKind::ExternalId => self.id = column,
            KeyKind::Email => self.email = column,
            KeyKind::Name => self.name = column,
        }
    }

    /// By what they can be recognised, the best way first.
    fn ways(&self) -> Vec<KeyKind> {
        [KeyKind::ExternalId, KeyKind::Email, KeyKind::Name]
            .into_iter()
            .filter(|by| self.part(*by).is_some())
            .collect()
    }

    /// The way and its column: a column that can be nothing but the key, then as wanted, then the
    /// best.
    fn key(&self, who: Recognised, wanted: Option<KeyKind>) -> (KeyKind, String) {
        let ways = self.ways();
        let by = who
            .keys_only()
            .iter()
            .copied()
            .chain(wanted)
            .find(|by| ways.contains(by))
            .or_else(|| ways.first().copied())
            .unwrap_or(KeyKind::Name);
        (by, self.part(by).cloned().unwrap_or_default())
    }

    /// Lets go of the columns that could be nothing but the key, when another one is.
    fn keyed_by(&mut self, who: Recognised, by: KeyKind) {
        for other in who.keys_only().iter().filter(|it| **it != by) {
            self.put(*other, None);
        }
    }

    /// A column that is not the key already.
    fn beside_key(&self, part: KeyKind, by: KeyKind) -> Option<String> {
        (part != by).then(|| self.part(part).cloned()).flatten()
    }
}

pub(super) fn given(column: &str) -> Option<String> {
    (!column.is_empty()).then(|| column.to_owned())
}

pub(super) const fn blank_customer() -> CustomerSource {
    CustomerSource {
        by: KeyKind::Name,
        key: String::new(),
        name: None,
        email: None,
        phone: None,
        organisation: false,
    }
}

impl Mapping {
    /// By what somebody is recognised; none where no column says who they are.
    pub fn recognised_by(&self, who: Recognised) -> Option<KeyKind> {
        let by = self.by(who)?;
        self.person(who).part(by).map(|_| by)
    }

    /// By what somebody could be recognised with the columns that say who they are.
    pub fn ways_to_recognise(&self, who: Recognised) -> Vec<KeyKind> {
        self.person(who).ways()
    }

    /// Recognises somebody by another of their columns. One that can be nothing but the key has no
    /// place then, and is ignored when it goes nowhere else.
    pub fn recognise_by(&mut self, who: Recognised, by: KeyKind, header: &[String]) {
        let mut person = self.person(who);
        person.keyed_by(who, by);
        self.put_person(who, &person, Some(by));
        self.settle(header);
    }

    fn by(&self, who: Recognised) -> Option<KeyKind> {
        match who {
            Recognised::Customer => self.customer.as_ref().map(|it| it.by),
            Recognised::Agent => self.agent.as_ref().map(|it| it.by),
            Recognised::Record => self.profile.as_ref().map(|it| it.by),
        }
    }

    /// The key's column, when somebody is recognised in this way.
    pub(super) fn key_by(&self, who: Recognised, by: KeyKind) -> Option<String> {
        let key = match who {
            Recognised::Customer => self.customer.as_ref().map(|it| it.key.as_str()),
            Recognised::Agent => self.agent.as_ref().map(|it| it.key.as_str()),
            Recognised::Record => Some(self.key.as_str()),
        };
        (self.by(who) == Some(by)).then(|| given(key?)).flatten()
    }

    /// The columns that say who somebody is. In a file of customers the e-mail address is the first
    /// of its columns.
    pub(super) fn person(&self, who: Recognised) -> Person {
        let (name, email) = match who {
            Recognised::Customer => {
                let source = self.customer.as_ref();
                let name = source.and_then(|it| it.name.clone());
                (name, source.and_then(|it| it.email.clone()))
            }
            Recognised::Agent => {
                let source = self.agent.as_ref();
                (source.and_then(|it| it.name.clone()), None)
            }
            Recognised::Record => {
                let source = self.profile.as_ref();
                let name = source.and_then(|it| it.name.clone());
                (name, source.and_then(|it| it.emails.first().cloned()))
            }
        };
        let key = |by| self.key_by(who, by);
        Person {
            id: key(KeyKind::ExternalId),
            email: key(KeyKind::Email).or(email),
            name: key(KeyKind::Name).or(name),
        }
    }

    pub(super) fn set_person(&mut self, who: Recognised, part: KeyKind, column: Option<String>) {
        let mut person = self.person(who);
        if column.is_some() && who.keys_only().contains(&part) {
            person.keyed_by(who, part);
        }
        // An address tells people apart better than a name.
        let wanted = (column.is_some() && part == KeyKind::Email).then_some(part);
        person.put(part, column);
        self.put_person(who, &person, wanted);
    }

    /// Writes who somebody is, recognised as wanted or as before, as far as the columns allow it.
    pub(super) fn put_person(&mut self, who: Recognised, person: &Person, wanted: Option<KeyKind>) {
        let (by, key) = person.key(who, wanted.or_else(|| self.by(who)));
        let name = person.beside_key(KeyKind::Name, by);
        let email = person.beside_key(KeyKind::Email, by);
        match who {
            Recognised::Customer => {
                let before = self.customer.take().unwrap_or_else(blank_customer);
                let is_said = !key.is_empty() || before.phone.is_some();
                self.customer = is_said.then_some(CustomerSource {
                    by,
                    key,
                    name,
                    email,
                    ..before
                });
            }
            Recognised::Agent => {
                self.agent = (!key.is_empty()).then_some(AgentSource { by, key, name });
            }
            Recognised::Record => {
                let further = self.columns_of(Target::Emails).into_iter().skip(1);
                let emails = email.into_iter().chain(further).collect();
                self.key = key;
                if let Some(profile) = &mut self.profile {
                    (profile.by, profile.name, profile.emails) = (by, name, emails);
                }
            }
        }
    }

    /// Sets the e-mail columns of a file of customers; the first of them may be the key.
    pub(super) fn set_emails(&mut self, columns: Vec<String>) {
        let first = columns.first().cloned();
        let key_is_email = self.key_by(Recognised::Record, KeyKind::Email).is_some();
        if let Some(profile) = &mut self.profile {
            profile.emails = columns;
            if key_is_email && !profile.emails.is_empty() {
                profile.emails.remove(0);
            }
        }
        self.set_person(Recognised::Record, KeyKind::Email, first);
    }
}

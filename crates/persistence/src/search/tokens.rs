//! The tokens of a record.

use super::normalise::{Segment, digits, fold, fold_name, key, segments};
use super::pinyin::{Spelling, spell};
use std::fmt::Write;
use uuid::Uuid;

/// Parts of a chunk that are also found written together.
pub(super) const LONGEST_CHUNK: usize = 4;
/// Digits by which the end of a phone number is found.
const SHORTEST_PHONE_ENDING: usize = 4;
/// Digits from which on the end of a phone number is the number itself, without its country.
const SHORTEST_NATIONAL_NUMBER: usize = 10;

/// The searchable facts of a customer.
#[derive(Debug, Default)]
pub(crate) struct CustomerText<'a> {
    /// Found as `10423` and `C-10423`.
    pub(crate) number: i64,
    /// The name, and any other names; found in pinyin too.
    pub(crate) names: Vec<&'a str>,
    /// The names of those who speak for it: found alike, but no exact match, since who asks for a
    /// name wants whom it belongs to.
    pub(crate) contact_names: Vec<&'a str>,
    /// Found by their last digits, those of its contacts among them.
    pub(crate) phones: Vec<&'a str>,
    /// E-mail addresses.
    pub(crate) emails: Vec<&'a str>,
    /// Ids in other systems.
    pub(crate) external_ids: Vec<&'a str>,
    /// Everything else: note, job title, address, tags.
    pub(crate) texts: Vec<&'a str>,
}

/// The searchable facts of a ticket.
#[derive(Debug, Default)]
pub(crate) struct TicketText<'a> {
    /// Found as `10423` and `T-10423`.
    pub(crate) number: i64,
    /// The subject line.
    pub(crate) subject: &'a str,
    /// The description; empty when there is none.
    pub(crate) description: &'a str,
    /// The names of the customer and the contact; found in pinyin too.
    pub(crate) names: Vec<&'a str>,
    /// The phones of both, found by their last digits.
    pub(crate) phones: Vec<&'a str>,
    /// Ids in other systems.
    pub(crate) external_ids: Vec<&'a str>,
    /// What is written in the fields of its type.
    pub(crate) fields: Vec<&'a str>,
}

/// The tokens of a customer. Its scope is added with [`Document::add_scope`].
pub(crate) fn customer_document(customer: &CustomerText<'_>) -> Document {
    let mut document = Document::default();
    document.number('c', customer.number);
    for name in &customer.names {
        document.name(name, true);
    }
    for name in &customer.contact_names {
        document.name(name, false);
    }
    for phone in &customer.phones {
        document.phone(phone);
    }
    for id in customer.emails.iter().chain(&customer.external_ids) {
        document.identifier(id);
    }
    for text in &customer.texts {
        document.text(&fold(text));
    }
    document
}

/// The tokens of a ticket. Its scope is added with [`Document::add_scope`].
pub(crate) fn ticket_document(ticket: &TicketText<'_>) -> Document {
    let mut document = Document::default();
    document.number('t', ticket.number);
    for name in &ticket.names {
        document.name(name, true);
    }
    for phone in &ticket.phones {
        document.phone(phone);
    }
    for id in ticket.external_ids.iter().chain([&ticket.subject]) {
        document.identifier(id);
    }
    document.text(&fold(ticket.description));
    for text in &ticket.fields {
        document.text(&fold(text));
    }
    document
}

/// The token of a team or person through whom a record is seen. No text and no query of a user
/// yields a token with `_`.
pub(crate) fn scope_token(id: Uuid) -> String {
    format!("_s{}", id.simple())
}

/// The token that a field has which equals the query with this key.
pub(super) fn exact_token(key: &str) -> String {
    format!("_x{key}")
}

/// The tokens of one record, and its runs of characters.
#[derive(Debug, Default)]
pub(crate) struct Document {
    tokens: String,
    ends: Vec<usize>,
    runs: String,
}

impl Document {
    /// Lets those find the record who see it through this team or person.
    pub(crate) fn add_scope(&mut self, id: Uuid) {
        self.push(|tokens| {
            // Writing into a string cannot fail.
            let _ = write!(tokens, "_s{}", id.simple());
        });
    }

    /// The text for an FTS5 column, made for `tokenize = "ascii tokenchars '_'"`: different
    /// tokens with spaces between them.
    pub(crate) fn fts5_text(&self) -> String {
        self.distinct().join(" ")
    }

    /// The text of a `tsvector` without positions, to be cast by `::tsvector`.
    pub(crate) fn tsvector_literal(&self) -> String {
        let tokens = self.distinct();
        let mut literal = String::with_capacity(self.tokens.len() + tokens.len() * 3);
        for token in tokens {
            literal.push('\'');
            literal.push_str(token);
            literal.push_str("' ");
        }
        literal
    }

    /// The runs of three characters and more, with spaces between them: the text that
    /// [`super::SearchQuery::like_patterns`] is compared with.
    pub(crate) fn runs(&self) -> &str {
        &self.runs
    }

    /// The tokens, each once.
    pub(super) fn distinct(&self) -> Vec<&str> {
        let mut start = 0;
        let mut tokens: Vec<&str> = Vec::with_capacity(self.ends.len());
        for &end in &self.ends {
            tokens.push(&self.tokens[start..end]);
            start = end;
        }
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    fn push(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.tokens);
        self.ends.push(self.tokens.len());
    }

    fn token(&mut self, token: &str) {
        self.push(|tokens| tokens.push_str(token));
    }

    fn exact(&mut self, key: &str) {
        if !key.is_empty() {
            self.push(|tokens| tokens.extend(["_x", key]));
        }
    }

    fn number(&mut self, letter: char, number: i64) {
        let digits = number.to_string();
        self.exact(&digits);
        self.exact(&format!("{letter}{digits}"));
        self.push(|tokens| tokens.extend([letter.encode_utf8(&mut [0; 4]), digits.as_str()]));
        self.token(&digits);
    }

    fn name(&mut self, name: &str, is_own: bool) {
        let folded = fold_name(name);
        if is_own {
            self.exact(&key(&folded));
        }
        self.text(&folded);
        segments(&folded, |segment| {
            if let Segment::Run(run) = segment {
                spell(run, |spelling| match spelling {
                    Spelling::Whole(letters) => {
                        self.spelling(letters);
                        if is_own && run.len() == folded.len() {
                            self.exact(letters);
                        }
                    }
                    Spelling::Tail(letters) | Spelling::Initials(letters) => self.spelling(letters),
                });
            }
        });
    }

    /// One letter is no spelling: it would answer to a word of one letter.
    fn spelling(&mut self, letters: &str) {
        if letters.len() > 1 {
            self.token(letters);
        }
    }

    fn phone(&mut self, phone: &str) {
        let digits = digits(&fold(phone));
        self.exact(&digits);
        let shortest = digits.len().min(SHORTEST_PHONE_ENDING);
        for length in shortest..=digits.len() {
            let ending = &digits[digits.len() - length..];
            if ending.is_empty() {
                continue;
            }
            self.token(ending);
            if length >= SHORTEST_NATIONAL_NUMBER {
                self.exact(ending);
            }
        }
    }

    /// A text that is also found first by being equal to the query.
    fn identifier(&mut self, text: &str) {
        let folded = fold(text);
        self.exact(&key(&folded));
        self.text(&folded);
    }

    fn text(&mut self, folded: &str) {
        segments(folded, |segment| match segment {
            Segment::Run(run) => self.run(run),
            Segment::Chunk(parts) => {
                for first in 0..parts.len() {
                    let last = parts.len().min(first + LONGEST_CHUNK);
                    for end in first + 1..=last {
                        self.push(|tokens| tokens.extend(parts[first..end].iter().copied()));
                    }
                }
            }
        });
    }

    fn run(&mut self, run: &str) {
        for (count, [first, middle, last]) in pairs(run).enumerate() {
            self.token(&run[first..middle]);
            if last > middle {
                self.token(&run[first..last]);
            }
            if count == 2 {
                self.runs.extend([run, " "]);
            }
        }
    }
}

/// The bounds of each character of a run, and of the pair it begins (the last one begins none).
pub(super) fn pairs(run: &str) -> impl Iterator<Item = [usize; 3]> {
    let end = |at: usize| at + run[at..].chars().next().map_or(0, char::len_utf8);
    run.char_indices().map(move |(at, _)| {
        let middle = end(at);
        [at, middle, end(middle)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_whole_for_both_databases() {
        let mut document = customer_document(&CustomerText {
            number: 7,
            names: vec!["王 芳 (Fang O'Wang)", "'; drop \\ \" _s _x"],
            contact_names: vec!["李雷"],
            phones: vec!["+86 138-0013-8000", "", "12"],
            emails: vec!["fang_w@example.com"],
            external_ids: vec!["ERP/0007"],
            texts: vec!["来电：\tVIP_客户…王小芳\n"],
        });
        document.add_scope(Uuid::from_u128(1));
        let allowed = |token: &str| {
            let body = token.strip_prefix('_').unwrap_or(token);
            !body.is_empty() && body.chars().all(char::is_alphanumeric)
        };
        let tokens = document.distinct();
        assert!(tokens.iter().all(|token| allowed(token)), "{tokens:?}");
        let marked: Vec<_> = tokens
            .iter()
            .filter(|token| token.starts_with("_s"))
            .collect();
        assert_eq!(marked, [&scope_token(Uuid::from_u128(1))]);
        assert!(!tokens.contains(&"_x李雷"));
        for token in [
            "王芳",
            "李雷",
            "lilei",
            "8000",
            "8613800138000",
            "fangwexamplecom",
            "erp0007",
            "c7",
            "12",
        ] {
            assert!(tokens.contains(&token), "{token} {tokens:?}");
        }
        assert_eq!(document.runs(), "王小芳 ");
    }

    #[test]
    fn an_empty_record_has_only_its_number() {
        let document = ticket_document(&TicketText {
            number: 3,
            ..TicketText::default()
        });
        assert_eq!(document.fts5_text(), "3 _x3 _xt3 t3");
        assert_eq!(document.tsvector_literal(), "'3' '_x3' '_xt3' 't3' ");
    }
}

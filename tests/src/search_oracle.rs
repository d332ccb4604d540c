//! Customers and tickets that are the same on every run, and a slow, plain search over them.
//!
//! The search is the meaning of `rapport_persistence`'s index written a second time, from the
//! definition alone: it walks over the fields, has its own folding and its own table of readings,
//! and keeps no tokens. Where the two differ, one of them is wrong.

mod generated;

pub use generated::{OracleCustomer, OracleTicket, customers, queries, tickets};

use generated::readings;

/// The records of a scan, folded once.
pub struct Oracle {
    customers: Vec<Record>,
    tickets: Vec<Record>,
}

struct Record {
    number: i64,
    /// The number as it is written: `10423`, `t10423`.
    numbers: [String; 2],
    name: Name,
    /// Digits.
    phones: Vec<String>,
    texts: Vec<Text>,
}

#[derive(Clone)]
struct Name {
    text: Text,
    squeezed: String,
    /// The readings of the characters between other words.
    stretches: Vec<Vec<Vec<&'static str>>>,
}

#[derive(Clone)]
struct Text {
    folded: String,
    letters: Vec<char>,
    /// Where the parts begin.
    starts: Vec<usize>,
}

impl Oracle {
    /// Customers, found by all their texts, and tickets, found by their own texts and by name and
    /// phones of their customer.
    pub fn new(customers: &[OracleCustomer], tickets: &[OracleTicket]) -> Oracle {
        let record =
            |kind: char, number: i64, customer: &OracleCustomer, texts: [&String; 3]| Record {
                number,
                numbers: [number.to_string(), format!("{kind}{number}")],
                name: Name::new(&customer.name),
                phones: customer
                    .phones
                    .iter()
                    .map(|phone| phone[1..].to_owned())
                    .collect(),
                texts: texts.into_iter().map(|text| Text::new(text)).collect(),
            };
        Oracle {
            customers: customers
                .iter()
                .map(|c| record('c', c.number, c, [&c.email, &c.external_id, &c.note]))
                .collect(),
            tickets: tickets
                .iter()
                .map(|t| {
                    let texts = [&t.subject, &t.description, &t.external_id];
                    record('t', t.number, &customers[t.customer], texts)
                })
                .collect(),
        }
    }

    /// The numbers of the customers that `typed` must find, ascending.
    pub fn customers(&self, typed: &str) -> Vec<i64> {
        scan(&self.customers, typed)
    }

    /// The numbers of the tickets that `typed` must find, ascending.
    pub fn tickets(&self, typed: &str) -> Vec<i64> {
        scan(&self.tickets, typed)
    }
}

fn scan(records: &[Record], typed: &str) -> Vec<i64> {
    let folded = fold(typed);
    let terms = terms(&folded);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let national = digits.trim_start_matches('0');
    let rest = folded.trim_matches(|c: char| c.is_ascii_digit() || " +-./()".contains(c));
    let is_phone = digits.len() >= 7 && rest.is_empty();
    let found = records.iter().filter(|record| {
        let by_phone = || record.rings(&digits) || (national.len() >= 7 && record.rings(national));
        (is_phone && by_phone()) || (!terms.is_empty() && terms.iter().all(|term| record.has(term)))
    });
    found.map(|record| record.number).collect()
}

impl Record {
    fn rings(&self, digits: &str) -> bool {
        self.phones.iter().any(|phone| phone.ends_with(digits))
    }

    fn has(&self, term: &str) -> bool {
        let is_number = term.chars().all(|c| c.is_ascii_digit());
        self.numbers.iter().any(|number| number == term)
            || (is_number && term.len() >= 4 && self.rings(term))
            || self.name.has(term)
            || self.texts.iter().any(|text| text.has(term, is_joiner))
    }
}

/// Runs of Chinese characters, and chunks of other letters and digits without their joiners, at
/// most four parts each.
fn terms(folded: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut term = String::new();
    let (mut parts, mut last) = (0, ' ');
    for c in folded.chars().chain([' ']) {
        let goes_on = if is_han(c) {
            is_han(last)
        } else if c.is_alphanumeric() {
            let new_part = !last.is_alphanumeric();
            parts += usize::from(new_part && !term.is_empty());
            !is_han(last) && parts < 4
        } else {
            is_joiner(c) && !is_han(last)
        };
        if !goes_on && !term.is_empty() {
            terms.push(std::mem::take(&mut term));
        }
        if !goes_on {
            parts = 0;
        }
        if c.is_alphanumeric() {
            term.push(c);
        }
        last = c;
    }
    terms
}

impl Name {
    fn new(name: &str) -> Name {
        let text = Text::new(name);
        let spelled = |stretch: &str| {
            stretch
                .chars()
                .filter(|&c| is_han(c))
                .map(readings)
                .collect()
        };
        let stretches = text.folded.split(is_letter).map(spelled);
        Name {
            squeezed: text
                .folded
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect(),
            stretches: stretches
                .filter(|stretch: &Vec<_>| !stretch.is_empty())
                .collect(),
            text,
        }
    }

    fn has(&self, term: &str) -> bool {
        if term.starts_with(is_han) {
            return self.squeezed.contains(term);
        }
        let is_spelling = term.len() > 1 && term.chars().all(|c| c.is_ascii_lowercase());
        self.text.has(term, |c| !c.is_alphanumeric())
            || (is_spelling
                && self
                    .stretches
                    .iter()
                    .any(|stretch| in_pinyin(stretch, term)))
    }
}

fn in_pinyin(characters: &[Vec<&str>], term: &str) -> bool {
    let starts =
        |all: &Vec<&str>, letter: char| all.iter().any(|reading| reading.starts_with(letter));
    let initials = term.len() <= characters.len()
        && term
            .chars()
            .zip(characters)
            .all(|(letter, all)| starts(all, letter));
    initials || (0..characters.len()).any(|first| spells(&characters[first..], term))
}

/// Whether the rest of a name, read in some way, begins with the letters.
fn spells(characters: &[Vec<&str>], letters: &str) -> bool {
    let Some((first, rest)) = characters.split_first() else {
        return letters.is_empty();
    };
    first.iter().any(|reading| {
        reading.starts_with(letters)
            || letters
                .strip_prefix(reading)
                .is_some_and(|left| spells(rest, left))
    })
}

impl Text {
    fn new(text: &str) -> Text {
        let folded = fold(text);
        let letters: Vec<char> = folded.chars().collect();
        let begins =
            |at: &usize| is_letter(letters[*at]) && (*at == 0 || !is_letter(letters[*at - 1]));
        let starts = (0..letters.len()).filter(begins).collect();
        Text {
            folded,
            letters,
            starts,
        }
    }

    /// Whether the term stands in the text: Chinese characters anywhere, others from the start of
    /// a part on, over joiners, up to the end of a part or (ending with a letter) to anywhere.
    fn has(&self, term: &str, joins: impl Fn(char) -> bool) -> bool {
        if term.starts_with(is_han) {
            return self.folded.contains(term);
        }
        let begins = term.chars().count() > 1 && !term.ends_with(char::is_numeric);
        self.starts.iter().any(|&start| {
            let end = self.walk(start, term, &joins);
            end.is_some_and(|end| begins || !self.letter_at(end))
        })
    }

    /// Where the term ends that begins here, at most four parts on.
    fn walk(&self, start: usize, term: &str, joins: &impl Fn(char) -> bool) -> Option<usize> {
        let (mut at, mut parts) = (start, 1);
        for (index, wanted) in term.chars().enumerate() {
            if index > 0 && !self.letter_at(at) {
                while at < self.letters.len() && joins(self.letters[at]) {
                    at += 1;
                }
                parts += 1;
            }
            if !self.letter_at(at) || self.letters[at] != wanted || parts > 4 {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    fn letter_at(&self, at: usize) -> bool {
        self.letters.get(at).is_some_and(|&c| is_letter(c))
    }
}

/// A letter or digit of a word, not a Chinese character.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_joiner(c: char) -> bool {
    "-_.@/:#+&'".contains(c)
}

/// Lower case, half width, without the accents that occur here.
fn fold(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let plain = |c: char| match c {
        'á' | 'ā' => 'a',
        'é' | 'ë' => 'e',
        'í' => 'i',
        'ü' => 'u',
        _ => c,
    };
    text.chars()
        .map(narrow)
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scan_finds_what_a_person_would() {
        let customers = customers(400);
        assert!(customers.iter().any(|customer| customer.name == "王芳"));
        for (typed, name, expected) in [
            ("王芳", "王芳", true),
            ("wangf", "王芳", true),
            ("wf", "王芳", true),
            ("fang", "王芳", true),
            ("angf", "王芳", false),
            ("fw", "王芳", false),
            ("qiuhua", "仇华", true),
            ("chouhua", "仇华", true),
            ("王芳", "王 芳", true),
            ("oneil", "Anna O'Neil", true),
            ("neil", "Anna O'Neil", true),
            ("annaon", "Anna O'Neil", true),
            ("王芳", "王小芳", false),
        ] {
            let customer = OracleCustomer {
                name: name.to_owned(),
                ..customers[0].clone()
            };
            let found = !Oracle::new(&[customer], &[]).customers(typed).is_empty();
            assert_eq!(found, expected, "{typed} {name}");
        }
    }
}

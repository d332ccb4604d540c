//! A user's query as an expression over the tokens.

use super::normalise::{Segment, digits, fold, key, segments};
use super::tokens::{LONGEST_CHUNK, exact_token, pairs};

/// Characters of a query that are read.
const LONGEST_QUERY: usize = 200;
/// Digits from which on a query that is nothing else is read as one phone number.
const SHORTEST_PHONE_NUMBER: usize = 7;
/// Begins like a scope token and is none: the scope of a caller who may see nothing.
const SCOPE_OF_NOBODY: &str = "_s";

/// Which of the matching records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All.
    All,
    /// Those with a name (also in pinyin), number, phone, address, external id or subject equal
    /// to the query.
    Exact,
    /// The others.
    Rest,
}

/// What a user searches; `mod.rs` says what matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchQuery {
    all_of: Vec<Term>,
    phones: Vec<Term>,
    exact: Vec<Term>,
    runs: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    token: String,
    is_prefix: bool,
}

/// How a database writes an expression.
struct Dialect {
    quote: char,
    prefix: &'static str,
    and: &'static str,
    or: &'static str,
    but_not: &'static str,
}

const FTS5: Dialect = Dialect {
    quote: '"',
    prefix: "*",
    and: " AND ",
    or: " OR ",
    but_not: " NOT ",
};
const TSQUERY: Dialect = Dialect {
    quote: '\'',
    prefix: ":*",
    and: " & ",
    or: " | ",
    but_not: " & !",
};

impl SearchQuery {
    /// Reads what a user typed; `None` when nothing in it can be searched.
    pub(crate) fn parse(typed: &str) -> Option<SearchQuery> {
        let typed: String = typed.chars().take(LONGEST_QUERY).collect();
        let folded = fold(&typed);
        let mut query = SearchQuery {
            all_of: Vec::new(),
            phones: Vec::new(),
            exact: vec![Term::whole(exact_token(&key(&folded)))],
            runs: Vec::new(),
        };
        segments(&folded, |segment| match segment {
            Segment::Run(run) => query.add_run(run),
            Segment::Chunk(parts) => {
                for group in parts.chunks(LONGEST_CHUNK) {
                    add(&mut query.all_of, Term::chunk(group.concat()));
                }
            }
        });
        for number in phone_numbers(&folded) {
            add(&mut query.exact, Term::whole(exact_token(&number)));
            add(&mut query.phones, Term::whole(number));
        }
        (!query.all_of.is_empty()).then_some(query)
    }

    /// The argument of FTS5's `MATCH`: the records in this part with one of the scope tokens.
    /// With no token in the scope nothing matches, with no scope nothing is left out.
    pub(crate) fn fts5_match(&self, part: Part, scope: Option<&[String]>) -> String {
        self.render(&FTS5, part, scope)
    }

    /// The same for PostgreSQL, to be cast by `::tsquery`.
    pub(crate) fn tsquery(&self, part: Part, scope: Option<&[String]>) -> String {
        self.render(&TSQUERY, part, scope)
    }

    /// The patterns that [`super::Document::runs`] must also be `LIKE`, all of them; empty for
    /// most queries. They hold no wildcard but the outer two, and need no escape.
    pub(crate) fn like_patterns(&self) -> impl Iterator<Item = String> {
        self.runs.iter().map(|run| format!("%{run}%"))
    }

    fn add_run(&mut self, run: &str) {
        let mut count = 0;
        for [first, middle, last] in pairs(run) {
            count += 1;
            if last > middle {
                add(&mut self.all_of, Term::whole(run[first..last].to_owned()));
            }
        }
        match count {
            1 => add(&mut self.all_of, Term::whole(run.to_owned())),
            2 => {}
            _ => self.runs.push(run.to_owned()),
        }
    }

    fn render(&self, dialect: &Dialect, part: Part, scope: Option<&[String]>) -> String {
        let mut text = String::from("((");
        dialect.list(&mut text, dialect.and, &self.all_of);
        text.push(')');
        if !self.phones.is_empty() {
            text.push_str(dialect.or);
            dialect.list(&mut text, dialect.or, &self.phones);
        }
        text.push(')');
        if let Some(scope) = scope {
            text.push_str(dialect.and);
            text.push('(');
            if scope.is_empty() {
                dialect.quoted(&mut text, SCOPE_OF_NOBODY);
            }
            for (index, token) in scope.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { dialect.or });
                dialect.quoted(&mut text, token);
            }
            text.push(')');
        }
        if part != Part::All {
            text.insert(0, '(');
            text.push(')');
            text.push_str(if part == Part::Exact {
                dialect.and
            } else {
                dialect.but_not
            });
            text.push('(');
            dialect.list(&mut text, dialect.or, &self.exact);
            text.push(')');
        }
        text
    }
}

impl Term {
    fn whole(token: String) -> Self {
        Self {
            token,
            is_prefix: false,
        }
    }

    /// Begins a part when it is longer than one character and ends with a letter.
    fn chunk(token: String) -> Self {
        let mut backwards = token.chars().rev();
        let ends_with_letter = backwards.next().is_some_and(|c| !c.is_numeric());
        let is_prefix = ends_with_letter && backwards.next().is_some();
        Self { token, is_prefix }
    }
}

impl Dialect {
    fn list(&self, text: &mut String, between: &str, terms: &[Term]) {
        for (index, term) in terms.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { between });
            self.quoted(text, &term.token);
            text.push_str(if term.is_prefix { self.prefix } else { "" });
        }
    }

    /// Tokens hold letters, digits and `_` only; a quote that slipped in must not end the string.
    fn quoted(&self, text: &mut String, token: &str) {
        text.push(self.quote);
        text.extend(token.chars().filter(|c| c.is_alphanumeric() || *c == '_'));
        text.push(self.quote);
    }
}

fn add(terms: &mut Vec<Term>, term: Term) {
    if !terms.contains(&term) {
        terms.push(term);
    }
}

/// The digits of a query that is one phone number, and the same without leading zeros.
fn phone_numbers(folded: &str) -> Vec<String> {
    let is_phone = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-./()".contains(c);
    let digits = digits(folded);
    if digits.len() < SHORTEST_PHONE_NUMBER || !folded.chars().all(is_phone) {
        return Vec::new();
    }
    let national = digits.trim_start_matches('0').to_owned();
    let is_shorter = national.len() < digits.len() && national.len() >= SHORTEST_PHONE_NUMBER;
    [Some(digits), is_shorter.then_some(national)]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::scope_token;
    use super::super::{CustomerText, Document, TicketText, customer_document, ticket_document};
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    impl Term {
        fn is_in(&self, tokens: &[&str]) -> bool {
            let equals = |token: &str| token == self.token;
            let begins = |token: &str| self.is_prefix && token.starts_with(&self.token);
            tokens.iter().any(|token| equals(token) || begins(token))
        }
    }

    /// What the databases answer, without a database.
    fn matches(typed: &str, part: Part, document: &Document) -> bool {
        let Some(query) = SearchQuery::parse(typed) else {
            return false;
        };
        let tokens = document.distinct();
        let found = query.all_of.iter().all(|term| term.is_in(&tokens))
            || query.phones.iter().any(|term| term.is_in(&tokens));
        let exact = query.exact.iter().any(|term| term.is_in(&tokens));
        found
            && query.runs.iter().all(|run| document.runs().contains(run))
            && match part {
                Part::All => true,
                Part::Exact => exact,
                Part::Rest => !exact,
            }
    }

    fn named(name: &str) -> Document {
        customer_document(&CustomerText {
            number: 10423,
            names: vec![name],
            phones: vec!["+8613800138000", "+862162345678"],
            emails: vec!["fang.wang@example.com"],
            external_ids: vec!["ERP-2024/0017"],
            texts: vec!["喜欢绿茶, café, 请致电 iPhone15"],
            ..CustomerText::default()
        })
    }

    #[test]
    fn a_customer_is_found_by() {
        let document = named("王芳");
        let table = "王芳|王|芳|wangfang|WangFang|wang|fang|wf|wangf|wa|wáng|wang fang|ｗａｎｇ|8000|\
            13800138000|+86 138 0013 8000|0086 138-0013-8000|(021) 6234 5678|\
            62345678|10423|C-10423|c10423|fang.wang@example.com|fang.wang|\
            example.com|exam|ERP-2024/0017|0017|erp2024|绿茶|喜欢绿|cafe|café|iphone|\
            iPhone15|王芳 8000 绿茶|请致电";
        for query in table.split('|') {
            assert!(matches(query, Part::All, &document), "{query}");
        }
    }

    #[test]
    fn a_customer_is_not_found_by() {
        let document = named("王芳");
        let table = "芳王|王方|wangfangf|fw|w|f|angfang|000|1380|8001|1042|104231|T-10423|\
            wang.fang@example.com|xample|绿茶喜|喜绿|ip15|iphone1|王芳 8001|芳喜欢|lvcha|| |*|\
            \"|王芳 zzz|_s|_x";
        for query in table.split('|') {
            assert!(!matches(query, Part::All, &document), "{query}");
        }
    }

    #[test]
    fn names_are_found_by_each_reading_of_a_surname() {
        let table = "单 shan dan, 曾 zeng ceng, 解 xie jie, 仇 qiu chou, 任 ren ren, 查 zha cha, \
            盖 ge gai, 区 ou qu, 翟 zhai di, 吕 lv lu, 乐 yue le, 朴 piao pu";
        for entry in table.split(", ") {
            let (surname, readings) = entry.split_at(3);
            let document = named(&format!("{surname}小明"));
            for reading in readings.split_whitespace() {
                let initials = format!("{}xm", &reading[..1]);
                let whole = format!("{reading}xiaoming");
                for query in [&whole, &whole[..reading.len() + 1], reading, &initials] {
                    assert!(matches(query, Part::All, &document), "{surname} {query}");
                }
            }
        }
    }

    #[test]
    fn a_long_run_is_found_only_where_it_stands_without_a_gap() {
        let apart = named("王小 Li 小芳");
        assert!(matches("王小", Part::All, &apart) && matches("小芳", Part::All, &apart));
        assert!(!matches("王小芳", Part::All, &apart));
        assert!(matches("王小芳", Part::All, &named("老王小芳")));
        assert!(matches("王小芳", Part::All, &named("王 小芳")));
    }

    #[test]
    fn words_of_a_name_are_found_written_together() {
        let document = named("Wang Fang Ltd");
        for query in ["wangfang", "wang fang", "fangltd", "Wang-Fang", "wangf"] {
            assert!(matches(query, Part::All, &document), "{query}");
        }
    }

    #[test]
    fn a_ticket_is_found_by_number_words_and_its_customer() {
        let document = ticket_document(&TicketText {
            number: 10423,
            subject: "Wi-Fi router, see T-77",
            description: "https://example.com/a/b/c/d 退款、换货",
            names: vec!["仇英"],
            phones: vec!["021-62345678"],
            external_ids: vec!["INC0000045"],
            fields: vec!["滤网堵塞"],
        });
        let found = "T-10423|t10423|10423|wifi|wi-fi|fi|T-77|example.com/a/b/c/d|退款|换货|\
            qiuying|cy|5678|inc0000045|inc|堵塞";
        for query in found.split('|') {
            assert!(matches(query, Part::All, &document), "{query}");
        }
        for query in ["C-10423", "退款换", "款换", "T-7", "w"] {
            assert!(!matches(query, Part::All, &document), "{query}");
        }
    }

    #[test]
    fn a_field_equal_to_the_query_is_exact() {
        let exact = "王芳|王 芳|wangfang|Wang Fang|10423|c-10423|13800138000|+86 138 0013 8000|\
            fang.wang@example.com|ERP-2024/0017";
        for query in exact.split('|') {
            assert!(matches(query, Part::Exact, &named("王芳")), "{query}");
            assert!(!matches(query, Part::Rest, &named("王芳")), "{query}");
        }
        for query in ["王", "wangf", "wf", "8000"] {
            assert!(matches(query, Part::Rest, &named("王芳")), "{query}");
        }
        assert!(matches("王芳", Part::Rest, &named("王芳芳")));
        assert!(matches("wangfang", Part::Rest, &named("王芳芳")));
    }

    #[test]
    fn a_query_is_written_for_each_database() {
        let query = SearchQuery::parse("王小芳 \"wang' 42").expect("searchable");
        let scope = [scope_token(Uuid::from_u128(10))];
        assert_eq!(
            query.fts5_match(Part::All, Some(&scope)),
            "((\"王小\" AND \"小芳\" AND \"wang\"* AND \"42\")) AND (\"_s0000000000000000000000000000000a\")"
        );
        assert_eq!(
            query.tsquery(Part::Rest, Some(&[])),
            "((('王小' & '小芳' & 'wang':* & '42')) & ('_s')) & !('_x王小芳wang42')"
        );
        assert_eq!(query.like_patterns().collect::<Vec<_>>(), ["%王小芳%"]);
    }

    proptest! {
        #[test]
        fn no_query_reaches_a_scope(typed in "\\PC{0,40}|[ _sx0-9a-f'\"*:&|()-]{0,40}") {
            let mut document = Document::default();
            document.add_scope(Uuid::from_u128(0xabcdef));
            prop_assert!(!matches(&typed, Part::All, &document));
            if let Some(query) = SearchQuery::parse(&typed) {
                for term in query.all_of.iter().chain(&query.phones) {
                    prop_assert!(!term.token.is_empty() && term.token.chars().all(char::is_alphanumeric));
                }
            }
        }

        #[test]
        fn a_record_is_found_by_its_own_texts(name in "\\PC{0,30}", note in "\\PC{0,60}") {
            let document = customer_document(&CustomerText {
                number: 1,
                names: vec![&name],
                texts: vec![&note],
                ..CustomerText::default()
            });
            for typed in [&name, &note] {
                prop_assert!(SearchQuery::parse(typed).is_none() || matches(typed, Part::All, &document));
            }
        }
    }
}
